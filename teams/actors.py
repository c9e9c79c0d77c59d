"""Who did it: what every service takes as `by`, and every Change records."""

from dataclasses import dataclass
from enum import StrEnum

from teams.models import ApiToken, Person, User


class Via(StrEnum):
    """The door by which a write came in."""

    PAGE = "page"
    API = "api"
    IMPORT = "import"
    RULE = "rule"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person, a token or the system, and the door by which they came.

    `action` is the id of what a person does on a page in one go: all changes that carry it are undone together.
    """

    person: Person | None = None
    token: ApiToken | None = None
    via: Via = Via.SYSTEM
    action: int | None = None


SYSTEM = Actor()


def actor_of(user: User) -> Actor:
    """Return who writes when somebody signed in uses a page."""
    return Actor(person=Person.objects.filter(user=user).first(), via=Via.PAGE)
