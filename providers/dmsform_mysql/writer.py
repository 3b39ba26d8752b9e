"""Loads one table: what the load creates comes into view by one renaming, what stays is filled in one transaction.

DDL commits by itself in MySQL. A table that is created, in place of another or not, is therefore loaded as a shadow, a
table with a name of its own, committed batch by batch, and published at `commit` (see `publishing`). A table that stays
is emptied by DELETE and filled in one transaction, together with its control row. Whatever ends a load before its
commit, the shadow is dropped or the transaction rolled back: by the load itself, or by whoever comes next.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

import pymysql

from dmsform.catalog.changes import AddObjects, CreateSchema, CreateTable, TruncateTable
from dmsform.catalog.model import SequencePosition, Table, TableName
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.preparation import Step, decide
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.values import Position, TableWrite, TargetTable
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql import control, loads, publishing, target
from dmsform_mysql.batches import Batches
from dmsform_mysql.connect import Connection, open_connection
from dmsform_mysql.ddl import render
from dmsform_mysql.errors import diagnosed
from dmsform_mysql.loading import Field
from dmsform_mysql.loads import Load, Stage
from dmsform_mysql.names import folded
from dmsform_mysql.quoting import literal
from dmsform_mysql.target_sequences import next_value, raise_numbering


@contextmanager
def load_row_text(endpoint: EndpointDefinition, write: TableWrite) -> Iterator[MysqlLoad]:
    """Begin one table's load. Raises DiagnosticError, ConnectionLostError."""
    load = MysqlLoad(open_connection(endpoint), endpoint, write)
    try:
        yield load
    finally:
        load.leave()


