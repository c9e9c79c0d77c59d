"""The board's own map of a source's status words."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from boards.models import Board
from boards.services.places import lock_kept_columns
from imports.models import StatusWord
from imports.services.errors import WordsChangedError
from imports.statuses import normal_word
from teams.errors import InvalidError

MAX_WORD = 255


@transaction.atomic
def map_statuses(*, board: Board, source: str, columns: Mapping[str, int]) -> None:
    """Say which column each status word means from now on."""
    lock_kept_columns(board)
    for word, column_id in columns.items():
        StatusWord.objects.update_or_create(
            board=board, source=source, word=normal_word(word), defaults={"column_id": column_id}
        )


@transaction.atomic
def set_words(
    *, board: Board, source: str, words: Mapping[int, Sequence[str]], shown: Mapping[str, int] | None = None
) -> None:
    """Make the words of a source those that are given for each column (by id), and no others.

    `shown` is what the writer saw of them: where somebody else changed them meanwhile, nothing is written. Words of
    columns in the trash are left alone, unless they are given to another column.
    """
    columns = lock_kept_columns(board)
    names = {number: column.name for number, column in columns.items()}
    meant = _meant(words, names)
    present = words_of(board, source)
    if shown is not None and shown != present:
        raise WordsChangedError(_("Somebody has changed these words meanwhile: here they are as they are now."))
    mine = StatusWord.objects.filter(board=board, source=source)
    mine.filter(column__in=list(columns)).exclude(word__in=list(meant)).delete()
    for word, number in meant.items():
        StatusWord.objects.update_or_create(board=board, source=source, word=word, defaults={"column_id": number})


def words_of(board: Board, source: str) -> dict[str, int]:
    """Return the words of a source, each with its column; those of columns in the trash are left out."""
    rows = StatusWord.objects.filter(board=board, source=source, column__deleted_at__isnull=True)
    return dict(rows.order_by("word").values_list("word", "column_id"))


def _meant(words: Mapping[int, Sequence[str]], names: Mapping[int, str]) -> dict[str, int]:
    """Return each word in its normal form with its column; refuse one that stands in two columns, or is too long."""
    meant: dict[str, int] = {}
    problems: dict[str, list[str]] = {}
    for number, given in words.items():
        if number not in names:
            raise WordsChangedError(_("One of the columns has gone meanwhile: here is what there is now."))
        for word in filter(None, map(normal_word, given)):
            other = meant.setdefault(word, number)
            if other != number:
                told = {"word": word, "one": names[other], "other": names[number]}
                sentence = _("“%(word)s” can mean one column only, and stands in “%(one)s” and “%(other)s”.") % told
                problems.setdefault(f"column_{number}", []).append(sentence)
            if len(word) > MAX_WORD or "\0" in word:
                problems.setdefault(f"column_{number}", []).append(_("A status word has at most 255 characters."))
    if problems:
        raise InvalidError(next(iter(problems.values()))[0], fields=problems)
    return meant
