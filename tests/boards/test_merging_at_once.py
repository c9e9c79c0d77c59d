"""Somebody who gets an account while they are merged away keeps it."""

import pytest
from django.utils import timezone

from boards.services import people
from boards.services.people import MergeRefusedError, merge_people
from teams.actors import SYSTEM
from teams.models import Person, Team
from tests.factories import InvitationFactory, MembershipFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def merge(team: Team, gone: Person) -> Person:
    into = MembershipFactory(team=team).person
    return merge_people(team=team, gone=gone, into=into, by=SYSTEM, at=timezone.now())


def gets_account(person: Person) -> None:
    spare = UserFactory().person
    user = spare.user
    spare.user = None
    spare.save()
    Person.objects.filter(pk=person.pk).update(user=user)


def is_invited(person: Person) -> None:
    InvitationFactory(email=person.email)


@pytest.mark.parametrize(("happens", "told"), [(gets_account, "has an account"), (is_invited, "has been invited")])
def test_who_gets_an_account_between_the_two_steps_is_not_deleted(monkeypatch, team: Team, happens, told: str) -> None:
    gone = PersonFactory(email="dora@example.com")
    delete = people._delete

    def later(gone_id: int, into_id: int) -> Person | None:
        happens(gone)
        return delete(gone_id, into_id)

    monkeypatch.setattr(people, "_delete", later)

    with pytest.raises(MergeRefusedError, match=told):
        merge(team, gone)

    assert Person.objects.filter(pk=gone.pk).exists()
