# ruff: noqa: S608 - the statements are made of constants alone
"""The triggers by which the database itself writes down which past was edited, whoever edits it and however.

Past weeks are kept (reports/snapshots.py), and must be computed anew when an edit changes them. Edits come from many
services, in bulk, by COPY, by cascades of deletions; a trigger misses none of them, is in their transaction, and costs
nothing where the present is written: only what changes something more than ten minutes ago is written down. Neither
boards nor teams know of it.

A trigger writes rows of `PastEdit`: a team whose weeks are others now, or a person whose attention is (which concerns
every team that they worked for or belong to), and from when to when; null is unbounded.

An import writes thousands of rows in one statement. On PostgreSQL what comes or goes is looked at once per statement,
and written down once per team, person and month that it began in, from the first start to the last end: perhaps a few
weeks too many, never one too few. SQLite has triggers of rows alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

VERSION = 2
"""Counts up with every change of a trigger: the names end in it, and those of another version are replaced."""

_PREFIX = "reports_past_"
_TABLE = "reports_pastedit"
_INTO = f"INSERT INTO {_TABLE} (team_id, person_id, from_at, until_at) "

_RECENT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', 'now', '-10 minutes')",
    "postgresql": "(clock_timestamp() - interval '10 minutes')",
}
_DAY_BEFORE = {
    "sqlite": "datetime({0}.first_date, '-2 days')",
    "postgresql": "(({0}.first_date - 2)::timestamp AT TIME ZONE 'UTC')",
}
_DAY_AFTER = {
    "sqlite": "datetime({0}.last_date, '+3 days')",
    "postgresql": "(({0}.last_date + 3)::timestamp AT TIME ZONE 'UTC')",
}
_DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}


@dataclass(frozen=True, slots=True)
class _Trigger:
    """What is written down after an event of a table, where the condition holds."""

    name: str
    table: str
    event: str
    statements: tuple[str, ...]
    when: str = ""
    of_many: str = ""
    """Where the database can: what is done instead, once, for all rows of the statement, called `written`."""


def _differ(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in columns)


# What the rows of one statement amount to: few rows, which cover what each of them would have written down
_OF_MANY = (
    _INTO + "SELECT b.team_id, {person}, MIN(r.{start}), "
    "CASE WHEN COUNT(r.{end}) < COUNT(*) THEN NULL ELSE MAX(r.{end}) END "
    "FROM written r {joins} WHERE {where} AND r.{start} < {recent} "
    "GROUP BY b.team_id, {person}, date_trunc('month', r.{start})"
)

# Stays


def _stay(row: str, start: str, end: str) -> str:
    return (
        f"{_INTO}SELECT b.team_id, {row}.assignee_id, {start}, {end} "
        "FROM boards_column c JOIN boards_board b ON b.id = c.board_id "
        f"WHERE c.id = {row}.column_id AND c.stage = 'active' AND NOT {row}.is_blocked AND {start} < {{recent}}"
    )


_STAY = ("item_id", "column_id", "assignee_id", "is_blocked", "started_at")
# Where a stay only ends, or ends at another time, what lies between its two ends is another past; null is still open.
_EARLIER_END = (
    "CASE WHEN OLD.ended_at IS NULL THEN NEW.ended_at WHEN NEW.ended_at IS NULL THEN OLD.ended_at "
    "WHEN OLD.ended_at < NEW.ended_at THEN OLD.ended_at ELSE NEW.ended_at END"
)
_LATER_END = (
    "CASE WHEN OLD.ended_at IS NULL OR NEW.ended_at IS NULL THEN NULL "
    "WHEN OLD.ended_at < NEW.ended_at THEN NEW.ended_at ELSE OLD.ended_at END"
)
_MANY_STAYS = _OF_MANY.format(
    person="r.assignee_id",
    start="started_at",
    end="ended_at",
    joins="JOIN boards_column c ON c.id = r.column_id JOIN boards_board b ON b.id = c.board_id",
    where="c.stage = 'active' AND NOT r.is_blocked",
    recent="{recent}",
)
_STAYS = (
    _Trigger(
        "stay_made",
        "boards_stay",
        "INSERT",
        (_stay("NEW", "NEW.started_at", "NEW.ended_at"),),
        of_many=_MANY_STAYS,
    ),
    _Trigger(
        "stay_gone",
        "boards_stay",
        "DELETE",
        (_stay("OLD", "OLD.started_at", "OLD.ended_at"),),
        of_many=_MANY_STAYS,
    ),
    _Trigger(
        "stay_changed",
        "boards_stay",
        f"UPDATE OF {', '.join(_STAY)}",
        (_stay("OLD", "OLD.started_at", "OLD.ended_at"), _stay("NEW", "NEW.started_at", "NEW.ended_at")),
        _differ(*_STAY),
    ),
    _Trigger(
        "stay_ended",
        "boards_stay",
        "UPDATE OF ended_at",
        (_stay("NEW", f"({_EARLIER_END})", f"({_LATER_END})"),),
        f"({_differ('ended_at')}) AND NOT ({_differ(*_STAY)})",
    ),
)

# Work logs


def _log(row: str) -> str:
    return (
        f"{_INTO}SELECT b.team_id, {row}.person_id, {row}.started_at, {row}.ended_at FROM boards_board b "
        f"WHERE b.id = {row}.board_id AND {row}.deleted_at IS NULL AND {row}.started_at < {{recent}}"
    )


_LOG = ("item_id", "board_id", "person_id", "started_at", "ended_at", "deleted_at")
_MANY_LOGS = _OF_MANY.format(
    person="r.person_id",
    start="started_at",
    end="ended_at",
    joins="JOIN boards_board b ON b.id = r.board_id",
    where="r.deleted_at IS NULL",
    recent="{recent}",
)
_LOGS = (
    _Trigger("log_made", "boards_worklog", "INSERT", (_log("NEW"),), of_many=_MANY_LOGS),
    _Trigger("log_gone", "boards_worklog", "DELETE", (_log("OLD"),), of_many=_MANY_LOGS),
    _Trigger(
        "log_changed", "boards_worklog", f"UPDATE OF {', '.join(_LOG)}", (_log("OLD"), _log("NEW")), _differ(*_LOG)
    ),
)

# Items: their class and toil type move hours within their team, the trash takes them from people and gives them back


def _finish(row: str) -> str:
    return (
        f"{_INTO}SELECT b.team_id, NULL, {row}.finished_at, {row}.finished_at FROM boards_board b "
        f"WHERE b.id = {row}.board_id AND {row}.finished_at < {{recent}}"
    )


def _work(of_item: str, *, has_people: bool) -> tuple[str, str]:
    assignee, person = ("s.assignee_id", "l.person_id") if has_people else ("NULL", "NULL")
    # The columns and boards are asked for by subqueries: in a join PostgreSQL, as long as it knows nothing of tables
    # that have just been filled, begins with the active columns, and reads all their stays for each item.
    return (
        (
            f"{_INTO}SELECT (SELECT b.team_id FROM boards_column c JOIN boards_board b ON b.id = c.board_id "
            f"WHERE c.id = s.column_id), {assignee}, s.started_at, s.ended_at FROM boards_stay s "
            f"WHERE s.item_id {of_item} AND (SELECT c.stage FROM boards_column c WHERE c.id = s.column_id) = 'active' "
            "AND NOT s.is_blocked AND s.started_at < {recent}"
        ),
        (
            f"{_INTO}SELECT (SELECT b.team_id FROM boards_board b WHERE b.id = l.board_id), {person}, l.started_at, "
            f"l.ended_at FROM boards_worklog l WHERE l.item_id {of_item} AND l.deleted_at IS NULL "
            "AND l.started_at < {recent}"
        ),
    )


_MANY_FINISHES = _OF_MANY.format(
    person="NULL::bigint",
    start="finished_at",
    end="finished_at",
    joins="JOIN boards_board b ON b.id = r.board_id",
    where="r.finished_at IS NOT NULL",
    recent="{recent}",
)
_ITEMS = (
    _Trigger("item_made", "boards_item", "INSERT", (_finish("NEW"),), "NEW.finished_at IS NOT NULL", _MANY_FINISHES),
    _Trigger("item_gone", "boards_item", "DELETE", (_finish("OLD"),), "OLD.finished_at IS NOT NULL", _MANY_FINISHES),
    _Trigger(
        "item_finished",
        "boards_item",
        "UPDATE OF finished_at",
        (_finish("OLD"), _finish("NEW")),
        _differ("finished_at"),
    ),
    _Trigger(
        "item_classified",
        "boards_item",
        "UPDATE OF classification, toil_type_id",
        (*_work("= NEW.id", has_people=False), _finish("NEW")),
        _differ("classification", "toil_type_id"),
    ),
    _Trigger(
        "item_moved",
        "boards_item",
        "UPDATE OF board_id, deleted_at",
        (*_work("= NEW.id", has_people=True), _finish("OLD"), _finish("NEW")),
        _differ("board_id", "deleted_at"),
    ),
)

# Boards and their columns: seldom, and so of whole teams and people

_BOARDS = (
    _Trigger(
        "column_staged",
        "boards_column",
        "UPDATE OF stage, board_id",
        (
            (
                f"{_INTO}SELECT b.team_id, s.assignee_id, MIN(s.started_at), "
                "CASE WHEN COUNT(s.ended_at) < COUNT(*) THEN NULL ELSE MAX(s.ended_at) END "
                "FROM boards_stay s JOIN boards_board b ON b.id = NEW.board_id OR b.id = OLD.board_id "
                "WHERE s.column_id = NEW.id AND NOT s.is_blocked "
                "GROUP BY b.team_id, s.assignee_id HAVING MIN(s.started_at) < {recent}"
            ),
        ),
        "(OLD.stage {differs} NEW.stage AND 'active' IN (OLD.stage, NEW.stage)) OR OLD.board_id {differs} NEW.board_id",
    ),
    _Trigger(
        "board_moved",
        "boards_board",
        "UPDATE OF deleted_at, team_id",
        (
            *_work("IN (SELECT id FROM boards_item WHERE board_id = NEW.id)", has_people=True),
            f"{_INTO}VALUES (OLD.team_id, NULL, NULL, NULL), (NEW.team_id, NULL, NULL, NULL)",
        ),
        _differ("deleted_at", "team_id"),
    ),
)

# When people work


def _calendar(row: str) -> tuple[str, ...]:
    return (
        f"{_INTO}VALUES ({row}.team_id, {row}.person_id, NULL, NULL)",
        f"{_INTO}SELECT NULL, person_id, NULL, NULL FROM teams_membership WHERE team_id = {row}.team_id",
    )


def _absence(row: str) -> str:
    return (
        f"{_INTO}VALUES (NULL, {row}.person_id, "
        f"CASE WHEN {row}.first_date < '1900-01-05' THEN NULL ELSE {{day_before:{row}}} END, "
        f"CASE WHEN {row}.last_date > '9990-01-01' THEN NULL ELSE {{day_after:{row}}} END)"
    )


def _membership(row: str) -> str:
    return f"{_INTO}VALUES ({row}.team_id, {row}.person_id, NULL, NULL)"


_MEMBERSHIP = ("team_id", "person_id", "first_date", "last_date", "created_at")
_WORKING_TIME = (
    _Trigger("calendar_made", "teams_calendar", "INSERT", _calendar("NEW")),
    _Trigger("calendar_gone", "teams_calendar", "DELETE", _calendar("OLD")),
    _Trigger("calendar_changed", "teams_calendar", "UPDATE", (*_calendar("OLD"), *_calendar("NEW"))),
    _Trigger("time_off_made", "teams_timeoff", "INSERT", (_absence("NEW"),)),
    _Trigger("time_off_gone", "teams_timeoff", "DELETE", (_absence("OLD"),)),
    _Trigger("time_off_changed", "teams_timeoff", "UPDATE", (_absence("OLD"), _absence("NEW"))),
    _Trigger("member_made", "teams_membership", "INSERT", (_membership("NEW"),)),
    _Trigger("member_gone", "teams_membership", "DELETE", (_membership("OLD"),)),
    _Trigger(
        "member_changed",
        "teams_membership",
        f"UPDATE OF {', '.join(_MEMBERSHIP)}",
        (_membership("OLD"), _membership("NEW")),
        _differ(*_MEMBERSHIP),
    ),
)

_TRIGGERS = (*_STAYS, *_LOGS, *_ITEMS, *_BOARDS, *_WORKING_TIME)


def names() -> set[str]:
    """Return what the triggers are called in the database."""
    return {_name(trigger) for trigger in _TRIGGERS}


def installed(connection: BaseDatabaseWrapper) -> set[str]:
    """Return those triggers of this kind, of any version, that the database has."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
        "postgresql": "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE tgname LIKE %s AND pg_table_is_visible(c.oid)",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor], [_PREFIX + "%"])
        return {row[0] for row in cursor.fetchall()}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers anew, those of other versions gone."""
    remove(connection)
    with connection.cursor() as cursor:
        for trigger in _TRIGGERS:
            for statement in _made(trigger, connection.vendor):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away."""
    present = installed(connection)
    drop = "DROP FUNCTION {}() CASCADE" if connection.vendor == "postgresql" else "DROP TRIGGER {}"
    with connection.cursor() as cursor:
        for name in present:
            cursor.execute(drop.format(name))


