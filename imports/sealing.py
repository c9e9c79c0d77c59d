"""The secrets of connected sources, encrypted at rest."""

from typing import Final

from teams.sealing import Seal, UnreadableSecretError

__all__ = ["UnreadableSecretError", "seal", "unseal"]

_SEAL: Final = Seal(b"toil tracker: secrets of connections")

seal = _SEAL.seal
unseal = _SEAL.unseal
