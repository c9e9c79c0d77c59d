"""What can go wrong with an import as a whole."""

from django.utils.translation import gettext as _

from teams.errors import ConflictError, FieldErrors, InvalidError, ToilTrackerError


class UploadTooLargeError(ToilTrackerError):
    """More came than is taken at once."""

    code = "too_large"
    status = 413


class UploadBrokenOffError(ToilTrackerError):
    """The connection was lost before everything had come."""

    code = "malformed"
    status = 400


class RowsRefusedError(InvalidError):
    """An atomic import with bad rows takes none."""

    code = "rows_refused"


class ImportOverError(ConflictError):
    """The import is over, or so far that it cannot be stopped."""

    code = "import_over"


class NotUndoableError(ConflictError):
    """The import is not over, made nothing, or was undone already."""

    code = "not_undoable"


class WordsChangedError(ConflictError):
    """Somebody else changed the status words, or the columns, since the writer looked."""

    code = "words_changed"


class BoardWithoutColumnsError(InvalidError):
    """There is no place to which a ticket could go."""

    code = "board_without_columns"


def rows_refused(failed: int, rows: int, fields: FieldErrors | None = None) -> RowsRefusedError:
    """Return the error of an atomic import."""
    numbers = {"failed": failed, "rows": rows}
    return RowsRefusedError(
        _("%(failed)d of %(rows)d tickets cannot be taken, so none was: the import is atomic.") % numbers, fields=fields
    )


class DeliveryUnreadableError(ToilTrackerError):
    """What a source sent is not what it should be."""

    code = "malformed"
    status = 400
