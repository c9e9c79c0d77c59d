"""Saving what somebody looks for on a board under a name, for themselves or for the team."""

from datetime import datetime
from urllib.parse import parse_qs, urlencode

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from boards.finding import read_filters, read_lanes
from boards.models import Board, OpeningView, SavedView
from boards.services.errors import invalid
from boards.services.values import checked_text
from teams.models import Person

MOST_VIEWS = 100


def save_view(
    *, board: Board, name: str, query: str, person: Person | None, is_shared: bool, at: datetime
) -> SavedView:
    """Keep filters and rows, given as they stand in an address, as a view of a person or of the team."""
    if person is None and not is_shared:
        raise invalid("name", _("Only people have views of their own; your account belongs to nobody yet."))
    view = SavedView(board=board, person=None if is_shared else person, made_by=person, created_at=at)
    held = SavedView.objects.filter(board=board, person=view.person)
    if held.count() >= MOST_VIEWS:
        raise invalid("name", _("At most %d views can be kept on a board; delete one first.") % MOST_VIEWS)
    return _write(view, name=name, query=query)


def change_view(*, view: SavedView, name: str | None = None, query: str | None = None) -> SavedView:
    """Give a view another name, or let it look for something else."""
    return _write(view, name=view.name if name is None else name, query=view.query if query is None else query)


def open_with(*, board: Board, view: SavedView | None, person: Person) -> None:
    """Let a board open with a view for a person, or (None) with all that is on it."""
    if view is None:
        OpeningView.objects.filter(board=board, person=person).delete()
    else:
        OpeningView.objects.update_or_create(board=board, person=person, defaults={"view": view})


def delete_view(*, view: SavedView) -> None:
    """Delete a view; nothing else is touched."""
    view.delete()


def plain_query(query: str) -> str:
    """Return filters and rows of an address in their one form; all else in it is left out."""
    asked = parse_qs(query, keep_blank_values=True, max_num_fields=500)
    lanes = read_lanes(asked)
    return urlencode([*read_filters(asked).filters.pairs(), *([("lanes", str(lanes))] if lanes else [])])


def _write(view: SavedView, *, name: str, query: str) -> SavedView:
    view.name = checked_text("name", name, limit=80, required=True)
    view.query = plain_query(query)
    if not view.query:
        raise invalid("name", _("Nothing is filtered and there are no rows: choose what the view is to show first."))
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        sentence = _("The team has a view “%s” on this board.") if view.is_shared else _("You have a view “%s” here.")
        raise invalid("name", sentence % view.name) from error
    return view
