"""What is recorded about one person, for that person alone: their hours by week and class, and by team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from boards.models import Stay, WorkLog
from reports.attention import active_columns_of_people
from reports.effort import Piece, lay_out, microseconds, sum_effort
from reports.instants import Microseconds
from reports.periods import Period, Week, last_full_week, week_cuts, weeks_of
from reports.share import EffortByClass
from reports.weeks import by_class
from teams.models import Person
from teams.queries import calendars_of_people, time_off_of_people
from teams.worktime import hours_per_period, working_spans

_STRETCH = (Microseconds("started_at"), Microseconds("ended_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHours:
    """A person's hours: of each week by class and of working time, and of each team (by id) in all the weeks."""

    timezone: str
    weeks: Sequence[Week]
    efforts: Sequence[EffortByClass]
    working: Sequence[float]
    by_team: Sequence[tuple[int, float]]


def own_hours(*, person: Person, weeks: int, at: datetime) -> OwnHours:
    """Lay out a person's attention in their last weeks and the current one, in a constant number of queries.

    Weeks are those of the zone in which the person works.
    """
    calendar = calendars_of_people([person.pk])[person.pk]
    first = last_full_week(at, calendar.timezone).shifted(1 - weeks)
    period = Period(first.monday, first.shifted(weeks + 1).monday, calendar.timezone)
    cuts = [min(cut, at) for cut in week_cuts(period)]
    working = working_spans(calendar, time_off_of_people([person.pk]).get(person.pk, ()), cuts[0], cuts[-1])
    logs, stays, classes = _rows(person, cuts[0], cuts[-1])
    line = lay_out(logs=logs, stays=stays, working=working, cuts=cuts)
    keys = {item: (name,) for item, name in classes.items()}
    names = sorted({team for _, team, _, _ in (*logs, *stays)})
    hours = {team: sum_effort([line], team=team, cuts=cuts, keys=keys) for team in names}
    sums = {
        name: [sum(of_team[name][index] for of_team in hours.values() if name in of_team) for index in range(weeks + 1)]
        for name in set(classes.values())
    }
    by_team = [(team, sum(sum(values) for values in of_team.values())) for team, of_team in hours.items()]
    return OwnHours(
        timezone=calendar.timezone,
        weeks=weeks_of(period),
        efforts=by_class(sums, weeks + 1),
        working=hours_per_period(working, cuts),
        by_team=sorted(by_team, key=lambda pair: -pair[1]),
    )


def _rows(person: Person, start: datetime, end: datetime) -> tuple[list[Piece], list[Piece], dict[int, str]]:
    """The person's logs and stays in a stretch of time, and the class of each item."""
    columns, limit = active_columns_of_people([person.pk]), microseconds(end)
    logs = WorkLog.objects.measured().overlapping(start, end).filter(person=person)
    stays = Stay.objects.worked_on(list(columns)).overlapping(start, end).filter(assignee=person)
    classes: dict[int, str] = {}
    logged, stood = [], []
    for item, team, name, started, ended in logs.values_list(
        "item_id", "board__team_id", "item__classification", *_STRETCH
    ):
        logged.append((item, team, started, ended))
        classes[item] = name
    for item, column, name, started, ended in stays.values_list(
        "item_id", "column_id", "item__classification", *_STRETCH
    ):
        stood.append((item, columns[column], started, limit if ended is None else ended))
        classes[item] = name
    return logged, stood, classes
