"""The plan of the sample data: always the same, complete, and such that a team lead would believe it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from reports.effort import lay_out, microseconds, sum_counted, sum_effort
from teams.worktime import Calendar, hours_per_period, start_of_day, working_spans
from toiltracker.demo.cast import MAIN_BOARD, PEOPLE, PLACES
from toiltracker.demo.plan import TEAM_ZONE, WEEKS, Sample, plan_sample
from toiltracker.demo.titles import AUTOMATION
from toiltracker.demo.toil import AUTOMATED_IN_WEEK

INSTANTS = [
    datetime(2026, 11, 23, 20, 0, tzinfo=UTC),  # a Monday evening
    datetime(2026, 7, 18, 3, 0, tzinfo=UTC),  # a Saturday
    datetime(2027, 3, 31, 12, 0, tzinfo=UTC),  # after a change of the clocks
    datetime(2027, 1, 2, 0, 30, tzinfo=UTC),  # after the holidays
]


@pytest.fixture(scope="module", params=INSTANTS, ids=lambda at: f"{at:%Y-%m-%d}")
def at(request):
    return request.param


@pytest.fixture(scope="module")
def sample(at):
    return plan_sample(at)


def weekly_hours(sample: Sample, at: datetime) -> list[dict[str, float]]:
    """Hours by class, capacity and covered hours of each week, by the definitions of docs/measurement.md."""
    cuts = [start_of_day(sample.first_monday + timedelta(weeks=week), TEAM_ZONE) for week in range(WEEKS + 1)]
    keys = {index: (ticket.classification,) for index, ticket in enumerate(sample.tickets)}
    lines, capacity = [], [0.0] * WEEKS
    for person in PEOPLE:
        place = PLACES[person.place]
        calendar = Calendar(timezone=place.zone, start=place.start, end=place.end, holidays=place.holidays)
        absences = [(off.first_date, off.last_date) for off in sample.absences if off.email == person.email]
        working = working_spans(calendar, absences, cuts[0], cuts[-1])
        stays, logs = [], []
        for index, ticket in enumerate(sample.tickets):
            ends = [*(step.at for step in ticket.steps[1:]), at]
            stays += [
                (index, 1, microseconds(step.at), microseconds(end))
                for step, end in zip(ticket.steps, ends, strict=True)
                if step.status == "In progress" and step.assignee == person.email
            ]
            logs += [
                (index, 1, microseconds(log.started_at), microseconds(log.ended_at))
                for log in ticket.logs
                if log.person == person.email
            ]
        lines.append(lay_out(logs=logs, stays=stays, working=working, counted=working, cuts=cuts))
        capacity = [a + b for a, b in zip(capacity, hours_per_period(working, cuts), strict=True)]
    effort = sum_effort(lines, team=1, cuts=cuts, keys=keys)
    covered = sum_counted(lines, team=1, cuts=cuts)
    return [
        {"capacity": capacity[week], "covered": covered[week], **{name: hours[week] for name, hours in effort.items()}}
        for week in range(WEEKS)
    ]


def share(weeks: list[dict[str, float]]) -> float:
    toil = sum(week["toil"] for week in weeks)
    return toil / (toil + sum(week["engineering"] + week["overhead"] for week in weeks))


def test_the_same_instant_gives_the_same_sample(sample, at):
    assert plan_sample(at) == sample


def test_nothing_lies_in_the_future(sample, at):
    for ticket in sample.tickets:
        assert ticket.created_at <= ticket.steps[0].at <= ticket.steps[-1].at <= at
        assert all(log.started_at < log.ended_at <= at for log in ticket.logs)
        assert all(ticket.created_at <= said_at <= at for _, said_at, _ in ticket.comments)


def test_the_steps_of_a_ticket_are_in_order(sample):
    for ticket in sample.tickets:
        instants = [step.at for step in ticket.steps]
        assert instants == sorted(instants)
        assert len(set(instants)) == len(instants)


def test_every_ticket_has_a_number_of_its_own(sample):
    keys = Counter((ticket.board, ticket.source, ticket.external_id) for ticket in sample.tickets)

    assert max(keys.values()) == 1


def test_nobody_logs_two_things_at_once(sample):
    for person in PEOPLE:
        logs = sorted(
            (log.started_at, log.ended_at)
            for ticket in sample.tickets
            for log in ticket.logs
            if log.person == person.email
        )
        assert all(first[1] <= second[0] for first, second in pairwise(logs))


def test_the_main_board_has_about_eighty_open_items_and_some_wait_for_a_class(sample):
    open_items = [ticket for ticket in sample.tickets if ticket.board == MAIN_BOARD and ticket.is_open]

    assert 65 <= len(open_items) <= 95
    assert 5 <= sum(ticket.classification == "unclassified" for ticket in open_items) <= 15
    assert {ticket.status for ticket in open_items} == {"Backlog", "Ready", "In progress", "Waiting", "Review"}


def test_one_automation_is_visible_in_the_share_and_full_disks_undo_much_of_it(sample, at):
    weeks = weekly_hours(sample, at)

    before = share(weeks[:AUTOMATED_IN_WEEK])
    after = share(weeks[AUTOMATED_IN_WEEK + 1 : AUTOMATED_IN_WEEK + 6])
    last = share(weeks[-2:])
    assert 0.12 < before < 0.18
    assert 0.05 < after < 0.11
    assert 0.09 < last < 0.16
    assert after < last < before + 0.01
    assert any(ticket.title == AUTOMATION and not ticket.is_open for ticket in sample.tickets)


def test_the_last_week_is_above_the_target_and_most_of_the_capacity_is_explained(sample, at):
    weeks = weekly_hours(sample, at)

    assert 0.1 < share(weeks[-1:]) < 0.18
    coverage = sum(week["covered"] for week in weeks) / sum(week["capacity"] for week in weeks)
    assert 0.6 < coverage < 0.8
    assert sum(week["unclassified"] for week in weeks) > 50


def test_work_is_logged_at_night_too(sample):
    tokyo = PLACES["Tokyo"]

    nights = [
        log
        for ticket in sample.tickets
        for log in ticket.logs
        if ticket.is_interrupt and log.started_at.astimezone(PEOPLE[-1].zone).time() < tokyo.start
    ]
    assert len(nights) > 10
