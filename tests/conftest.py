"""What every test may ask for."""

import os
from pathlib import Path

import pytest
import redis
from django.conf import settings
from rest_framework.test import APIClient

from teams.models import Role, Team, User
from tests import factories

pytest_plugins = ["tests.machine"]


@pytest.fixture(scope="session")
def redis_server() -> redis.Redis:
    """The real server behind cache, tasks and events."""
    return redis.Redis.from_url(settings.REDIS_URL)


@pytest.fixture(autouse=True)
def empty_cache(redis_server: redis.Redis) -> None:
    """Let no rate limit or kept answer reach the next test (`cache.clear` would take other workers' keys too)."""
    keys = list(redis_server.scan_iter(match=settings.REDIS_KEY_PREFIX + "*", count=1000))
    if keys:
        redis_server.delete(*keys)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of captured payloads and worked examples; tests that need it are skipped where it is not."""
    given = os.environ.get("TOILTRACKER_TEST_DATA")
    places = [Path(given)] if given else [above / "shared" / "data" for above in Path(__file__).resolve().parents[1:]]
    for place in places:
        if (place / "MANIFEST.csv").is_file():
            return place
    pytest.skip("The captured payloads are not here: set TOILTRACKER_TEST_DATA to their folder.")


# The cast: alice owns the team, mallory works in it, bob may look at it, charlie is a stranger.


@pytest.fixture
def team(db: None) -> Team:
    """The team of the cast."""
    return factories.TeamFactory(slug="sre", name="SRE")


@pytest.fixture
def alice(team: Team) -> User:
    """The owner."""
    user = factories.UserFactory(email="alice@example.com", person__name="Alice")
    factories.MembershipFactory(team=team, person=user.person, role=Role.OWNER)
    return user


@pytest.fixture
def mallory(team: Team) -> User:
    """A member."""
    user = factories.UserFactory(email="mallory@example.com", person__name="Mallory")
    factories.MembershipFactory(team=team, person=user.person, role=Role.MEMBER)
    return user


@pytest.fixture
def bob(team: Team) -> User:
    """A viewer."""
    user = factories.UserFactory(email="bob@example.com", person__name="Bob")
    factories.MembershipFactory(team=team, person=user.person, role=Role.VIEWER)
    return user


@pytest.fixture
def charlie(db: None) -> User:
    """A stranger: the owner of another team."""
    user = factories.UserFactory(email="charlie@example.com", person__name="Charlie")
    factories.MembershipFactory(team__slug="strangers", person=user.person, role=Role.OWNER)
    return user


@pytest.fixture
def root(db: None) -> User:
    """A superuser, in no team."""
    return factories.UserFactory(email="root@example.com", person__name="Root", is_superuser=True)


@pytest.fixture
def api(team: Team) -> APIClient:
    """A program with the team's write token."""
    token = factories.ApiTokenFactory(team=team, secret="tt_of-the-team")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer tt_of-the-team")
    client.token = token
    return client
