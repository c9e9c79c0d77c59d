"""Secrets that have to be read again: encrypted at rest, with a key that is derived from SECRET_KEY."""

import base64
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

PURPOSE: Final = b"toil tracker: secrets of connections"


class UnreadableSecretError(Exception):
    """A secret was sealed with another SECRET_KEY."""


def seal(secret: str) -> str:
    """Return a secret encrypted and authenticated; the same secret looks different every time."""
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed, also with one of SECRET_KEY_FALLBACKS."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise UnreadableSecretError from None


def _box() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(force_bytes(key))) for key in keys])


def _key(secret_key: bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key)
    return base64.urlsafe_b64encode(derived)
