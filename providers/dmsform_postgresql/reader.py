"""Reads a table as row text: `COPY (SELECT ...) TO STDOUT`, forwarded without looking into it.

The table is locked in ACCESS SHARE mode *before* the snapshot is taken: a table that another session rewrites between
snapshot and lock would read as empty. `pg_current_snapshot()` of the reading transaction is the cut.
"""

from __future__ import annotations

import selectors
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import pq

from dmsform.catalog.mapping import Copied, MappedTable
from dmsform.catalog.model import SequencePosition
from dmsform.diagnostics import DataPlace, DiagnosticError, shortened
from dmsform.provider import codes
from dmsform.provider.source_check import check_unchanged
from dmsform.provider.values import Position
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import codes as own
from dmsform_postgresql.connect import Connection, streaming
from dmsform_postgresql.conversions import refused_value
from dmsform_postgresql.errors import diagnosed, statement_error
from dmsform_postgresql.introspect import read_tables
from dmsform_postgresql.quoting import qualified
from dmsform_postgresql.select import Selected, select
from dmsform_postgresql.sequences import source_positions
from dmsform_postgresql.silence import SilenceWatch

BUFFER_BYTES = 256 * 1024
_KIND = "SELECT relkind::text FROM pg_catalog.pg_class WHERE oid = to_regclass(%s)"


@contextmanager
def read_row_text(endpoint: EndpointDefinition, mapped: MappedTable) -> Iterator[PostgresRowText]:
    """Open a snapshot of one table and stream it. Raises DiagnosticError, ConnectionLostError."""
    with streaming(endpoint) as (connection, watch):
        with watch.waiting(), diagnosed(endpoint, mapped.source.name):
            selected = select(mapped, _is_plain(connection, mapped, endpoint))
            cut = _snapshot(connection, selected)
            now = read_tables(connection, [mapped.source.name], within_transaction=True)
        check_unchanged(endpoint, mapped.source, now[0] if now else None)
        with watch.waiting():
            _check_filters(connection, endpoint, mapped, selected)
        yield PostgresRowText(connection, watch, endpoint, mapped, selected, cut)


class PostgresRowText:
    """One table's rows. Iterate once to its end."""

    def __init__(
        self,
        connection: Connection,
        watch: SilenceWatch,
        endpoint: EndpointDefinition,
        mapped: MappedTable,
        selected: Selected,
        cut: Position,
    ) -> None:
        self._connection = connection
        self._watch = watch
        self._endpoint = endpoint
        self._mapped = mapped
        self._statement = f"COPY ({selected.statement()}) TO STDOUT"
        self.rows = 0
        self.cut = cut

    def __iter__(self) -> Iterator[bytes]:
        """Buffers of whole rows: the server sends each row as one message."""
        try:
            yield from self._buffers()
        except psycopg.Error as error:
            raise _read_error(error, self._endpoint, self._mapped) from error

    def _buffers(self) -> Iterator[bytes]:
        messages = _copy_out(self._connection, self._statement, self._watch)
        pending: list[bytes] = []
        size = 0
        for message in messages:
            pending.append(message)
            size += len(message)
            if size >= BUFFER_BYTES:
                self.rows += len(pending)
                yield b"".join(pending)
                pending, size = [], 0
        if pending:
            self.rows += len(pending)
            yield b"".join(pending)

    def sequence_positions(self) -> Sequence[SequencePosition]:
        """Where the numbering stands now, under the target columns' names: not of the snapshot, so never behind it."""
        with self._watch.waiting(), diagnosed(self._endpoint, self._mapped.source.name):
            return source_positions(self._connection, self._mapped)


def _is_plain(connection: Connection, mapped: MappedTable, endpoint: EndpointDefinition) -> bool:
    row = connection.execute(_KIND, [qualified(mapped.source.name)]).fetchone()
    if row is None:
        raise DiagnosticError(
            own.TABLE_MISSING.error(
                f"Table {mapped.source.name} does not exist in endpoint {endpoint.name}.",
                "Plan again: the source changed since the tables were matched.",
                place=DataPlace(endpoint=endpoint.name, table=str(mapped.source.name)),
            )
        )
    return bool(row[0] == "r")