class MysqlLoad:
    """One table's load; the steps are called in the order they stand here."""

    def __init__(self, connection: Connection, endpoint: EndpointDefinition, write: TableWrite) -> None:
        self.endpoint = endpoint
        self.write = write
        self._connection = connection
        self._load: Load | None = None
        self._shadowed = False
        self._numbered: str | None = None
        self._batches: Batches | None = None

    def prepare(self) -> None:
        """Check the epoch, settle what an earlier attempt left, and make the table ready that takes the rows."""
        with self._step("CREATE"):
            control.check_epoch(self._connection, self.endpoint, self.write, lock=False)
            self._settle_earlier()
            self._register()
            self._create_database()
            self._make_ready()

    def _settle_earlier(self) -> None:
        """An attempt under this epoch may have died, or lost its connection, in the middle of publishing."""
        table = self.write.mapped.target
        if control.settle_loads(self._connection, self.write.owner, self.write.epoch, table):
            raise ConnectionLostError(
                codes.CONNECTION_LOST.error(
                    f"An earlier attempt to load {table} had lost its connection, and turns out to be complete.",
                    "The task looks again by itself and keeps the table as it is.",
                    place=DataPlace(endpoint=self.endpoint.name, table=str(table)),
                )
            )

    def _register(self) -> None:
        """From now on whoever comes next can settle this load; no load begins under an old epoch."""
        connection = self._connection
        load = loads.new_load(self.write)
        loads.hold_lock(connection, load)
        connection.execute("START TRANSACTION")
        control.check_epoch(connection, self.endpoint, self.write, lock=True)
        control.check_claim(connection, self.endpoint, self.write)
        loads.insert(connection, load)
        connection.execute("COMMIT")
        self._load = load

    def _create_database(self) -> None:
        schema = self.write.mapped.target.schema
        query = f"SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {literal(schema)}"
        if self._connection.row(query) is None:
            self._run(*render(CreateSchema(schema)))

    def _make_ready(self) -> None:
        existing = target.look_at(self._connection, self.write.mapped.target)
        match step := self._decided(existing):
            case Step.CREATE:
                self._create_shadow(replaces=False)
            case Step.DROP_AND_CREATE:
                target.check_unreferenced(self._connection, self.endpoint, self.write.mapped.target, "DROP")
                self._create_shadow(replaces=True)
            case Step.TRUNCATE | Step.USE:
                assert existing is not None
                self._keep(existing, truncate=step is Step.TRUNCATE)

    def _decided(self, existing: TargetTable | None) -> Step:
        step = decide(self.write, existing)
        if not isinstance(step, Step):
            raise DiagnosticError(replace(step, place=self._place()))
        return step

    def _create_shadow(self, *, replaces: bool) -> None:
        """The new table under the load's own name; nothing else changes before the commit."""
        assert self._load is not None
        self._load = replace(self._load, replaces=replaces)
        self._shadowed = True
        design = self.write.design
        self._run(*render(CreateTable(replace(design, name=self._load.shadow))))
        self._numbered = next((c.name for c in design.columns if c.identity), None)
        self._begin(
            self._load.shadow,
            [
                Field(c.name, mapped.type, c.type, mapped.nullable, c.nullable, c.identity)
                for c, mapped in zip(design.columns, self.write.mapped.columns, strict=True)
            ],
        )

    def _keep(self, existing: TargetTable, *, truncate: bool) -> None:
        """The table as it stands; until the transaction ends, others neither alter it nor add rows."""
        name, connection = self.write.mapped.target, self._connection
        self._run("START TRANSACTION")
        if target.lock_rows(connection, name) and not truncate:
            self._decided(replace(existing, has_rows=True))
        events = ("INSERT", "DELETE") if truncate else ("INSERT",)
        target.check_fit(connection, self.endpoint, self.write, existing.table, events)
        if truncate:
            target.check_empties_alone(connection, self.endpoint, name)
            with diagnosed(self.endpoint, name, "DELETE"):
                self._run(*render(TruncateTable(name)))
        self._begin(name, self._fields_of(existing.table))

    def _fields_of(self, table: Table) -> list[Field]:
        columns = {folded(c.name): c for c in table.columns}
        found = [(mapped, columns[folded(mapped.name)]) for mapped in self.write.mapped.columns]
        self._numbered = next((mapped.name for mapped, c in found if c.identity is not None), None)
        return [
            Field(mapped.name, mapped.type, c.native, mapped.nullable, c.nullable, c.identity is not None)
            for mapped, c in found
        ]

    def _begin(self, into: TableName, fields: Sequence[Field]) -> None:
        if self._shadowed:
            self._run("START TRANSACTION")
        table = self.write.mapped.target
        self._batches = Batches(self._connection, self.endpoint, into, table, fields, self._between)

    def _between(self) -> None:
        """Nobody sees a shadow, so that its batches need not wait for each other: the server forgets how to undo."""
        if self._shadowed:
            self._run("COMMIT", "START TRANSACTION")

    def write_row_text(self, buffer: bytes) -> None:
        """Send a buffer of whole rows."""
        with self._step("INSERT"):
            assert self._batches is not None
            self._batches.send(buffer)

    def finish_rows(self, sent: int) -> None:
        """End the stream; the server must have taken exactly `sent` rows."""
        with self._step("INSERT"):
            assert self._batches is not None
            self._batches.finish()
            if self._batches.taken != sent:
                raise DiagnosticError(
                    codes.ROW_COUNT.error(
                        f"{sent} rows were sent to {self.write.mapped.target}, and the server took "
                        f"{self._batches.taken}; nothing of them was kept.",
                        "Look into the server's log; then run the task again.",
                        place=self._place(),
                    )
                )

    def add_primary_key(self) -> None:
        """Nothing: a table is created with its key, in whose order its rows are stored."""

    def add_objects(self) -> int:
        """Build indexes and unique constraints, if this load created the table; its checks stand since then."""
        assert self._load is not None
        design = self.write.design
        if not self._shadowed:
            return 0
        with self._step("CREATE"):
            self._run(*render(AddObjects(replace(design, name=self._load.shadow))))
        return len(design.indexes) + len(design.checks)

    def set_sequences(self, positions: Sequence[SequencePosition]) -> None:
        """Let the numbering go on where the source's stands; that of a table that stays once its rows are committed."""
        value = next_value(self.write.mapped, self._numbered, positions)
        if value is None:
            return
        assert self._load is not None
        with self._step("ALTER"):
            if self._shadowed:
                raise_numbering(self._connection, self._load.shadow, value)
            else:
                self._load = replace(self._load, next_value=value)

    def record(self, rows: int, cut: Position) -> None:
        """Check the epoch under lock and write the control row."""
        assert self._load is not None
        with self._step("INSERT"):
            connection = self._connection
            if self._shadowed:
                self._run("START TRANSACTION")
            control.check_epoch(connection, self.endpoint, self.write, lock=True)
            if not loads.lock_row(connection, self._load):
                raise ConnectionLostError(self._taken_over())
            load = replace(self._load, rows=rows, cut=cut)
            if not self._shadowed and load.next_value is None:
                loads.complete(connection, load)
            else:
                stage = Stage.PUBLISHING if self._shadowed else Stage.NUMBERING
                load = replace(load, stage=stage)
                loads.update(connection, load)
            self._load = load

    def commit(self) -> None:
        """Make the rows visible, all at once."""
        for _ in self.commit_steps():
            pass

    def commit_steps(self) -> Iterator[str]:
        """Commit, naming each step that is done: between any two the process may die."""
        assert self._load is not None
        with self._step("DROP" if self._load.replaces else "CREATE"):
            self._run("COMMIT")
            yield "committed"
            match self._load.stage:
                case Stage.PUBLISHING:
                    yield from self._publish(self._load)
                case Stage.NUMBERING:
                    yield from publishing.number(self._connection, self._load)
                case Stage.BEGUN | Stage.RENAMED:
                    pass
            self._load = None

    def _publish(self, load: Load) -> Iterator[str]:
        try:
            yield from publishing.publish(self._connection, load)
        except publishing.RowsAppearedError:
            found = target.look_at(self._connection, load.target)
            self._decided(replace(found, has_rows=True) if found else None)
            raise

    def leave(self) -> None:
        """Close the session; what was not committed leaves no trace."""
        try:
            if self._load is not None:
                # Whatever cannot be removed now, as no connection comes about, is what the next owner settles.
                with suppress(DiagnosticError, pymysql.Error, OSError):
                    self._undo(self._load)
        finally:
            self._connection.close()

    def _undo(self, load: Load) -> None:
        connection = self._connection
        if connection.raw.open and not (self._batches and self._batches.under_way):
            connection.execute("ROLLBACK")
            loads.release_lock(connection, load)
        else:
            # In the middle of a statement: an end of it would be taken for an end of the rows.
            connection.close()
            self._connection = connection = open_connection(self.endpoint)
        control.settle_loads(connection, self.write.owner, self.write.epoch, self.write.mapped.target)

    def _taken_over(self) -> Diagnostic:
        return codes.CONNECTION_LOST.error(
            f"Another attempt to load {self.write.mapped.target} has begun and ended this one.",
            "Nothing was kept of this one. The task tries again by itself.",
            place=self._place(),
        )

    def _place(self) -> DataPlace:
        return DataPlace(endpoint=self.endpoint.name, table=str(self.write.mapped.target))

    @contextmanager
    def _step(self, right: str) -> Iterator[None]:
        """A step's errors as diagnostics; a session that a new owner ended, or whose table it dropped, says so."""
        try:
            with diagnosed(self.endpoint, self.write.mapped.target, right):
                yield
        except DiagnosticError as error:
            if isinstance(error.__cause__, pymysql.Error | OSError):
                self._raise_if_disowned()
            raise

    def _raise_if_disowned(self) -> None:
        """After an error of the driver: raise DiagnosticError if a new owner is the reason."""
        try:
            connection = open_connection(self.endpoint)
        except DiagnosticError:
            return
        try:
            with diagnosed(self.endpoint):
                control.check_epoch(connection, self.endpoint, self.write, lock=False)
        finally:
            connection.close()

    def _run(self, *statements: str) -> None:
        for statement in statements:
            self._connection.execute(statement)
