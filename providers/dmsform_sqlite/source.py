"""An open source table: its snapshot, its query, and the errors of reading it. Both planes stand on this."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import SequencePosition, TableKind
from dmsform.catalog.types import Binary
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider.values import Position
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite import codes as own
from dmsform_sqlite.batches import Row, batches
from dmsform_sqlite.connect import Connection, path_of, reading
from dmsform_sqlite.errors import diagnosed, statement_error
from dmsform_sqlite.filters import Filters, filters_of
from dmsform_sqlite.quoting import identifier, qualified
from dmsform_sqlite.refusals import refused_value, row_words
from dmsform_sqlite.select import Selected, identity_of, register_functions, select, source_columns
from dmsform_sqlite.sequences import source_positions
from dmsform_sqlite.snapshot import begin_snapshot
from dmsform_sqlite.values.refused import RefusedError

_TABLE = "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?"
_COLUMNS = "SELECT name FROM pragma_table_xinfo(?, 'main')"


@dataclass(slots=True)
class SourceTable:
    """A table opened for reading, in a transaction that sees one moment of the file."""

    connection: Connection
    endpoint: EndpointDefinition
    mapped: MappedTable
    filters: Filters
    selected: Selected
    cut: Position

    def batches(self, skip: int = 0) -> Iterator[Sequence[Row]]:
        """The rows in batches, without the first `skip`. Errors of SQLite are raised as they are."""
        cursor = self.connection.execute(self.selected.statement, self.filters.parameters)
        for _ in range(skip):
            next(cursor)
        return batches(cursor)

    def row_words(self, row: Row, number: int) -> str:
        """Which row, in words."""
        return row_words(self.selected.identity, row, len(self.mapped.columns), number)

    def sequence_positions(self) -> Sequence[SequencePosition]:
        """Where the numbering stands, in the same snapshot."""
        with diagnosed(self.endpoint, self.mapped.source.name):
            return source_positions(self.connection, self.mapped)

    def read_error(self, error: sqlite3.Error) -> DiagnosticError:
        """Why reading broke off."""
        if self.filters.refusals:
            found = self.filters.refusals[0]
            where = "a row that a filter asks for"
            return refused_value(self.endpoint, self.mapped, found.column, found.value, found.refused, where)
        return statement_error(error, self.endpoint, self.mapped.source.name)


@contextmanager
def open_table(endpoint: EndpointDefinition, mapped: MappedTable) -> Iterator[SourceTable]:
    """Open a snapshot of a table. Raises DiagnosticError, ConnectionLostError."""
    filters = filters_of(mapped)
    with reading(endpoint) as connection:
        with diagnosed(endpoint, mapped.source.name):
            filters.register(connection)
            register_functions(connection, mapped)
            cut = begin_snapshot(connection, path_of(endpoint))
            has_rowid = _check_table(connection, endpoint, mapped)
            selected = select(mapped, filters, identity_of(mapped, has_rowid=has_rowid))
            _check_utf16(connection, endpoint, mapped)
        yield SourceTable(connection, endpoint, mapped, filters, selected, cut)


def is_undecodable(error: sqlite3.Error) -> bool:
    """Whether the Python module could not decode a text (it has no result code for that)."""
    return str(error).startswith("Could not decode to UTF-8")


def not_unicode() -> RefusedError:
    """The refusal of text that is none."""
    return RefusedError(
        "is no valid Unicode text",
        "Correct it in the source, or turn it into bytes there (UPDATE ... SET column = CAST(column AS BLOB)) and give "
        'the column the type "blob" by a transformation rule (change-data-type).',
    )


def _check_table(connection: Connection, endpoint: EndpointDefinition, mapped: MappedTable) -> bool:
    """Whether rows have a rowid. Raises DiagnosticError unless table and columns exist.

    (SQLite would read the quoted name of a missing column as a text, and give that in every row.)
    """
    table = mapped.source.name
    row = connection.execute(_TABLE, [table.name]).fetchone()
    if row is None:
        raise _missing(endpoint, mapped, None)
    stand = {name for (name,) in connection.execute(_COLUMNS, [table.name])}
    for column in source_columns(mapped):
        if column.name not in stand:
            raise _missing(endpoint, mapped, column.name)
    return not row[0] and mapped.source.kind is TableKind.TABLE


def _missing(endpoint: EndpointDefinition, mapped: MappedTable, column: str | None) -> DiagnosticError:
    what = f"Column {column} of {mapped.source.name}" if column else f"Table {mapped.source.name}"
    return DiagnosticError(
        own.TABLE_MISSING.error(
            f"{what} does not exist in endpoint {endpoint.name}.",
            "Plan again: the source changed since the tables were matched.",
            place=DataPlace(endpoint=endpoint.name, table=str(mapped.source.name), column=column),
        )
    )


def _check_utf16(connection: Connection, endpoint: EndpointDefinition, mapped: MappedTable) -> None:
    """In a UTF-16 file, look at the bytes of all texts first: SQLite repairs broken pairs without a word."""
    (encoding,) = connection.execute("PRAGMA encoding").fetchone()
    if encoding == "UTF-8":
        return
    codec = encoding.lower()
    for column in source_columns(mapped):
        if isinstance(column.type, Binary):
            continue
        name = identifier(column.name)
        query = f"SELECT CAST({name} AS BLOB) FROM {qualified(mapped.source.name.name)} WHERE typeof({name}) = 'text'"  # noqa: S608
        for number, (data,) in enumerate(connection.execute(query), start=1):
            try:
                data.decode(codec)
            except UnicodeDecodeError:
                where = f"the row of its text number {number}"
                raise refused_value(endpoint, mapped, column.name, data, not_unicode(), where) from None
