"""Loads of a little table into a database of either server, step by step, as the tests of the target need them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pymysql

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Column, Identity, PrimaryKey, SequencePosition, Table, TableName
from dmsform.catalog.types import Integer, Text
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.values import Epoch, Owner, Position, TableRecord, TableWrite
from dmsform.task.definition import EndpointDefinition
from dmsform.task.settings import TargetTablePrepMode
from dmsform_mysql.connect import open_connection
from dmsform_mysql.control import claim, table_records
from dmsform_mysql.dialect import MysqlDialect
from dmsform_mysql.writer import MysqlLoad, load_row_text
from tests.servers import MysqlDatabase

CUT = Position("cut")
ROWS = ((1, "one"), (2, "two"), (3, "three"))
COLUMNS = (
    Column("id", Integer(32), "int4", nullable=False, identity=Identity.BY_DEFAULT),
    Column("name", Text(), "text"),
)


@dataclass(frozen=True)
class Place:
    """A target database, and the task that loads into it."""

    database: MysqlDatabase
    owner: Owner
    columns: tuple[Column, ...] = COLUMNS
    login: tuple[str, str] | None = None
    sessions: list[pymysql.Connection[Any]] = field(default_factory=list)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query, in a session that stays for the next."""
        if not self.sessions:
            self.sessions.append(self.database.connect())
        with self.sessions[0].cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def execute(self, *statements: str) -> None:
        """Run statements in that session."""
        for statement in statements:
            self.rows(statement)

    def close(self) -> None:
        """End that session."""
        for session in self.sessions:
            session.close()

    @property
    def endpoint(self) -> EndpointDefinition:
        """The database as an endpoint, for the superuser or who is to log in."""
        return self.database.endpoint("shop", *(self.login or ()))

    @property
    def target(self) -> TableName:
        """The table."""
        return TableName(self.database.name, "items")

    def mapped(self) -> MappedTable:
        """The whole source table."""
        return mapped_whole(self.target, self.columns)

    def claim(self) -> Epoch:
        """Become the owner."""
        return claim(self.endpoint, self.owner, [self.target])

    def write(
        self,
        epoch: Epoch,
        preparation: TargetTablePrepMode = TargetTablePrepMode.DO_NOTHING,
        *,
        destroy: bool = False,
        destroy_rows: bool = False,
        run: int = 1,
    ) -> TableWrite:
        """A write of the table."""
        mapped = self.mapped()
        design = MysqlDialect().design(mapped, "contract")
        assert isinstance(design, TableDesign)
        return TableWrite(self.owner, epoch, run, mapped, design, preparation, destroy, destroy_rows)

    def load(self, write: TableWrite, rows: Sequence[tuple[Any, ...]] = ROWS) -> None:
        """Load to the end."""
        with load_row_text(self.endpoint, write) as load:
            for _ in steps(load, rows):
                pass

    def records(self) -> list[TableRecord]:
        """What the control rows vouch for."""
        return list(table_records(self.endpoint, self.owner))

    def held(self) -> list[tuple[Any, ...]] | None:
        """The target's rows; None where there is no table."""
        if "items" not in self.tables():
            return None
        return self.rows("SELECT id, name FROM items ORDER BY id")

    def tables(self) -> set[str]:
        """All tables of the database."""
        query = f"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{self.database.name}'"
        return {name for (name,) in self.rows(query)}

    def under_way(self) -> int:
        """How many loads' control rows there are."""
        return int(self.rows("SELECT COUNT(*) FROM dmsform_control.loads")[0][0])


def mapped_whole(target: TableName, columns: tuple[Column, ...]) -> MappedTable:
    """A table of these columns with the key `id`, as it is."""
    source = Table(TableName("origin", "items"), columns, PrimaryKey(("id",)))
    mapped = tuple(MappedColumn(c.name, Copied(c), c.type, None, c.nullable, c.identity) for c in columns)
    return MappedTable(source, target, mapped, source.primary_key)


def row_text(rows: Sequence[tuple[Any, ...]]) -> bytes:
    """The rows as row text; their texts need no escapes."""
    return b"".join(b"\t".join(b"\\N" if v is None else str(v).encode() for v in row) + b"\n" for row in rows)


def steps(load: MysqlLoad, rows: Sequence[tuple[Any, ...]] = ROWS, next_value: int = 100) -> Iterator[str]:
    """All steps of a load, by name as they are done."""
    load.prepare()
    yield "prepared"
    load.write_row_text(row_text(rows))
    yield "sent"
    load.finish_rows(len(rows))
    yield "finished"
    load.add_primary_key()
    load.set_sequences([SequencePosition("id", next_value)])
    yield "sequenced"
    load.record(len(rows), CUT)
    yield "recorded"
    yield from load.commit_steps()


def die_after(step: str, endpoint: EndpointDefinition, write: TableWrite) -> bool:
    """Load until a step is done; then the process is gone, and with it its connection. False: there is no such step."""
    load = MysqlLoad(open_connection(endpoint), endpoint, write)
    try:
        return any(done == step for done in steps(load))
    finally:
        load._connection.raw._force_close()  # type: ignore[attr-defined]


def send(load: MysqlLoad, *buffers: bytes) -> None:
    """Send buffers to their end; the load may refuse at once or then."""
    for buffer in buffers:
        load.write_row_text(buffer)
    load.finish_rows(sum(buffer.count(b"\n") for buffer in buffers))


def retried(place: Place, write: TableWrite) -> None:
    """Try again as a task does: what is complete is kept, else it is loaded; a lost connection is tried once more."""
    for _ in range(3):
        if any(record.run == write.run for record in place.records()):
            return
        try:
            place.load(write)
        except ConnectionLostError:
            continue
    raise AssertionError("not loaded in three attempts")
