"""The base of every error that a service raises: a stable code and a full sentence."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeAlias

FieldErrors: TypeAlias = Mapping[str, Sequence[str]]


class ToilTrackerError(Exception):
    """Something the caller can put right; pages show the message in their form, the API in its one shape."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 422

    def __init__(self, message: str, *, fields: FieldErrors | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields: FieldErrors = fields or {}


class NotAllowedError(ToilTrackerError):
    """Whoever asks may see the thing, but not do this."""

    code = "not_allowed"
    status = 403


class ConflictError(ToilTrackerError):
    """The state of the thing does not allow it now."""

    code = "conflict"
    status = 409


class InvalidError(ToilTrackerError):
    """Well-formed, but not acceptable: `fields` says what is wrong with which."""

    code = "invalid"
    status = 422
