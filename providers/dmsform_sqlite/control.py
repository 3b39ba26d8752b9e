"""Ownership and progress in the target file itself (G2, G11).

A task's epoch is its row's number in an AUTOINCREMENT table: every claim takes a new one, and none ever comes again,
not even after a release. SQLite lets one transaction write at a time: while a load is open nobody can take its task
over, and a claim waits for the load's end for as long as the endpoint's busy_timeout.
"""
# ruff: noqa: S608  made of the constant names of control tables

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.values import Claim, Epoch, Owner, Position, TableRecord, TableWrite
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite import codes as own
from dmsform_sqlite.connect import Connection, path_of, writing
from dmsform_sqlite.control_tables import CLAIMS, TABLES, TASKS
from dmsform_sqlite.errors import diagnosed
from dmsform_sqlite.quoting import folded
from dmsform_sqlite.types import SCHEMA

_CREATE = (
    f"""CREATE TABLE IF NOT EXISTS {TASKS} (
  epoch INTEGER PRIMARY KEY AUTOINCREMENT, lineage TEXT NOT NULL, task TEXT NOT NULL, holder TEXT NOT NULL,
  claimed_at TEXT NOT NULL DEFAULT (datetime('now')), UNIQUE (lineage, task)
)""",
    f"""CREATE TABLE IF NOT EXISTS {CLAIMS} (
  target_table TEXT PRIMARY KEY COLLATE NOCASE, lineage TEXT NOT NULL, task TEXT NOT NULL
) WITHOUT ROWID""",
    f"""CREATE TABLE IF NOT EXISTS {TABLES} (
  lineage TEXT, task TEXT, source_schema TEXT, source_table TEXT, target_table TEXT NOT NULL, run INTEGER NOT NULL,
  rows INTEGER NOT NULL, cut TEXT NOT NULL, completed_at TEXT NOT NULL DEFAULT (datetime('now')),
  PRIMARY KEY (lineage, task, source_schema, source_table)
) WITHOUT ROWID""",
)
_STANDS = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?"
_MINE = "lineage = ? AND task = ?"
_CLAIM = f"""
SELECT c.target_table, t.lineage, t.task, t.holder FROM {CLAIMS} c JOIN {TASKS} t USING (lineage, task)
 WHERE c.target_table = ?
"""
_RECORD = f"""
INSERT OR REPLACE INTO {TABLES} (lineage, task, source_schema, source_table, target_table, run, rows, cut)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_RECORDS = f"""
SELECT source_schema, source_table, target_table, run, rows, cut FROM {TABLES} WHERE {_MINE} ORDER BY 1, 2
"""


def claim(endpoint: EndpointDefinition, owner: Owner, tables: Sequence[TableName]) -> Epoch:
    """Become the owner and claim exactly these tables; makes the file where it is missing.

    Raises DiagnosticError when another task claims one of the tables, ConnectionLostError while a load stands open.
    """
    mine = [owner.lineage, owner.task]
    if twice := named_twice(tables):
        raise DiagnosticError(twice)
    with writing(endpoint, create=True) as connection, diagnosed(endpoint), _transaction(connection):
        for statement in _CREATE:
            connection.execute(statement)
        connection.execute(f"DELETE FROM {TASKS} WHERE {_MINE}", mine)
        cursor = connection.execute(
            f"INSERT INTO {TASKS} (lineage, task, holder) VALUES (?, ?, ?)", [*mine, owner.holder]
        )
        connection.execute(f"DELETE FROM {CLAIMS} WHERE {_MINE}", mine)
        held = [c for c in claims_of(connection, tables).values() if c.owner != owner]
        if held:
            raise DiagnosticError([_claimed(endpoint, c) for c in held])
        claims = [(table.name, *mine) for table in tables]
        connection.executemany(f"INSERT OR REPLACE INTO {CLAIMS} VALUES (?, ?, ?)", claims)
        assert cursor.lastrowid is not None
        return Epoch(cursor.lastrowid)


def table_records(endpoint: EndpointDefinition, owner: Owner) -> tuple[TableRecord, ...]:
    """The control rows of completed tables; none where nothing was ever loaded."""
    if not path_of(endpoint).exists():
        return ()
    with writing(endpoint) as connection, diagnosed(endpoint):
        if not stands(connection):
            return ()
        rows = connection.execute(_RECORDS, [owner.lineage, owner.task]).fetchall()
        return tuple(
            TableRecord(TableName(*row[0:2]), TableName(SCHEMA, row[2]), row[3], row[4], Position(row[5]))
            for row in rows
        )


def release(endpoint: EndpointDefinition, owner: Owner) -> None:
    """Remove the owner's control rows."""
    if not path_of(endpoint).exists():
        return
    with writing(endpoint) as connection, diagnosed(endpoint):
        if not stands(connection):
            return
        with _transaction(connection):
            for table in (TABLES, CLAIMS, TASKS):
                connection.execute(f"DELETE FROM {table} WHERE {_MINE}", [owner.lineage, owner.task])


