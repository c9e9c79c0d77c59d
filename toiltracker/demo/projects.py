"""The planned work of the sample: what each person has in progress, one thing after another, and the meetings."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from toiltracker.demo import titles
from toiltracker.demo.cast import ALICE, MAIN_BOARD, MIRA
from toiltracker.demo.clockwork import Clockwork
from toiltracker.demo.tickets import Step, Ticket, Worked
from toiltracker.demo.toil import AUTOMATED_IN_WEEK

IDLE = 0.44
"""Hours without an item in progress for each hour with one: what keeps coverage near two thirds."""


def projects_of(worker: Clockwork, *, start: datetime, end: datetime, chance: Random) -> Iterator[Ticket]:
    """Give what one person works on from `start` to `end`: an item, a pause without one, the next item."""
    pool = cycle(chance.sample(titles.ENGINEERING, len(titles.ENGINEERING)))
    begun = worker.next_working(start + timedelta(hours=chance.randrange(0, 20)))
    automation = start + timedelta(weeks=AUTOMATED_IN_WEEK - 1)
    is_automation_due = worker.person == MIRA
    while begun is not None and begun < end:
        if is_automation_due and begun >= automation:
            is_automation_due = False
            ticket, hours = _automation(worker, begun)
        elif chance.random() < 0.24:
            ticket, hours = _overhead(worker, begun, chance)
        elif chance.random() < 0.05:
            ticket, hours = _unclear(worker, begun, chance)
        else:
            ticket, hours = _engineering(worker, begun, next(pool), chance)
        yield ticket
        begun = worker.next_working(worker.after(begun, hours * (1 + IDLE * chance.uniform(0.6, 1.4))))


def meetings_of_week(monday: datetime, *, team: Sequence[Clockwork]) -> Iterator[Ticket]:
    """Give the handover that all attend and the review of the week, with everybody's time logged."""
    for title, day, hour, length in (
        ("On-call handover and operations review", 0, 9, 0.75),
        ("Planning: the week ahead", 1, 9, 0.5),
    ):
        local = (monday + timedelta(days=day)).astimezone(ALICE.zone).replace(hour=hour, minute=0)
        start = local.astimezone(monday.tzinfo)
        at_work = [member for member in team if any(span.start <= start < span.end for span in member.spans)]
        logs = [(member.person.email, member.take(start, length)) for member in at_work]
        worked = tuple(Worked(email, span.start, span.end) for email, span in logs if span is not None)
        if worked:
            created = start - timedelta(days=2)
            yield Ticket(
                board=MAIN_BOARD,
                source="jira",
                title=title,
                created_at=created,
                steps=(Step(created, "Ready", ALICE.email), Step(worked[0].ended_at, "Done", ALICE.email)),
                logs=worked,
                classification="overhead",
                decided_by="rule",
                labels=("meeting", "on-call") if day == 0 else ("meeting",),
            )


def _engineering(
    worker: Clockwork, start: datetime, words: tuple[str, str, tuple[str, ...]], chance: Random
) -> tuple[Ticket, float]:
    title, service, labels = words
    hours = round(chance.triangular(7, 38, 16), 1)
    steps = _path(worker, start, hours, chance, has_review=True)
    ticket = Ticket(
        board=MAIN_BOARD,
        source="jira",
        title=title,
        created_at=steps[0].at,
        steps=steps,
        classification="engineering",
        decided_by="import" if chance.random() < 0.6 else "person",
        service=service,
        labels=labels,
        estimate_hours=float(round(hours / 4) * 4) or None,
    )
    return ticket, hours


def _overhead(worker: Clockwork, start: datetime, chance: Random) -> tuple[Ticket, float]:
    title, service, labels = chance.choice(titles.OVERHEAD)
    hours = round(chance.uniform(5, 13), 1)
    steps = _path(worker, start, hours, chance, has_review=False)
    ticket = Ticket(
        board=MAIN_BOARD,
        source="jira",
        title=title,
        created_at=steps[0].at,
        steps=steps,
        classification="overhead",
        decided_by="person",
        service=service,
        labels=labels,
    )
    return ticket, hours


def _unclear(worker: Clockwork, start: datetime, chance: Random) -> tuple[Ticket, float]:
    title, service = chance.choice(titles.UNCLEAR)
    hours = round(chance.uniform(3, 9), 1)
    steps = _path(worker, start, hours, chance, has_review=False)
    ticket = Ticket(
        board=MAIN_BOARD,
        source="jira",
        title=f"{title} ({chance.choice(titles.PARTNERS)})",
        created_at=steps[0].at,
        steps=steps,
        service=service,
    )
    return ticket, hours


def _automation(worker: Clockwork, start: datetime) -> tuple[Ticket, float]:
    who, hours = worker.person.email, 14.0
    created, ended = start - timedelta(days=9), worker.after(start, hours)
    ticket = Ticket(
        board=MAIN_BOARD,
        source="jira",
        title=titles.AUTOMATION,
        created_at=created,
        steps=(Step(created, "Ready", who), Step(start, "In progress", who), Step(ended, "Done", who)),
        classification="engineering",
        decided_by="person",
        service="edge-proxy",
        labels=("toil fix", "cert"),
        estimate_hours=16.0,
    )
    return ticket, hours


def _path(worker: Clockwork, start: datetime, hours: float, chance: Random, *, has_review: bool) -> tuple[Step, ...]:
    """Return how a ticket goes over the board: sometimes it waits in the middle, mostly it is reviewed."""
    who = worker.person.email
    created = start - timedelta(days=chance.randrange(4, 60), minutes=chance.randrange(600))
    ready = start - min(timedelta(days=chance.triangular(0.2, 9, 2)), (start - created) / 2)
    steps = [Step(created, "Backlog", None), Step(ready, "Ready", who), Step(start, "In progress", who)]
    ended = worker.after(start, hours)
    if chance.random() < 0.3:
        pause = worker.after(start, hours * 0.4)
        resumed = worker.after(pause, chance.uniform(4, 36))
        ended = worker.after(resumed, hours * 0.6)
        if start < pause < resumed < ended:
            steps += [Step(pause, "Waiting", who), Step(resumed, "In progress", who)]
    if has_review and chance.random() < 0.75:
        steps.append(Step(ended, "Review", who))
        ended = worker.after(ended, chance.triangular(2, 30, 8))
    if ended > steps[-1].at:
        steps.append(Step(ended, "Done", who))
    return tuple(steps)