def _snapshot(connection: Connection, selected: Selected) -> Position:
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    # LOCK takes no snapshot: the first query after it does.
    connection.execute(f"LOCK TABLE {selected.source} IN ACCESS SHARE MODE")
    row = connection.execute("SELECT pg_current_snapshot()::text").fetchone()
    assert row is not None
    return Position(row[0])


def _check_filters(
    connection: Connection, endpoint: EndpointDefinition, mapped: MappedTable, selected: Selected
) -> None:
    """Let the server type-check the filters before the first row, so that their errors are told apart."""
    if not mapped.filters:
        return
    try:
        connection.execute(f"SELECT FROM {selected.source} WHERE {selected.condition} LIMIT 0")
    except psycopg.Error as error:
        if not error.sqlstate or error.sqlstate[:2] not in ("22", "42") or error.sqlstate == "42501":
            raise statement_error(error, endpoint, mapped.source.name) from error
        columns = ", ".join(dict.fromkeys(f.column.name for f in mapped.filters))
        raise DiagnosticError(
            own.FILTER_REFUSED.error(
                f"The filters of {mapped.source.name} (on {columns}) are refused by the server: "
                f"{error.diag.message_primary}",
                "Give operands in the column's own type and text form.",
                place=DataPlace(endpoint=endpoint.name, table=str(mapped.source.name), column=columns),
            )
        ) from error


def _copy_out(connection: Connection, statement: str, watch: SilenceWatch) -> Iterator[bytes]:
    """The messages of a COPY TO STDOUT. Below psycopg's Copy, whose work per row costs more than the server's."""
    raw = connection.pgconn
    raw.send_query(statement.encode())
    with selectors.DefaultSelector() as selector:
        selector.register(raw.socket, selectors.EVENT_READ)
        with watch.waiting():
            _await_result(raw, selector, pq.ExecStatus.COPY_OUT)
        came = 0
        while True:
            length, message = raw.get_copy_data(1)
            if length > 0:
                came += 1
                yield bytes(message)
            elif length == 0:
                with watch.waiting():
                    selector.select()
                raw.consume_input()
            else:
                break
        with watch.waiting():
            sent = _await_result(raw, selector, pq.ExecStatus.COMMAND_OK).command_tuples
        # libpq passes over messages that it does not expect.
        if sent != came:
            raise psycopg.OperationalError(f"the server sent {sent} rows, of which {came} came")


def _await_result(raw: pq.abc.PGconn, selector: selectors.BaseSelector, expected: pq.ExecStatus) -> pq.abc.PGresult:
    """Wait for the next result without holding the interpreter; raises psycopg.Error unless it is the expected one."""
    while raw.flush():
        pass
    while raw.is_busy():
        selector.select()
        raw.consume_input()
    result = raw.get_result()
    if result is None or result.status != expected:
        raise psycopg.errors.error_from_result(result) if result else psycopg.OperationalError("connection lost")
    if expected is pq.ExecStatus.COMMAND_OK:
        raw.get_result()
    return result


def _read_error(error: psycopg.Error, endpoint: EndpointDefinition, mapped: MappedTable) -> DiagnosticError:
    table = mapped.source.name
    refused = refused_value(error.diag.message_primary or "")
    if refused is None:
        return statement_error(error, endpoint, table)
    column, value = mapped.columns[refused[0]], refused[1]
    source = column.value.column if isinstance(column.value, Copied) else None
    name = source.name if source else column.name
    return DiagnosticError(
        codes.VALUE_REFUSED.error(
            f"Column {name} of {table} holds the value {shortened(value)!r}, which cannot be converted "
            "without loss to the type that a rule asks for.",
            "Correct the value, leave the row out by a filter, or ask for a type that holds it.",
            place=DataPlace(endpoint.name, str(table), name, shortened(value)),
        )
    )
