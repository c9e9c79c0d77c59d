"""The figures of a team by the text of docs/measurement.md: slow, instant by instant, in fractions.

It knows nothing of the code that it judges: it gets a history as plain records, and reads only who is a member and
when people work from the tables.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest

from teams.models import Calendar, Membership, Person, Team, TimeOff

STEP = timedelta(minutes=10)
STEP_HOURS = Fraction(1, 6)
CLASSES = ["toil", "engineering", "overhead", "unclassified"]
GROUPINGS = ("service", "label", "toil_type", "item", "day", "week")


@dataclass(frozen=True)
class Work:
    """An item outside the trash, and the team whose board it is on now."""

    pk: int
    team: int
    classification: str
    service: str | None
    labels: tuple[str, ...]
    toil_type: str | None
    finished_at: datetime | None


@dataclass(frozen=True)
class Stretch:
    """A person (None: nobody) had an item in an active column and not blocked, or logged it; end None: still."""

    item: int
    team: int
    person: int | None
    start: datetime
    end: datetime | None

    def covers(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)


@dataclass
class Expected:
    """What is to be measured of a team's days `[start, end)` at an instant; all times lie on a grid of STEP."""

    team: Team
    start: date
    end: date
    at: datetime
    items: Sequence[Work]
    stays: Sequence[Stretch]
    logs: Sequence[Stretch]
    hours: dict[tuple[int, date], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    capacity: Fraction = Fraction()
    covered: Fraction = Fraction()

    def __post_init__(self) -> None:
        self.by_pk = {item.pk: item for item in self.items}
        self.zone = ZoneInfo(self.team.calendar.timezone)
        for person in [*Person.objects.all(), None]:
            self.walk_through(person)

    def instants(self) -> Iterator[datetime]:
        instant = datetime.combine(self.start, time(), self.zone).astimezone(UTC)
        end = datetime.combine(self.end, time(), self.zone).astimezone(UTC)
        while instant < min(end, self.at):
            yield instant
            instant += STEP

    def walk_through(self, person: Person | None) -> None:
        is_at_work = _working_time(person, self.team)
        pk = person and person.pk
        stays = [s for s in self.stays if s.person == pk and (pk is not None or s.team == self.team.pk)]
        logs = [log for log in self.logs if log.person == pk]
        membership = Membership.objects.filter(team=self.team, person=person).first() if person else None
        for instant in self.instants():
            works, day = is_at_work(instant), instant.astimezone(self.zone).date()
            is_member = (
                membership is not None
                and (membership.first_date is None or membership.first_date <= day)
                and (membership.last_date is None or day <= membership.last_date)
            )
            self.capacity += STEP_HOURS * (works and is_member)
            attended = {log.item: log.team for log in logs if log.covers(instant)}
            if not attended and works:
                attended = {stay.item: stay.team for stay in stays if stay.covers(instant)}
            for item, team in attended.items():
                if team == self.team.pk:
                    self.hours[item, day] += STEP_HOURS / len(attended)
                    self.covered += STEP_HOURS / len(attended) * (works and is_member)

    def by_class(self, keys: Any = None) -> dict[Any, dict[str, Fraction]]:
        sums: dict[Any, dict[str, Fraction]] = defaultdict(lambda: dict.fromkeys(CLASSES, Fraction()))
        for (item, day), hours in self.hours.items():
            for key in keys(self.by_pk[item], day) if keys else [None]:
                sums[key][self.by_pk[item].classification] += hours
        return sums

    def finished(self) -> dict[str, int]:
        counts = dict.fromkeys(CLASSES, 0)
        for item in self.items:
            if item.finished_at is not None and item.team == self.team.pk and item.finished_at < self.at:
                day = item.finished_at.astimezone(self.zone).date()
                counts[item.classification] += self.start <= day < self.end
        return counts

    def groups(self, by: str) -> dict[Any, dict[str, Fraction]]:
        # Of an item that is another team's by now only the hours are told: neither its service nor its toil type.
        keys = {
            "service": lambda item, day: [(item.service or None) if item.team == self.team.pk else None],
            "label": lambda item, day: item.labels or [None],
            "toil_type": lambda item, day: [item.toil_type if item.team == self.team.pk else None],
            "item": lambda item, day: [item.pk],
            "day": lambda item, day: [day.isoformat()],
            "week": lambda item, day: ["{0.year:04d}-W{0.week:02d}".format(day.isocalendar())],
        }
        sums = self.by_class(keys[by])
        day = self.start
        while by in ("day", "week") and day < self.end:
            _ = sums[keys[by](None, day)[0]]
            day += timedelta(days=1)
        return sums


def _working_time(person: Person | None, asked: Team) -> Any:
    base, own, time_off = asked.calendar, None, []
    if person is not None:
        memberships = list(Membership.objects.filter(person=person).select_related("team__calendar"))
        if memberships:
            joined = min(memberships, key=lambda m: (m.first_date or date.min, m.created_at, m.pk))
            base = joined.team.calendar
        own = Calendar.objects.filter(person=person).first()
        time_off = list(TimeOff.objects.filter(person=person))

    def given(name: str) -> Any:
        return getattr(base, name) if own is None or getattr(own, name) is None else getattr(own, name)

    zone, weekdays, start, end = ZoneInfo(given("timezone")), given("weekdays"), given("start"), given("end")
    country, _, subdivision = given("holidays").partition("-")
    public = holidays.country_holidays(country, subdiv=subdivision or None) if country else ()
    off = {date.fromisoformat(day) for day in given("days_off")}

    def is_at_work(instant: datetime) -> bool:
        local = instant.astimezone(zone)
        day = local.date()
        return (
            day.weekday() in weekdays
            and start <= local.time() < end
            and day not in off
            and day not in public
            and not any(absence.first_date <= day <= absence.last_date for absence in time_off)
        )

    return is_at_work


def close(value: Fraction) -> Any:
    return pytest.approx(float(value), abs=1e-9)


def assert_agrees(expected: Expected, answers: dict[str, Any]) -> None:
    """Compare the endpoint's answers, by their grouping, with what is to be expected."""
    total = expected.by_class()[None]
    for answer in answers.values():
        assert answer["effort_hours"] == {name: close(hours) for name, hours in total.items()}
        assert answer["capacity_hours"] == close(expected.capacity)
        assert answer["coverage"] == (close(expected.covered / expected.capacity) if expected.capacity else None)
        assert answer["finished_items"] == expected.finished()
        _compare_share(answer, total, expected.capacity)
    for by, answer in answers.items():
        groups = {group["key"]: group["effort_hours"] for group in answer["groups"]}
        assert groups == {
            key: {name: close(hours) for name, hours in found.items()} for key, found in expected.groups(by).items()
        }
        if by in ("day", "week"):
            assert list(groups) == sorted(groups)
        else:
            toil = [group["effort_hours"]["toil"] for group in answer["groups"]]
            assert toil == sorted(toil, reverse=True)


def _compare_share(answer: dict[str, Any], hours: dict[str, Fraction], capacity: Fraction) -> None:
    t, e, o, u = (hours[name] for name in CLASSES)
    bases = {
        "classified": (t + e + o, t + e + o + u),
        "tracked": (t + e + o + u, t + e + o + u),
        "engineering": (t + e, t + e + u),
        "capacity": (capacity, capacity),
    }
    base, widest = bases[answer["denominator"]]
    if base == 0:
        assert answer["verdict"] == "no_data"
        assert answer["toil_share"] is None
        return
    verdicts = [
        "below" if share < Fraction(5, 100) else "above" if share > Fraction(10, 100) else "within"
        for share in (t / base, t / widest, (t + u) / widest)
    ]
    assert answer["toil_share"] == close(t / base)
    assert answer["toil_share_low"] == close(t / widest)
    assert answer["toil_share_high"] == close((t + u) / widest)
    assert answer["verdict"] == verdicts[0]
    assert answer["certain"] == (verdicts[1] == verdicts[2])
