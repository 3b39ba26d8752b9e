"""Loads one table in one target transaction: prepare, COPY, key, sequences, control row, commit.

Schemas and enumerations are shared by tables: they are created, where missing, in a short transaction of their own
before, so that parallel loads do not wait for each other. Everything else is undone by leaving without commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import replace

import psycopg

from dmsform.catalog.changes import AddObjects, AddPrimaryKey, CreateTable, DropTable, TableDesign, TruncateTable
from dmsform.catalog.model import SequencePosition
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.preparation import Step, decide
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.values import Position, TableWrite, TargetTable
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql import control, target
from dmsform_postgresql.connect import Connection, connected, open_connection, streaming
from dmsform_postgresql.ddl import render
from dmsform_postgresql.errors import diagnosed
from dmsform_postgresql.quoting import identifiers, qualified
from dmsform_postgresql.refusal import RefusalWatch
from dmsform_postgresql.refused_text import Recent, refused_text
from dmsform_postgresql.sequences import continue_sequences
from dmsform_postgresql.shared_objects import create_shared
from dmsform_postgresql.silence import SilenceWatch

_STATE = "SELECT state FROM pg_catalog.pg_stat_activity WHERE pid = %s"


@contextmanager
def load_row_text(endpoint: EndpointDefinition, write: TableWrite) -> Iterator[PostgresLoad]:
    """Begin one table's load. Raises DiagnosticError, ConnectionLostError."""
    with streaming(endpoint) as (connection, watch), ExitStack() as stack:
        yield PostgresLoad(connection, watch, endpoint, write, stack)


