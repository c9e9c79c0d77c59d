"""Who and what the sample is about: the people, boards, toil types and rules of an invented team."""

from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

TEAM_SLUG = "core-sre"
TEAM_NAME = "Core SRE"
MAIN_BOARD = "operations"
ACCESS_BOARD = "requests"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the team, with the working day of the place where they live."""

    email: str
    name: str
    place: str

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of their calendar."""
        return ZoneInfo(PLACES[self.place].zone)


@dataclass(frozen=True, slots=True)
class Place:
    """Where people work: zone, working hours and public holidays."""

    zone: str
    start: time
    end: time
    holidays: str


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """A column of a board."""

    name: str
    stage: str
    wip_limit: int | None = None


@dataclass(frozen=True, slots=True)
class SampleRule:
    """A rule that classifies what comes in."""

    name: str
    classification: str
    title_contains: str = ""
    label: str = ""
    toil_type: str = ""


PLACES = {
    "Berlin": Place("Europe/Berlin", time(9), time(17), "DE-BE"),
    "Tokyo": Place("Asia/Tokyo", time(10), time(18), "JP"),
}

ALICE = Colleague("alice@example.com", "Alice Berger", "Berlin")
BOB = Colleague("bob@example.com", "Bob Keller", "Berlin")
MIRA = Colleague("mira@example.com", "Mira Kovač", "Berlin")
HARUKA = Colleague("haruka@example.com", "Haruka Sato", "Tokyo")
KENJI = Colleague("kenji@example.com", "Kenji Mori", "Tokyo")
YUKI = Colleague("yuki@example.com", "田中 由紀", "Tokyo")

OWNER = ALICE
PEOPLE = (ALICE, BOB, MIRA, HARUKA, KENJI, YUKI)

BOARDS = {
    MAIN_BOARD: (
        "On-call and platform",
        (
            SampleColumn("Backlog", "queue"),
            SampleColumn("Ready", "queue"),
            SampleColumn("In progress", "active", 8),
            SampleColumn("Waiting", "waiting"),
            SampleColumn("Review", "waiting", 5),
            SampleColumn("Done", "done"),
        ),
    ),
    ACCESS_BOARD: (
        "Requests",
        (
            SampleColumn("Inbox", "queue"),
            SampleColumn("In progress", "active", 4),
            SampleColumn("Waiting", "waiting"),
            SampleColumn("Done", "done"),
        ),
    ),
}

TOIL_TYPES = {
    "Disk full": "db-replica",
    "Certificate renewal": "edge-proxy",
    "Restart stuck consumer": "billing-consumer",
    "Access grants": "access-mgmt",
    "Flaky synthetic check": "observability",
    "Manual failover": "redis-sentinel",
}

RULES = (
    SampleRule("Disk alerts", "toil", title_contains="disk full", toil_type="Disk full"),
    SampleRule("Certificates", "toil", title_contains="renew certificate", toil_type="Certificate renewal"),
    SampleRule("Consumers", "toil", title_contains="restart stuck consumer", toil_type="Restart stuck consumer"),
    SampleRule("Access", "toil", label="access", toil_type="Access grants"),
    SampleRule("Synthetic checks", "toil", title_contains="flaky synthetic check", toil_type="Flaky synthetic check"),
    SampleRule("Failovers", "toil", title_contains="fail over redis", toil_type="Manual failover"),
    SampleRule("Meetings", "overhead", label="meeting"),
)