def stands(connection: Connection) -> bool:
    """Whether the control tables exist."""
    return bool(connection.execute(_STANDS, [TABLES]).fetchone()[0])


def claims_of(connection: Connection, tables: Sequence[TableName]) -> dict[TableName, Claim]:
    """Who claims these tables."""
    if not stands(connection):
        return {}
    found = {}
    for table in tables:
        if row := connection.execute(_CLAIM, [table.name]).fetchone():
            found[table] = Claim(Owner(*row[1:4]), table)
    return found


def check_epoch(connection: Connection, endpoint: EndpointDefinition, write: TableWrite) -> None:
    """Raise DiagnosticError unless the write's epoch is the task's and the table is claimed by the task."""
    owner, table = write.owner, write.mapped.target
    row = None
    if stands(connection):
        query = f"SELECT epoch, holder FROM {TASKS} WHERE {_MINE}"
        row = connection.execute(query, [owner.lineage, owner.task]).fetchone()
    place = DataPlace(endpoint=endpoint.name, table=str(table))
    if row is None or row[0] != write.epoch:
        now = f"{row[1]} (epoch {row[0]})" if row else "nobody: its control rows are gone"
        raise DiagnosticError(
            codes.NOT_OWNER.error(
                f"Task {owner.task} runs here under epoch {write.epoch}, but in the target it now belongs to {now}.",
                "Nothing was written. Let one replication instance run the task; stop this one, or start the task "
                "anew to take it over.",
                place=place,
            )
        )
    held = claims_of(connection, [table]).get(table)
    if held is None or (held.owner.lineage, held.owner.task) != (owner.lineage, owner.task):
        raise DiagnosticError(
            codes.TARGET_CLAIMED.error(
                f"Task {owner.task} has no claim on table {table} of endpoint {endpoint.name}.",
                "Start the task anew, so that it claims its tables.",
                place=place,
            )
        )


def record(connection: Connection, write: TableWrite, rows: int, cut: Position) -> None:
    """Write the control row that vouches for the table."""
    source, owner = write.mapped.source.name, write.owner
    values = [source.schema, source.name, write.mapped.target.name, write.run, rows, cut]
    connection.execute(_RECORD, [owner.lineage, owner.task, *values])


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    """A writing transaction; whatever is raised in it rolls it back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def named_twice(tables: Sequence[TableName], check: str | None = None) -> list[Diagnostic]:
    """Target tables whose names differ only in case: to SQLite they are one, and one would replace the other."""
    seen: dict[str, TableName] = {}
    return [
        own.NAME_REFUSED.error(
            f'To SQLite the target tables "{other.name}" and "{table.name}" have the same name.',
            "Rename one of them by a transformation rule (rename).",
            place=DataPlace(table=str(table)),
            check=check,
        )
        for table in tables
        if (other := seen.setdefault(folded(table.name), table)) != table
    ]


def _claimed(endpoint: EndpointDefinition, held: Claim) -> Diagnostic:
    return codes.TARGET_CLAIMED.error(
        f"Table {held.table} of endpoint {endpoint.name} is loaded by task {held.owner.task} of {held.owner.holder}.",
        "Send this task's rows to another table (rename rules), or destroy the other task first: that releases its "
        "tables.",
        place=DataPlace(endpoint=endpoint.name, table=str(held.table)),
    )
