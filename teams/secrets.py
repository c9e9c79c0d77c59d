"""Secrets that are shown once and kept only as a hash: API tokens, invitation and unsubscribe links."""

import hashlib
import secrets

TOKEN_PREFIX = "tt_"  # noqa: S105 - what every token begins with, no secret


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits in URL-safe letters, behind a prefix that makes leaked ones findable."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret in hexadecimal; enough, since the secret is random and long."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