def _name(trigger: _Trigger) -> str:
    return f"{_PREFIX}{trigger.name}_v{VERSION}"


def _made(trigger: _Trigger, vendor: str) -> Iterable[str]:
    is_of_many = bool(trigger.of_many) and vendor == "postgresql"
    statements = (trigger.of_many,) if is_of_many else trigger.statements
    body = "".join(f"{_in_dialect(statement, vendor)}; " for statement in statements)
    when = f" WHEN ({_in_dialect(trigger.when, vendor)})" if trigger.when else ""
    each = f"FOR EACH ROW{when}"
    if is_of_many:
        each = f"REFERENCING {'OLD' if trigger.event == 'DELETE' else 'NEW'} TABLE AS written FOR EACH STATEMENT"
    head = f"CREATE TRIGGER {_name(trigger)} AFTER {trigger.event} ON {trigger.table} {each}"
    if vendor == "sqlite":
        yield f"{head} BEGIN {body}END"
        return
    yield f"CREATE FUNCTION {_name(trigger)}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {body}RETURN NULL; END$$"
    yield f"{head} EXECUTE FUNCTION {_name(trigger)}()"


def _in_dialect(text: str, vendor: str) -> str:
    words = {"{recent}": _RECENT[vendor], "{differs}": _DIFFERS[vendor]}
    for row in ("OLD", "NEW"):
        words[f"{{day_before:{row}}}"] = _DAY_BEFORE[vendor].format(row)
        words[f"{{day_after:{row}}}"] = _DAY_AFTER[vendor].format(row)
    for word, said in words.items():
        text = text.replace(word, said)
    return text
