"""Who may do what in a team."""

import pytest
from django.http import Http404

from teams.models import Role, Scope, Team, User
from teams.permissions import can_configure, can_import, can_own, can_read, can_work, get_team_or_404, role_of
from tests.factories import ApiTokenFactory, MembershipFactory, UserFactory


def allowed(viewer: object, team: Team) -> list[bool]:
    return [ask(viewer, team) for ask in (can_read, can_import, can_work, can_configure, can_own)]


def test_a_role_includes_the_ones_before_it(team, alice, mallory, bob, charlie):
    answers = {user.email: allowed(user, team) for user in (alice, mallory, bob, charlie)}

    assert answers == {
        "alice@example.com": [True, True, True, True, True],
        "mallory@example.com": [True, True, True, False, False],
        "bob@example.com": [True, False, False, False, False],
        "charlie@example.com": [False] * 5,
    }


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope.READ, [True, False, False, False, False]),
        (Scope.IMPORT, [True, True, False, False, False]),
        (Scope.WRITE, [True, True, True, True, False]),
    ],
)
def test_a_scope_includes_the_ones_before_it_and_none_owns(team, scope, expected):
    token = ApiTokenFactory(team=team, scope=scope)

    assert allowed(token, team) == expected


def test_a_token_is_a_stranger_to_another_team(team):
    token = ApiTokenFactory(scope=Scope.WRITE)

    assert allowed(token, team) == [False] * 5
    with pytest.raises(Http404):
        get_team_or_404(token, team.slug)


def test_a_superuser_owns_every_team(team, root):
    assert role_of(root, team) == Role.OWNER
    assert get_team_or_404(root, "sre") == team


def test_a_membership_gives_no_rights_before_its_invitation_is_accepted(team):
    user = UserFactory()
    MembershipFactory(team=team, person=user.person, role=Role.OWNER, confirmed_at=None)

    assert role_of(user, team) is None
    with pytest.raises(Http404):
        get_team_or_404(user, "sre")


def test_an_account_that_was_switched_off_has_no_rights(team, alice: User):
    alice.is_active = False
    alice.save()

    assert role_of(alice, team) is None
