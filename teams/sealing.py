"""Secrets that have to be read again: encrypted at rest, with keys that are derived from SECRET_KEY."""

import base64
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


class UnreadableSecretError(Exception):
    """A secret was sealed with another SECRET_KEY."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals what serves one purpose; what another seal made it does not open."""

    purpose: bytes

    def seal(self, secret: str) -> str:
        """Return a secret encrypted and authenticated; the same secret looks different every time."""
        return self._box().encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Return what was sealed, also with one of SECRET_KEY_FALLBACKS."""
        try:
            return self._box().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise UnreadableSecretError from None

    def _box(self) -> MultiFernet:
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return MultiFernet([Fernet(self._key(force_bytes(key))) for key in keys])

    def _key(self, secret_key: bytes) -> bytes:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=self.purpose).derive(secret_key)
        return base64.urlsafe_b64encode(derived)
