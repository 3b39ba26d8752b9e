"""Reads a table as row text: one SELECT in a consistent snapshot, its rows forwarded as they come off the socket.

The query that checks the filters also holds the table: from then on nobody alters it before the snapshot ends. One that
was altered or emptied in between the server refuses to read (1412), and the task tries again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pymysql

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import SequencePosition
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.source_check import check_unchanged
from dmsform.provider.values import Position
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql import codes as own
from dmsform_mysql.connect import connected
from dmsform_mysql.errors import diagnosed, number_of, statement_error, text_of
from dmsform_mysql.filters import refused_by_server
from dmsform_mysql.introspect import read_tables
from dmsform_mysql.markers import refusal
from dmsform_mysql.oversized import check_warnings, oversized_rows
from dmsform_mysql.refusals import VALUE_NUMBERS
from dmsform_mysql.rows_wire import ColumnRows, check_end
from dmsform_mysql.select import Selected, draws_digits, select
from dmsform_mysql.session import Connection
from dmsform_mysql.snapshot import open_snapshot
from dmsform_mysql.source_sequences import source_positions

_ENGINE = "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s"
_CANNOT_CONVERT = 3854
_FILTER_ERRORS = VALUE_NUMBERS | {1064, 1105, 1253, 1267, 1270, 1271, 1525, 3995}
"""About an operand: its collation or character set, or that it is no value of the type."""


@contextmanager
def read_row_text(endpoint: EndpointDefinition, mapped: MappedTable) -> Iterator[MysqlRowText]:
    """Open a snapshot of one table and stream it. Raises DiagnosticError, ConnectionLostError."""
    selected = select(mapped)
    with connected(endpoint) as connection:
        with diagnosed(endpoint, mapped.source.name):
            engine = _engine(connection, endpoint, mapped)
            if draws_digits(mapped):
                connection.execute("SET SESSION group_concat_max_len = 1073741824")
            cut = open_snapshot(connection)
        _check(connection, endpoint, mapped, selected)
        _check_unchanged(connection, endpoint, mapped)
        yield MysqlRowText(Read(connection, endpoint, mapped, selected), cut, engine)


@dataclass(frozen=True, slots=True)
class Read:
    """What is read, and by which session."""

    connection: Connection
    endpoint: EndpointDefinition
    mapped: MappedTable
    selected: Selected


class MysqlRowText:
    """One table's rows. Iterate once to its end."""

    def __init__(self, read: Read, cut: Position, engine: str | None) -> None:
        self._read = read
        self._engine = engine
        self.rows = 0
        self.cut = cut

    def __iter__(self) -> Iterator[bytes]:
        """Buffers of whole rows."""
        read = self._read
        with diagnosed(read.endpoint, read.mapped.source.name), self._unconvertible():
            stream = ColumnRows(read.connection.raw, read.selected.statement())
            counted = 0
            for buffer in stream:
                self._refuse(buffer)
                self.rows += stream.rows - counted
                counted = stream.rows
                yield buffer
            if stream.nulls:
                yield from self._oversized(stream.nulls)
            elif stream.warnings:
                check_warnings(read.connection, read.mapped)
            check_end(read.connection.raw)

    def sequence_positions(self) -> Sequence[SequencePosition]:
        """Where the numbering stands now, under the target columns' names: not of the snapshot, so never behind it."""
        with diagnosed(self._read.endpoint, self._read.mapped.source.name):
            return source_positions(self._read.connection, self._read.mapped)

    def _oversized(self, expected: int) -> Iterator[bytes]:
        read = self._read
        if self._engine != "InnoDB":
            raise _not_transactional(read, self._engine)
        found = 0
        for row in oversized_rows(read.connection, read.mapped, read.selected):
            self._refuse(row)
            found += 1
            self.rows += 1
            yield row
        if found != expected:
            raise DiagnosticError(
                codes.ROW_COUNT.error(
                    f"{expected} rows of {read.mapped.source.name} did not fit into a packet, and {found} were found "
                    "again.",
                    "Run the task again; if it persists, raise max_allowed_packet on the source server.",
                    place=DataPlace(endpoint=read.endpoint.name, table=str(read.mapped.source.name)),
                )
            )

    @contextmanager
    def _unconvertible(self) -> Iterator[None]:
        """Name the value at which MySQL's search for what needs escapes failed: the rows are read without it."""
        try:
            yield
        except pymysql.Error as error:
            if number_of(error) == _CANNOT_CONVERT:
                mapped = self._read.mapped
                for buffer in ColumnRows(self._read.connection.raw, select(mapped, search=False).statement()):
                    self._refuse(buffer)
            raise

    def _refuse(self, buffer: bytes) -> None:
        found = refusal(buffer, self._read.mapped)
        if found is not None:
            raise DiagnosticError(found)


def _engine(connection: Connection, endpoint: EndpointDefinition, mapped: MappedTable) -> str | None:
    """The storage engine; None for a view."""
    row = connection.row(_ENGINE, [mapped.source.name.schema, mapped.source.name.name])
    if row is None:
        raise DiagnosticError(
            own.TABLE_MISSING.error(
                f"Table {mapped.source.name} does not exist in endpoint {endpoint.name}, or {connection.account} has "
                "no right to see it.",
                "Plan again if the source changed since the tables were matched; else grant SELECT on it.",
                place=DataPlace(endpoint=endpoint.name, table=str(mapped.source.name)),
            )
        )
    return None if row[0] is None else str(row[0])


def _check(connection: Connection, endpoint: EndpointDefinition, mapped: MappedTable, selected: Selected) -> None:
    """Hold the table, and let the server judge the filters before the first row, to tell their errors apart."""
    try:
        connection.rows(selected.check())
    except (pymysql.Error, OSError) as error:
        if mapped.filters and number_of(error) in _FILTER_ERRORS:
            raise refused_by_server(mapped, endpoint.name, text_of(error)) from error
        raise statement_error(error, endpoint, mapped.source.name) from error


def _check_unchanged(connection: Connection, endpoint: EndpointDefinition, mapped: MappedTable) -> None:
    """Now that the table is held: it has the columns that it was matched with."""
    with diagnosed(endpoint, mapped.source.name):
        now = read_tables(connection, [mapped.source.name])
    check_unchanged(endpoint, mapped.source, now[0] if now else None)


def _not_transactional(read: Read, engine: str | None) -> DiagnosticError:
    name = read.mapped.source.name
    what = f"is stored by {engine}, which has no snapshots" if engine else "is a view, of tables that may have none"
    return DiagnosticError(
        own.NOT_TRANSACTIONAL.error(
            f"Rows of {name} are longer than max_allowed_packet ({read.connection.server.max_allowed_packet} bytes), "
            f"so that they have to be read once more, and {name} {what}: other rows might be found.",
            "Raise max_allowed_packet on the source server (SET GLOBAL max_allowed_packet = 1073741824), then run the "
            "task again.",
            place=DataPlace(endpoint=read.endpoint.name, table=str(name)),
        )
    )
