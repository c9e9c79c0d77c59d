"""Two people who turn out to be one: all that the one did becomes the other's, and nothing of the past is lost."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import DateTimeField, F, Model, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from boards.models import Change, Comment, Item, OpeningView, SavedView, Stay, Timer, WorkLog
from boards.services.feed import announce, together
from boards.services.rebuild import rebuild_stays
from boards.services.record import lock_items, plain
from teams.actors import Actor
from teams.errors import ConflictError
from teams.models import Calendar, Handle, Invitation, Membership, Person, Team, TimeOff

ROUNDS: Final = 5


class MergeRefusedError(ConflictError):
    """Two people cannot be made one; the message says why."""

    code = "merge_refused"


# Of what a person has once (or once of each), what the other has already stays theirs: model, and what tells its rows
# apart.
ONCE: Final[Sequence[tuple[type[Model], str, tuple[str, ...]]]] = (
    (Membership, "person", ("team_id",)),
    (TimeOff, "person", ("first_date", "last_date")),
    (SavedView, "person", ("board_id", "name")),
    (OpeningView, "person", ("board_id",)),
    (Calendar, "person", ()),
    (Timer, "person", ()),
)


def merge_people(*, team: Team, gone: Person, into: Person, by: Actor, at: datetime) -> Person:
    """Make one person of two whom a team knows, and return them; `gone` has no account, and is deleted.

    The past stays as it was recorded: wherever an item was `gone`'s, a change behind it at the same instant says
    whose it was, and of one instant the later record counts.

    `gone` is deleted in a transaction of its own, which waits for nobody: whoever gives them an item meanwhile needs
    their row when he commits, with all his locks in hand. What was given to them until then is handed over, too.
    """
    for __ in range(ROUNDS):
        _merge(team, gone.pk, into.pk, by=by, at=at)
        if (merged := _delete(gone.pk, into.pk)) is not None:
            return merged
    raise MergeRefusedError(_("%s is given new work all the time; try it again in a while.") % gone.display_name)


@together()
def _merge(team: Team, gone_id: int, into_id: int, *, by: Actor, at: datetime) -> None:
    """Hand over all that is a person's by now; the team's lock keeps two merges, and who makes handles, apart."""
    if gone_id == into_id:
        raise MergeRefusedError(_("These are one person already."))
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    people = Person.objects.in_bulk((gone_id, into_id))
    if len(people) < 2:
        raise MergeRefusedError(_("One of the two is not there any more."))
    gone, into = people[gone_id], people[into_id]
    _refuse(team, gone, into)
    ids = _lock_items_of(gone)
    _remember_address(team, gone, into)
    _restate(ids, gone, into, by=by, at=at)
    changed = Item.objects.filter(pk__in=ids)
    changed.filter(assignee=gone).update(assignee=into)
    changed.update(version=F("version") + 1, updated_at=Greatest(F("updated_at"), Value(at, DateTimeField())))
    rebuild_stays(item_ids=sorted(ids))
    _hand_over(gone, into)
    _announce(ids, by=by, at=at)


@transaction.atomic
def _delete(gone_id: int, into_id: int) -> Person | None:
    """Delete a person to whom nothing belongs, and return the other one; None where something does again.

    Who got an account, or was invited to one, since all was handed over stays, and keeps it.
    """
    gone = Person.objects.select_for_update().filter(pk=gone_id).first()
    into = Person.objects.get(pk=into_id)
    if gone is None:
        return into
    _refuse_account(gone)
    related = [relation for relation in Person._meta.related_objects if not relation.many_to_many]
    for relation in related:
        model = relation.related_model
        if isinstance(model, type) and model._default_manager.filter(**{relation.field.name: gone}).exists():
            return None
    gone.delete()
    if into.user_id is None:
        into.email = into.email or gone.email
    into.name = into.name or gone.name
    into.save(update_fields=["email", "name"])
    return into


def _remember_address(team: Team, gone: Person, into: Person) -> None:
    """Keep the address of who goes as a second one of the other: what comes under it later means them too.

    It holds in this team alone: no other has to believe that the two are one.
    """
    if gone.email and (into.email or into.user_id is not None):
        Handle.objects.update_or_create(team=team, source="", handle=gone.email, defaults={"person": into})


def _lock_items_of(person: Person) -> set[int]:
    """Lock the items that are, or ever were, a person's, and return their ids."""
    ids = set(Item.objects.filter(assignee=person).values_list("pk", flat=True))
    ids |= set(Stay.objects.filter(assignee=person).values_list("item_id", flat=True))
    lock_items(ids)
    return ids


