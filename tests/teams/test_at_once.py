"""What two people do at the same instant."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from teams.actors import actor_of
from teams.errors import ToilTrackerError
from teams.models import Membership, Role, User
from teams.services.accounts import create_account
from teams.services.invitations import accept_with_new_account, invite
from teams.services.members import remove_member
from tests.factories import InvitationFactory, MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "purple monkey dishwasher"


def at_once(*actions: Callable[[], object]) -> list[str]:
    """Start all actions together; return for each "done" or the code of its refusal."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], object]) -> str:
        try:
            barrier.wait()
            action()
        except ToilTrackerError as error:
            return error.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        return sorted(pool.map(run, actions))


def test_two_owners_who_remove_each_other_leave_one():
    team = TeamFactory()
    owners = [MembershipFactory(team=team, role=Role.OWNER, person=UserFactory().person) for _ in range(2)]

    answers = at_once(
        *(
            lambda gone=gone, by=by: remove_member(
                membership=gone, by=actor_of(User.objects.get(person=by.person)), at=timezone.now()
            )
            for gone, by in (owners, owners[::-1])
        )
    )

    assert answers == ["done", "last_owner"]
    assert Membership.objects.filter(team=team, role=Role.OWNER).count() == 1


def test_an_invitation_that_is_accepted_twice_at_once_makes_one_account():
    invitation = InvitationFactory(email="dora@example.com", secret="doras")

    answers = at_once(
        *(
            lambda name=name: accept_with_new_account(secret="doras", name=name, password=PASSWORD, at=timezone.now())
            for name in ("Dora", "Eve")
        )
    )

    assert answers == ["done", "invitation_closed"]
    assert Membership.objects.get(team=invitation.team).person.user.email == "dora@example.com"


def test_an_address_that_is_invited_twice_at_once_is_one_member():
    team = TeamFactory()
    owner = actor_of(UserFactory())

    answers = at_once(
        *(
            lambda role=role: invite(team=team, email="dora@example.com", role=role, by=owner, at=timezone.now())
            for role in (Role.MEMBER, Role.VIEWER)
        )
    )

    assert answers == ["done", "done"]
    assert Membership.objects.filter(team=team).count() == 1
    assert team.invitations.open().count() == 1


def test_an_account_that_is_created_twice_at_once_is_one():
    answers = at_once(
        *(lambda: create_account(email="dora@example.com", password=PASSWORD, at=timezone.now()) for _ in range(2))
    )

    assert answers == ["account_exists", "done"]
