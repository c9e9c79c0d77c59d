"""Who follows which boards, and whether they still may."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from boards.models import Board
from teams.models import Membership, Role, User

SIGNED_OUT: Final = "signed_out"
NOT_ALLOWED: Final = "not_allowed"
WORKERS: Final = {Role.MEMBER, Role.OWNER}


@dataclass(frozen=True, slots=True)
class Face:
    """What a card looks like depends on: readers with the same face get the same text."""

    can_work: bool
    language: str


@dataclass(frozen=True, slots=True)
class Reader:
    """An open browser of a person in a team, with the session that it was let in by."""

    user: int
    session: str
    team: int
    face: Face
    boards: Mapping[int, int] = field(hash=False)
    """How far it has seen the feed of each board."""


def still_allowed(readers: Collection[Reader], *, at: datetime) -> dict[Reader, Reader | str]:
    """Return for each reader how it may go on (in another face, without boards that are gone), or why it may not.

    In five queries, for however many readers.
    """
    users = User.objects.filter(is_active=True).in_bulk({reader.user for reader in readers})
    signed_in = _signed_in({reader.session for reader in readers}, users, at)
    teams = {reader.team for reader in readers}
    rows = Membership.objects.confirmed().filter(team__in=teams, person__user__in=users)
    roles = {(team, user): role for team, user, role in rows.values_list("team_id", "person__user_id", "role")}
    wanted = {board for reader in readers for board in reader.boards}
    boards = dict(Board.objects.kept().filter(pk__in=wanted).values_list("pk", "team_id"))
    verdicts: dict[Reader, Reader | str] = {}
    for reader in readers:
        user = users.get(reader.user)
        role = Role.OWNER if user and user.is_superuser else roles.get((reader.team, reader.user))
        shown = {board: seq for board, seq in reader.boards.items() if boards.get(board) == reader.team}
        if user is None or signed_in.get(reader.session) != reader.user:
            verdicts[reader] = SIGNED_OUT
        elif role is None or not shown:
            verdicts[reader] = NOT_ALLOWED
        else:
            verdicts[reader] = replace(reader, face=replace(reader.face, can_work=role in WORKERS), boards=shown)
    return verdicts


def _signed_in(keys: Collection[str], users: Mapping[int, User], at: datetime) -> dict[str, int]:
    """Return whose each session is, of those that still hold: neither signed out, nor from before a new password."""
    found = {}
    for session in Session.objects.filter(session_key__in=keys, expire_date__gt=at):
        said = session.get_decoded()
        user = users.get(int(said.get(SESSION_KEY, 0)))
        if user is None or BACKEND_SESSION_KEY not in said:
            continue
        if constant_time_compare(said.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            found[session.session_key] = user.pk
    return found
