"""The small work of the sample, logged by those who did it: pages, renewals and grants, and what has no class."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from teams.worktime import Span
from toiltracker.demo import titles
from toiltracker.demo.cast import ACCESS_BOARD, BOB, KENJI, MAIN_BOARD
from toiltracker.demo.clockwork import Clockwork
from toiltracker.demo.tickets import Step, Ticket, Worked

AUTOMATED_IN_WEEK = 13
"""The week, counted from the first, in which certificates began to renew themselves."""
ALERTS_CONNECTED_IN_WEEK = 4
"""The week from which alerts come from Alertmanager; before, whoever was on call wrote a ticket."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """A kind of toil that comes again: how long one takes in hours, and whether it comes as an alert."""

    toil_type: str
    service: str
    shortest: float
    longest: float
    is_alert: bool = False
    night_share: float = 0.0


DISK = Recurring("Disk full", "db-replica", 0.4, 1.1, is_alert=True, night_share=0.3)
CERTIFICATE = Recurring("Certificate renewal", "edge-proxy", 1.1, 2.4)
CONSUMER = Recurring("Restart stuck consumer", "billing-consumer", 0.25, 0.8, is_alert=True, night_share=0.25)
ACCESS = Recurring("Access grants", "access-mgmt", 0.2, 0.6)
SYNTHETIC = Recurring("Flaky synthetic check", "observability", 0.2, 0.5, is_alert=True)
FAILOVER = Recurring("Manual failover", "redis-sentinel", 1.5, 2.5)
OTHER = Recurring("", "", 0.5, 1.6)


def hours_of_week(kind: Recurring, week: int, *, weeks: int) -> float:
    """Return the hours that a kind of toil takes in a week (0 is the first), before chance."""
    if kind is DISK:
        filling = max(0, week - (weeks - 8)) * 1.5
        return 3.4 + filling
    if kind is CERTIFICATE:
        return 10.0 if week < AUTOMATED_IN_WEEK else (1.2 if week == AUTOMATED_IN_WEEK else 0.0)
    if kind is FAILOVER:
        return 2.0 if week % 4 == 2 else 0.0
    return {CONSUMER: 4.0, ACCESS: 4.0, SYNTHETIC: 1.4, OTHER: 2.2}[kind]


KINDS = (DISK, CERTIFICATE, CONSUMER, ACCESS, SYNTHETIC, FAILOVER, OTHER)


def toil_of_week(
    week: int, monday: datetime, *, weeks: int, team: Sequence[Clockwork], chance: Random
) -> Iterator[Ticket]:
    """Give the tickets of toil of one week; each takes its time from the person who is on call or in charge."""
    for kind in KINDS:
        more_or_less = (0.85, 1.15) if week < weeks - 2 else (1.0, 1.2)
        left = hours_of_week(kind, week, weeks=weeks) * chance.uniform(*more_or_less)
        while left >= kind.shortest:
            hours = min(round(chance.uniform(kind.shortest, kind.longest), 2), left)
            worker = _worker(kind, week, team, chance)
            start = _start(kind, worker, monday, chance)
            span = worker.take(start, hours) if start else None
            left -= hours
            if span is not None:
                yield _ticket(kind, worker, span, source=source_of(kind, week), chance=chance)


def unclear_of_week(
    week: int, monday: datetime, *, weeks: int, team: Sequence[Clockwork], chance: Random
) -> Iterator[Ticket]:
    """Give the requests of one week that nobody has classified: fewer, since the team began to sort them."""
    for _ in range(6 if week < weeks // 3 else 3):
        title, service = chance.choice(titles.UNCLEAR)
        worker = chance.choice(team)
        start = _start(OTHER, worker, monday, chance)
        span = worker.take(start, round(chance.uniform(1.0, 2.6), 2)) if start else None
        if span is not None:
            who, created = worker.person.email, span.start - timedelta(hours=chance.randrange(3, 60))
            yield Ticket(
                board=MAIN_BOARD,
                source="jira",
                title=f"{title} ({chance.choice(titles.PARTNERS)})",
                created_at=created,
                steps=(
                    Step(created, "Ready", None),
                    Step(span.start, "In progress", who),
                    Step(span.end, "Done", who),
                ),
                logs=(Worked(who, span.start, span.end),),
                service=service,
            )


def _worker(kind: Recurring, week: int, team: Sequence[Clockwork], chance: Random) -> Clockwork:
    """Return who does it: the one on call for alerts, two people for access, anybody for the rest."""
    if kind.is_alert and chance.random() < 0.75:
        return team[week % len(team)]
    if kind is ACCESS:
        grantor = chance.choice((BOB, KENJI))
        return next(member for member in team if member.person == grantor)
    return chance.choice(team)


def _start(kind: Recurring, worker: Clockwork, monday: datetime, chance: Random) -> datetime | None:
    """Return when the work began: in working time, or for a page at night, by the person's own clock."""
    if chance.random() < kind.night_share:
        night = monday + timedelta(days=chance.randrange(7))
        local = night.astimezone(worker.person.zone).replace(
            hour=chance.choice((1, 2, 3, 4)), minute=chance.randrange(60), second=0, microsecond=0
        )
        return local.astimezone(monday.tzinfo)
    spans = worker.spans_of_week(monday)
    if not spans:
        return None
    span = chance.choice(spans)
    minutes = int((span.end - span.start).total_seconds() // 60)
    return span.start + timedelta(minutes=chance.randrange(max(minutes - 150, 1)))


def source_of(kind: Recurring, week: int) -> str:
    """Return which system a kind of toil came from in a week."""
    return "alertmanager" if kind.is_alert and week >= ALERTS_CONNECTED_IN_WEEK else "jira"


def _ticket(kind: Recurring, worker: Clockwork, span: Span, *, source: str, chance: Random) -> Ticket:
    who, start, end = worker.person.email, span.start, span.end
    waited = timedelta(minutes=chance.randrange(3, 15)) if kind.is_alert else timedelta(hours=chance.randrange(4, 70))
    board = ACCESS_BOARD if kind is ACCESS else MAIN_BOARD
    first = "Inbox" if board == ACCESS_BOARD else "Ready"
    title, service = _title(kind, chance)
    created = start - waited
    return Ticket(
        board=board,
        source=source,
        title=title,
        created_at=created,
        steps=(Step(created, first, None), Step(start, "In progress", who), Step(end, "Done", who)),
        logs=(Worked(who, start, end),),
        classification="toil",
        decided_by="rule" if kind.toil_type else "person",
        service=service,
        labels=("access",) if kind is ACCESS else (),
        description=titles.DESCRIPTIONS.get(kind.toil_type, ""),
        is_interrupt=kind.is_alert,
        priority="high" if kind.is_alert else "normal",
    )


def _title(kind: Recurring, chance: Random) -> tuple[str, str]:
    if kind is OTHER:
        return chance.choice(titles.MISCELLANEOUS_TOIL)
    if kind is ACCESS:
        return chance.choice(titles.ACCESS), kind.service
    return {
        "Disk full": f"Disk full on db-replica-{chance.randrange(1, 10):02d}",
        "Certificate renewal": f"Renew certificate of {chance.choice(titles.CERTIFICATE_HOSTS)}.example.com",
        "Restart stuck consumer": f"Restart stuck consumer billing-{chance.randrange(1, 7):02d}",
        "Flaky synthetic check": f"Flaky synthetic check: checkout in {chance.choice(('Tokyo', 'Osaka', 'Berlin'))}",
        "Manual failover": f"Fail over Redis in zone {chance.choice('abc')} by hand",
    }[kind.toil_type], kind.service
