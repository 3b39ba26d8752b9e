"""Loads one table in one transaction that holds the file's write lock from its beginning (G2, G11)."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from dmsform.catalog.changes import CreateTable, DropTable, TruncateTable
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
from dmsform_sqlite.inserting import Inserter
from dmsform_sqlite.quoting import qualified
from dmsform_sqlite.sequences import continue_sequence


@contextmanager
def load_typed(endpoint: EndpointDefinition, write: TableWrite) -> Iterator[SqliteLoad]:
    """Begin one table's load. Closing the connection rolls back what was not committed."""
    with writing(endpoint) as connection:
        yield SqliteLoad(connection, endpoint, write)


class SqliteLoad:
    """One table's load; the steps are called in the order they stand here."""

    def __init__(self, connection: Connection, endpoint: EndpointDefinition, write: TableWrite) -> None:
        self.endpoint = endpoint
        self.write = write
        self._connection = connection
        self._inserter: Inserter | None = None

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
                self._run(CreateTable(self.write.design))
            case Step.DROP_AND_CREATE:
                self._run(DropTable(name))
                self._run(CreateTable(self.write.design))
            case Step.TRUNCATE:
                target.check_fit(self._connection, self.endpoint, self.write)
                self._run(TruncateTable(name))
            case Step.USE:
                target.check_fit(self._connection, self.endpoint, self.write)
            case _:
                raise DiagnosticError(replace(step, place=DataPlace(self.endpoint.name, str(name))))

    def write_rows(self, rows: Sequence[Row]) -> None:
        """Insert a batch of rows, each value as it is."""
        assert self._inserter is not None
        with diagnosed(self.endpoint, self.write.mapped.target):
            self._inserter.insert(rows)

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

    def _run(self, change: CreateTable | DropTable | TruncateTable) -> None:
        for statement in render(change):
            self._connection.execute(statement)
