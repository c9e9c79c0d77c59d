"""Many rows written at once: COPY on PostgreSQL, one prepared statement on SQLite, a tenth of the cost of objects."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

_encode = json.JSONEncoder(separators=(",", ":")).encode


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Return ids for rows to come, so that what hangs on them can be written in the same breath.

    On SQLite this has to happen in a transaction, whose write lock keeps others from taking the same ids.
    """
    if not count:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [model._meta.db_table, count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        row = cursor.fetchone()
    first = (row[0] if row else 0) + 1
    return list(range(first, first + count))


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows with the values of these fields, all of them; JSON comes as text (`as_json`)."""
    if not rows:
        return
    fields = _fields(model, names)
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(fields))
        times = [place for place, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
        statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - no value in it
        cursor.executemany(statement, _adapted(rows, times))


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set these fields of rows that are locked; each row's values end with its id."""
    if not rows:
        return
    fields = _fields(model, names)
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE id = %s"  # noqa: S608 - no value in it
    times = [place for place, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows if connection.vendor == "postgresql" else _adapted(rows, times))


def save_rows(rows: "Sequence[models.Model]", names: Collection[str]) -> None:
    """Save these fields of many locked rows of one model, as they stand in the objects."""
    if not rows:
        return
    model = type(rows[0])
    fields = _fields(model, sorted(names))
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE id = %s"  # noqa: S608 - no value in it
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def as_json(value: Any) -> str | None:
    """Return a value as a JSON column takes it in `insert_rows`; None is no value."""
    return None if value is None else _encode(value)


def _fields(model: type[models.Model], names: Sequence[str]) -> "list[models.Field[Any, Any]]":
    return [field for name in names if isinstance(field := model._meta.get_field(name), models.Field)]


def _adapted(rows: Iterable[Sequence[Any]], times: Sequence[int]) -> Any:
    """Yield rows with times (which have to be in UTC) as Django writes them into SQLite."""
    for row in rows:
        adapted = list(row)
        for place in times:
            moment: datetime | None = adapted[place]
            if moment is not None:
                adapted[place] = moment.replace(tzinfo=None).isoformat(" ")
        yield adapted
