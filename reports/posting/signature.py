"""Signs what is posted as Standard Webhooks has it (standardwebhooks.com, version 1.0.0): HMAC-SHA256, `v1,…`."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """Return the bytes of a secret in the form `whsec_<base64>`; ValueError where it is none."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError(secret[:0]) from error


def signed_headers(*, message_id: str, timestamp: int, body: bytes, secrets: Sequence[str]) -> Mapping[str, str]:
    """Return the three headers; while a secret is being changed, there is a signature by each of the two."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = [hmac.new(key_of(secret), signed, hashlib.sha256).digest() for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join("v1," + base64.b64encode(signature).decode() for signature in signatures),
    }
