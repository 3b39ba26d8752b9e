"""Loads one table in one transaction that holds the file's write lock from its beginning (G2, G11).

Rows come typed or as row text: two ways into the same load.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from dmsform.catalog.changes import AddObjects, CatalogChange, CreateTable, DropTable, TruncateTable
from dmsform.catalog.model import SequencePosition
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.preparation import Step, decide
from dmsform.provider.values import Position, TableWrite
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite import control, target
from dmsform_sqlite.batches import Row
from dmsform_sqlite.connect import Connection, settings_of, writing
from dmsform_sqlite.ddl import render
from dmsform_sqlite.errors import diagnosed, error_name
from dmsform_sqlite.fitting import Takes, takes_row_text, takes_typed
from dmsform_sqlite.inserting import Inserter
from dmsform_sqlite.quoting import qualified
from dmsform_sqlite.row_text import MalformedRowsError, NotUnicodeError, columns_of, shown_field
from dmsform_sqlite.sequences import continue_sequence
from dmsform_sqlite.values.loading import ColumnLoader
from dmsform_sqlite.values.refused import CellRefusedError


@contextmanager
def load_typed(endpoint: EndpointDefinition, write: TableWrite) -> Iterator[TypedLoad]:
    """Begin one table's load. Closing the connection rolls back what was not committed."""
    with writing(endpoint) as connection:
        yield TypedLoad(connection, endpoint, write, takes_typed(write.design))


@contextmanager
def load_row_text(endpoint: EndpointDefinition, write: TableWrite) -> Iterator[RowTextLoad]:
    """Begin one table's load. Closing the connection rolls back what was not committed."""
    with writing(endpoint) as connection:
        yield RowTextLoad(connection, endpoint, write, takes_row_text(write.mapped))


class SqliteLoad:
    """One table's load; the steps are called in the order they stand here, the rows come in behind `prepare`."""

    def __init__(self, connection: Connection, endpoint: EndpointDefinition, write: TableWrite, takes: Takes) -> None:
        """takes -- which columns of an existing table take the rows."""
        self.endpoint = endpoint
        self.write = write
        self._connection = connection
        self._takes = takes
        self._inserter: Inserter | None = None
        self._created = False

    def prepare(self) -> None:
        """Wait for the write lock, check the epoch, then make the table ready."""
        with diagnosed(self.endpoint, self.write.mapped.target):
            self._begin()
            control.check_epoch(self._connection, self.endpoint, self.write)
            self._make_ready()
            self._inserter = Inserter.on(self._connection, self.endpoint, self.write)

    def _begin(self) -> None:
        """Take the write lock. Loads of one file come one after another, and each may take long.

        Between two tries an owner that was replaced notices, and stops waiting.
        """
        deadline = time.monotonic() + settings_of(self.endpoint).load_timeout
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not error_name(error).startswith("SQLITE_BUSY") or time.monotonic() >= deadline:
                    raise
                control.check_epoch(self._connection, self.endpoint, self.write)
            else:
                return

    def _make_ready(self) -> None:
        name = self.write.mapped.target
        existing = target.look_at(self._connection, [name]).get(name)
        step = decide(self.write, existing)
        match step:
            case Step.CREATE:
                self._create()
            case Step.DROP_AND_CREATE:
                self._run(DropTable(name))
                self._create()
            case Step.TRUNCATE:
                target.check_fit(self._connection, self.endpoint, self.write, self._takes)
                self._run(TruncateTable(name))
            case Step.USE:
                target.check_fit(self._connection, self.endpoint, self.write, self._takes)
            case _:
                raise DiagnosticError(replace(step, place=DataPlace(self.endpoint.name, str(name))))

    def _create(self) -> None:
        self._run(CreateTable(self.write.design))
        self._created = True

    def finish_rows(self, sent: int) -> None:
        """The table must hold exactly `sent` rows: it was empty when the load began."""
        table = self.write.mapped.target
        with diagnosed(self.endpoint, table):
            (taken,) = self._connection.execute(f"SELECT count(*) FROM {qualified(table.name)}").fetchone()
        if taken != sent:
            raise DiagnosticError(
                codes.ROW_COUNT.error(
                    f"{sent} rows were sent to {table}, and it holds {taken}; nothing of them was kept.",
                    "Run the task again; report it if it persists.",
                    place=DataPlace(endpoint=self.endpoint.name, table=str(table)),
                )
            )

    def add_primary_key(self) -> None:
        """Nothing: in SQLite the key is part of CREATE TABLE."""

    def add_objects(self) -> int:
        """Build indexes and unique constraints, if this load created the table; its checks stand since then."""
        design = self.write.design
        if not self._created:
            return 0
        with diagnosed(self.endpoint, self.write.mapped.target):
            self._run(AddObjects(design))
        return len(design.indexes) + len(design.checks)

    def set_sequences(self, positions: Sequence[SequencePosition]) -> None:
        """Let the numbering go on where the source's stands."""
        with diagnosed(self.endpoint, self.write.mapped.target):
            continue_sequence(self._connection, self.write.mapped.target.name, positions)

    def record(self, rows: int, cut: Position) -> None:
        """Check the epoch, under the write lock, and write the control row."""
        with diagnosed(self.endpoint, self.write.mapped.target):
            control.check_epoch(self._connection, self.endpoint, self.write)
            control.record(self._connection, self.write, rows, cut)

    def commit(self) -> None:
        """Commit everything at once."""
        with diagnosed(self.endpoint, self.write.mapped.target):
            self._connection.execute("COMMIT")

    def _run(self, change: CatalogChange) -> None:
        for statement in render(change):
            self._connection.execute(statement)