class PostgresLoad:
    """One table's load; the steps are called in the order they stand here."""

    def __init__(
        self,
        connection: Connection,
        watch: SilenceWatch,
        endpoint: EndpointDefinition,
        write: TableWrite,
        stack: ExitStack,
    ) -> None:
        self.endpoint = endpoint
        self.write = write
        self._connection = connection
        self._silence = watch
        self._stack = stack
        self._copy: psycopg.Copy | None = None
        self._created = False
        self._recent = Recent()

    def prepare(self) -> None:
        """Check the epoch, create what tables share, then begin the load's transaction and make the table ready."""
        with self._step("CREATE"):
            connection, write = self._connection, self.write
            control.begin_load(connection, write.owner, write.mapped.target)
            control.check_epoch(connection, self.endpoint, write, lock=False)
            create_shared(connection, self.endpoint, write)
            connection.execute("BEGIN")
            self._check_claim()
            self._make_ready()
            self._begin_copy()

    def _check_claim(self) -> None:
        """A table that no claim of this task names is not this task's to write."""
        table = self.write.mapped.target
        held = control.claims_of(self._connection, [table]).get(table)
        if held is None or (held.owner.lineage, held.owner.task) != (self.write.owner.lineage, self.write.owner.task):
            holder = f"task {held.owner.task} of {held.owner.holder}" if held else "nobody"
            raise DiagnosticError(
                codes.TARGET_CLAIMED.error(
                    f"Table {table} is claimed by {holder}, not by task {self.write.owner.task}.",
                    "Start the task anew, so that it claims its tables.",
                    place=DataPlace(endpoint=self.endpoint.name, table=str(table)),
                )
            )

    def _make_ready(self) -> None:
        connection, write, table = self._connection, self.write, self.write.mapped.target
        existing = target.look_at(connection, table)
        step = decide(write, existing)
        if not isinstance(step, Step):
            raise DiagnosticError(replace(step, place=DataPlace(self.endpoint.name, str(table))))
        match step:
            case Step.CREATE:
                self._create()
            case Step.DROP_AND_CREATE:
                self._recheck_rows(existing)
                with diagnosed(self.endpoint, table, "DROP"):
                    self._run(*render(DropTable(table)))
                self._create()
            case Step.TRUNCATE:
                self._recheck_rows(existing)
                with diagnosed(self.endpoint, table, "TRUNCATE"):
                    self._run(*render(TruncateTable(table, target.is_partitioned(connection, table))))
                target.check_fit(connection, self.endpoint, write)
            case Step.USE:
                target.check_fit(connection, self.endpoint, write)

    def _recheck_rows(self, existing: TargetTable | None) -> None:
        """Rows may have come since we looked: under the lock nobody adds any."""
        assert existing is not None
        table = self.write.mapped.target
        with diagnosed(self.endpoint, table, "TRUNCATE"):
            self._run(f"LOCK TABLE {qualified(table)} IN ACCESS EXCLUSIVE MODE")
        step = decide(self.write, replace(existing, has_rows=target.has_rows(self._connection, table)))
        if not isinstance(step, Step):
            raise DiagnosticError(replace(step, place=DataPlace(self.endpoint.name, str(table))))

    def _create(self) -> None:
        self._run(*render(CreateTable(self.write.design)))
        self._created = True

    def _begin_copy(self) -> None:
        # FREEZE spares readers and vacuum the hint bits; only a table nobody else can see yet may have it.
        options = " WITH (FREEZE)" if self._created else ""
        columns = identifiers(c.name for c in self.write.mapped.columns)
        statement = f"COPY {qualified(self.write.mapped.target)} ({columns}) FROM STDIN{options}"
        cursor = self._stack.enter_context(self._connection.cursor())
        self._cursor = cursor
        self._copying: AbstractContextManager[psycopg.Copy] = cursor.copy(statement)
        self._copy = self._copying.__enter__()
        self._watch = self._stack.enter_context(closing(RefusalWatch(self._connection.pgconn, self._given_up)))

    def _given_up(self) -> bool:
        """Whether our transaction has failed, as the server tells another session of the same user."""
        try:
            with connected(self.endpoint) as other:
                row = other.execute(_STATE, [self._connection.info.backend_pid]).fetchone()
        except (DiagnosticError, psycopg.Error):
            return False
        return row is not None and row[0] == "idle in transaction (aborted)"

    def write_row_text(self, buffer: bytes) -> None:
        """Forward a buffer of whole rows."""
        with self._step("INSERT"):
            assert self._copy is not None
            if b"\0" in buffer:
                raise DiagnosticError(refused_text(buffer, buffer.index(b"\0"), self.write.mapped, self.endpoint))
            self._recent.add(buffer)
            try:
                self._copy.write(buffer)
            except psycopg.OperationalError:
                # Where the server has ended the COPY, its reason is in the result; a lost connection fails again here.
                self._end_copy()
                raise
            if self._watch.refused():
                self._end_copy()

    def finish_rows(self, sent: int) -> None:
        """End the stream; the server must have taken exactly `sent` rows."""
        with self._step("INSERT"):
            self._end_copy()
            taken = self._cursor.rowcount
            if taken != sent:
                table = self.write.mapped.target
                raise DiagnosticError(
                    codes.ROW_COUNT.error(
                        f"{sent} rows were sent to {table}, and the server took {taken}; nothing of them was kept.",
                        "Look for triggers on the target table that drop rows; then run the task again.",
                        place=DataPlace(endpoint=self.endpoint.name, table=str(table)),
                    )
                )

    def _end_copy(self) -> None:
        if self._copy is not None:
            self._copy = None
            self._copying.__exit__(None, None, None)

    def add_primary_key(self) -> None:
        """Build the primary key, if this load created the table."""
        with self._step("CREATE"):
            if self._created:
                self._run(*render(AddPrimaryKey(self._with_free_key_name())))

    def _with_free_key_name(self) -> TableDesign:
        """The design, without the key's name if that is taken in the schema."""
        design = self.write.design
        key = design.primary_key
        if key is None or key.name is None:
            return design
        name = qualified(replace(design.name, name=key.name))
        row = self._connection.execute("SELECT to_regclass(%s) IS NULL", [name]).fetchone()
        assert row is not None
        return design if row[0] else replace(design, primary_key=replace(key, name=None))

    def add_objects(self) -> int:
        """Build indexes, unique constraints and checks, if this load created the table."""
        design = self.write.design
        if not self._created:
            return 0
        with self._step("CREATE"):
            self._run(*render(AddObjects(self._with_free_index_names())))
        return len(design.indexes) + len(design.checks)

    def _with_free_index_names(self) -> TableDesign:
        """The design, its indexes without those names that something else has in the schema."""
        design, names = self.write.design, set[str]()
        indexes = []
        for index in design.indexes:
            row = self._connection.execute(
                "SELECT to_regclass(%s) IS NULL", [qualified(replace(design.name, name=index.name))]
            ).fetchone()
            assert row is not None
            indexes.append(index if row[0] and index.name not in names else replace(index, name=""))
            names.add(index.name)
        return replace(design, indexes=tuple(indexes))

    def set_sequences(self, positions: Sequence[SequencePosition]) -> None:
        """Let the numbering go on where the source's stands."""
        with self._step("UPDATE"):
            continue_sequences(self._connection, self.write.mapped, positions)

    def record(self, rows: int, cut: Position) -> None:
        """Check the epoch under lock and write the control row."""
        with self._step("INSERT"):
            control.check_epoch(self._connection, self.endpoint, self.write, lock=True)
            control.record(self._connection, self.write, rows, cut)

    def commit(self) -> None:
        """Commit everything at once."""
        with self._step("INSERT"):
            done = self._connection.execute("COMMIT").statusmessage
            if done != "COMMIT":
                # The answer to COMMIT in a transaction that had failed, which we then did not hear.
                raise psycopg.OperationalError(f"the server answered {done} to COMMIT")

    @contextmanager
    def _step(self, right: str) -> Iterator[None]:
        """A step's errors as diagnostics; a session that a new owner ended says so."""
        try:
            with (
                self._silence.waiting(),
                diagnosed(self.endpoint, self.write.mapped.target, right),
                self._placed_text(),
            ):
                yield
        except ConnectionLostError:
            self._raise_if_disowned()
            raise

    @contextmanager
    def _placed_text(self) -> Iterator[None]:
        """Text that is not in UTF-8 is refused by the server by row alone: we still have it, and name the column."""
        try:
            yield
        except psycopg.errors.CharacterNotInRepertoire as error:
            found = self._recent.not_utf8()
            if found is None:
                raise
            raise DiagnosticError(refused_text(*found, self.write.mapped, self.endpoint)) from error

    def _raise_if_disowned(self) -> None:
        """After a lost connection: raise DiagnosticError if a new owner is the reason."""
        try:
            connection = open_connection(self.endpoint)
        except ConnectionLostError:
            return
        with connection, diagnosed(self.endpoint):
            control.check_epoch(connection, self.endpoint, self.write, lock=False)

    def _run(self, *statements: str) -> None:
        for statement in statements:
            self._connection.execute(statement)
