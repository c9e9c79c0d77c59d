"""What lies open on the boards of the sample at the end: ideas, requests, blocked work and what nobody has sorted."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from toiltracker.demo import titles
from toiltracker.demo.cast import ACCESS_BOARD, MAIN_BOARD
from toiltracker.demo.clockwork import Clockwork
from toiltracker.demo.tickets import Step, Ticket

AUTOMATED_NEXT = (
    ("Grow replica volumes by themselves", "db-replica", ("toil fix", "disk")),
    ("Auto-restart a consumer when lag exceeds 10 minutes", "billing-consumer", ("toil fix", "kafka")),
    ("ディスク使用量の予測アラート", "db-replica", ("toil fix", "alerting")),
)


def open_items(at: datetime, *, team: Sequence[Clockwork], busy: set[str | None], chance: Random) -> Iterator[Ticket]:
    """Give the tickets that nobody has begun, those that are stuck, and something to do for who is not busy."""
    yield from _ideas(at, team, chance)
    yield from _unsorted(at, chance)
    yield from _requests(at, chance)
    yield from _stuck(at, team, chance)
    yield from _in_hand(at, team, busy, chance)


def _ideas(at: datetime, team: Sequence[Clockwork], chance: Random) -> Iterator[Ticket]:
    words = [*AUTOMATED_NEXT, *chance.sample(titles.ENGINEERING, 32)]
    for index, (title, service, labels) in enumerate(words):
        is_ready = index % 3 == 0
        created = _ago(at, chance, days=48 if not is_ready else 14)
        steps = [Step(created, "Backlog", None)]
        if is_ready:
            owner = chance.choice(team).person.email if chance.random() < 0.6 else None
            steps.append(Step(created + (at - created) * chance.uniform(0.5, 0.9), "Ready", owner))
        due = (at + timedelta(days=chance.randrange(3, 30))).date() if chance.random() < 0.15 else None
        yield Ticket(
            board=MAIN_BOARD,
            source="jira",
            title=_second(title, index),
            created_at=created,
            steps=tuple(steps),
            classification="engineering",
            decided_by="import" if chance.random() < 0.5 else "person",
            service=service,
            labels=labels,
            estimate_hours=float(chance.choice((4, 8, 16, 24))),
            due_date=due,
        )
    for title, service, labels in titles.OVERHEAD[:4]:
        created = _ago(at, chance, days=40)
        yield Ticket(
            board=MAIN_BOARD,
            source="jira",
            title=title,
            created_at=created,
            steps=(Step(created, "Backlog", None),),
            classification="overhead",
            decided_by="person",
            service=service,
            labels=labels,
        )


def _unsorted(at: datetime, chance: Random) -> Iterator[Ticket]:
    for index, (title, service) in enumerate(chance.sample(titles.UNCLEAR, 8)):
        created = _ago(at, chance, days=9)
        steps = [Step(created, "Backlog", None)]
        if index % 4 == 0:
            steps.append(Step(created + (at - created) / 2, "Ready", None))
        yield Ticket(
            board=MAIN_BOARD,
            source="jira",
            title=title,
            created_at=created,
            steps=tuple(steps),
            service=service,
            priority="high" if index == 0 else "normal",
        )


def _requests(at: datetime, chance: Random) -> Iterator[Ticket]:
    for title, service in titles.MISCELLANEOUS_TOIL:
        created = _ago(at, chance, days=20)
        yield Ticket(
            board=MAIN_BOARD,
            source="jira",
            title=title,
            created_at=created,
            steps=(Step(created, "Backlog", None),),
            classification="toil",
            decided_by="person",
            service=service,
        )
    for number in (3, 7):
        created = _ago(at, chance, days=2)
        yield Ticket(
            board=MAIN_BOARD,
            source="alertmanager",
            title=f"Disk full on db-replica-{number:02d}",
            created_at=created,
            steps=(Step(created, "Backlog", None), Step(created + (at - created) / 2, "Ready", None)),
            classification="toil",
            decided_by="rule",
            service="db-replica",
            description=titles.DESCRIPTIONS["Disk full"],
            is_interrupt=True,
            priority="urgent",
        )
    for title in titles.ACCESS:
        created = _ago(at, chance, days=6)
        yield Ticket(
            board=ACCESS_BOARD,
            source="jira",
            title=title,
            created_at=created,
            steps=(Step(created, "Inbox", None),),
            classification="toil",
            decided_by="rule",
            service="access-mgmt",
            labels=("access",),
        )


def _stuck(at: datetime, team: Sequence[Clockwork], chance: Random) -> Iterator[Ticket]:
    """Give work that was begun and waits: three of them are blocked, with the reason."""
    words = (
        ("Replace failed NVMe in db-replica-03", "db-replica", "toil", ("hardware",)),
        ("Single sign-on for the bastion hosts, second part", "access-mgmt", "engineering", ("security",)),
        ("Move log archive to cold storage, last tenant", "observability", "engineering", ("cost",)),
        ("Budget approval for extra replicas", "db-replica", "overhead", ("planning",)),
        ("Firewall change for the partner network", "edge-proxy", "unclassified", ("network",)),
    )
    for index, (title, service, classification, labels) in enumerate(words):
        worker = team[index % len(team)]
        created = at - timedelta(days=16 - 3 * index, minutes=chance.randrange(600))
        begun = worker.next_working(created + timedelta(days=1)) or created
        waits = worker.after(begun, 1.5)
        steps = [Step(created, "Backlog", None), Step(begun, "In progress", worker.person.email)]
        steps.append(Step(min(waits, at), "Waiting", worker.person.email))
        yield Ticket(
            board=MAIN_BOARD,
            source="jira",
            title=title,
            created_at=created,
            steps=tuple(steps),
            classification=classification,
            decided_by="nobody" if classification == "unclassified" else "person",
            service=service,
            labels=labels,
            blocked_reason=titles.BLOCKED[index] if index < len(titles.BLOCKED) else "",
        )


def _in_hand(at: datetime, team: Sequence[Clockwork], busy: set[str | None], chance: Random) -> Iterator[Ticket]:
    """Give everybody something in progress, two people a second thing, and three things for review."""
    idle = [worker for worker in team if worker.person.email not in busy]
    for index, worker in enumerate([*idle, team[1], team[4], *team[:3]]):
        title, service, labels = titles.IN_HAND[index]
        is_reviewed = index >= len(idle) + 2
        spans = [span for span in worker.spans if span.start < at]
        begun, created = spans[-1].start, spans[-1].start - timedelta(days=chance.uniform(4, 20))
        steps = [Step(created, "Backlog", None), Step(begun, "In progress", worker.person.email)]
        if is_reviewed:
            started = spans[-2 - index % 2].start
            steps = [
                Step(created - timedelta(days=6), "Backlog", None),
                Step(started, "In progress", worker.person.email),
                Step(min(worker.after(started, 5), at), "Review", worker.person.email),
            ]
        yield Ticket(
            board=MAIN_BOARD,
            source="jira",
            title=title,
            created_at=steps[0].at,
            steps=tuple(steps),
            classification="engineering",
            decided_by="person",
            service=service,
            labels=labels,
            estimate_hours=float(chance.choice((8, 12, 16))),
        )


def _ago(at: datetime, chance: Random, *, days: int) -> datetime:
    return at - timedelta(days=chance.uniform(0.2, days))


def _second(title: str, index: int) -> str:
    """Return a title that does not read like a copy of what was done before."""
    return title if index < len(AUTOMATED_NEXT) else f"{title}, next step"