def _refuse_account(gone: Person) -> None:
    """Refuse to merge away who has an account, or may accept one any moment."""
    if gone.user_id is not None:
        message = _("%s has an account: merge the other person into this one instead.")
        raise MergeRefusedError(message % gone.display_name)
    if gone.email and Invitation.objects.open().filter(email=gone.email).exists():
        message = _("%s has been invited by mail: withdraw the invitation first, or wait until it is accepted.")
        raise MergeRefusedError(message % gone.display_name)


def _refuse(team: Team, gone: Person, into: Person) -> None:
    _refuse_account(gone)
    elsewhere = (
        Item.objects.filter(assignee=gone).exclude(board__team=team),
        Stay.objects.filter(assignee=gone).exclude(item__board__team=team),
        WorkLog.objects.filter(person=gone).exclude(board__team=team),
        Comment.objects.filter(author=gone).exclude(item__board__team=team),
        Membership.objects.filter(person=gone).exclude(team=team),
        Handle.objects.filter(person=gone).exclude(team=team),
    )
    if any(rows.exists() for rows in elsewhere):
        raise MergeRefusedError(
            _("%s works in another team too, which this team cannot decide for.") % gone.display_name
        )


def _restate(ids: Iterable[int], gone: Person, into: Person, *, by: Actor, at: datetime) -> None:
    """Append to the past, at each instant at which an item became `gone`'s, that it became the other's."""
    versions = dict(Item.objects.filter(pk__in=ids).values_list("pk", "version"))
    whose = Change.objects.filter(item__in=versions, field__in=("created", "assignee")).order_by("item", "at", "pk")
    last: dict[tuple[int, datetime], Change] = {(change.item_id, change.at): change for change in whose}
    rows = [
        Change(
            item_id=change.item_id,
            field="assignee",
            before=plain(gone),
            after=plain(into),
            at=change.at,
            recorded_at=at,
            by=by.person,
            token=by.token,
            via=change.via,  # what a source says stays the source's, what people decided stays theirs
            version=versions[change.item_id] + 1,
        )
        for change in last.values()
        if _named(change) == gone.pk
    ]
    Change.objects.bulk_create(rows, batch_size=500)


def _named(change: Change) -> Any:
    assignee = change.after.get("assignee") if change.field == "created" else change.after
    return assignee["id"] if assignee else None


def _hand_over(gone: Person, into: Person) -> None:
    """Let all that refers to the one refer to the other, in every room; items and stays have their own way."""
    apart_already = {*(entry[0] for entry in ONCE), Item, Stay}
    for model, owner, apart in ONCE:
        rows = model._default_manager.filter(**{owner: gone})
        for row in rows:
            same = {column: getattr(row, column) for column in apart}
            if model._default_manager.filter(**{owner: into}, **same).exists():
                row.delete()
        rows.update(**{owner: into})
    for relation in Person._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if (
            relation.many_to_many
            or (model in apart_already and name in {"person", "assignee"})
            or not isinstance(model, type)
        ):
            continue
        model._default_manager.filter(Q(**{name: gone})).update(**{name: into})


def _announce(ids: Iterable[int], *, by: Actor, at: datetime) -> None:
    boards: dict[int, list[int]] = {}
    for item, board in Item.objects.filter(pk__in=ids).values_list("pk", "board_id"):
        boards.setdefault(board, []).append(item)
    announce(items=boards, by=by, at=at)
