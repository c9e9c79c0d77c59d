"""Instants straight from the database as whole microseconds, the form in which effort is added up."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, F, Func
from django.db.models.sql.compiler import SQLCompiler


class Microseconds(Func):
    """The microseconds since 1970 of a DateTimeField; null stays null.

    Half a year of a team is some ten thousand instants: as numbers they come three times as fast as by way of
    datetime objects, which SQLite makes out of text.
    """

    output_field = BigIntegerField()

    def __init__(self, name: str) -> None:
        super().__init__(F(name))

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        """Take the text "YYYY-MM-DD HH:MM:SS[.ffffff]" apart."""
        text, params = compiler.compile(self.source_expressions[0])
        seconds = f"CAST(strftime('%%s', substr({text}, 1, 19)) AS INTEGER)"  # the whole text would be rounded
        return f"({seconds} * 1000000 + CAST(substr({text} || '.000000', 21, 6) AS INTEGER))", (*params, *params)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        """Take the epoch, an exact number since PostgreSQL 14."""
        instant, params = compiler.compile(self.source_expressions[0])
        return f"(EXTRACT(EPOCH FROM {instant}) * 1000000)::bigint", params