class TypedLoad(SqliteLoad):
    """A load of Python's values."""

    def write_rows(self, rows: Sequence[Row]) -> None:
        """Insert a batch of rows, each value as it is."""
        assert self._inserter is not None
        with diagnosed(self.endpoint, self.write.mapped.target):
            self._inserter.insert(rows)


class RowTextLoad(SqliteLoad):
    """A load of row text."""

    def prepare(self) -> None:
        """Make the table ready; how values are stored is up to its columns as they stand."""
        super().prepare()
        assert self._inserter is not None
        affinities = zip(self.write.mapped.columns, self._inserter.affinities, strict=True)
        self._loaders = [ColumnLoader(column.type, held) for column, held in affinities]

    def write_row_text(self, buffer: bytes) -> None:
        """Insert a buffer of whole rows, each value exactly. Raises DiagnosticError naming column and value."""
        assert self._inserter is not None
        if not buffer:
            return
        values = self._values(self._inserter, buffer)
        with diagnosed(self.endpoint, self.write.mapped.target):
            self._inserter.insert_columns(values)

    def _values(self, inserter: Inserter, buffer: bytes) -> list[Sequence[Any]]:
        values: list[Sequence[Any]] = []
        fields: Sequence[Sequence[str]] = ()
        try:
            fields = columns_of(buffer, len(self._loaders))
            for loader, column in zip(self._loaders, fields, strict=True):
                values.append(loader.load(column))
        except CellRefusedError as cell:
            number, refused = len(values), cell.refused
            value = shown_field(fields[number][cell.row])
            raise inserter.refused(number, value, f"It {refused.reason}.", refused.remedy) from cell
        except NotUnicodeError as error:
            raise inserter.refused(error.column, error.data, "It is no valid UTF-8.") from None
        except MalformedRowsError as error:
            raise self._malformed(error) from None
        return values

    def _malformed(self, error: MalformedRowsError) -> DiagnosticError:
        table = self.write.mapped.target
        return DiagnosticError(
            codes.ROW_COUNT.error(
                f"A buffer of row text for {table} does not hold whole rows of {len(self._loaders)} fields: {error}.",
                "Nothing was kept. Run the task again; report it if it persists: the source's provider sent it.",
                place=DataPlace(endpoint=self.endpoint.name, table=str(table)),
            )
        )
