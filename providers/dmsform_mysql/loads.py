"""A load's own control row: what it has under way on a target, so that whoever comes next can settle it.

A row stands from before the load's first change until nothing is left to do. Its session holds a lock of the load's
name (GET_LOCK), by which a new owner finds the session and ends it.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pymysql
from pymysql.constants import ER

from dmsform.catalog.model import TableName
from dmsform.provider.values import Epoch, Owner, Position, TableRecord, TableWrite
from dmsform_mysql.catalog_queries import CONTROL_DATABASE
from dmsform_mysql.connect import Connection
from dmsform_mysql.control_tables import owner_key, source_key
from dmsform_mysql.errors import number_of

PATIENCE_SECONDS = 5
"""How long an ended session may take to be gone."""

_KILL_DENIED = 1095
_COLUMNS = (
    "id, owner_key, epoch, stage, source_schema, source_table, target_schema, target_table, run, replaces, "
    "may_destroy_rows, loaded_rows, cut, next_value"
)
_INSERT = f"""
INSERT INTO {CONTROL_DATABASE}.loads ({_COLUMNS}, begun_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, UTC_TIMESTAMP(6))
"""
_UPDATE = f"""
UPDATE {CONTROL_DATABASE}.loads
   SET stage = %s, replaces = %s, may_destroy_rows = %s, loaded_rows = %s, cut = %s, next_value = %s WHERE id = %s
"""
_FIND = f"SELECT {_COLUMNS} FROM {CONTROL_DATABASE}.loads WHERE owner_key = %s AND epoch <= %s ORDER BY begun_at, id"
_RECORD = f"""
REPLACE INTO {CONTROL_DATABASE}.tables
  (owner_key, source_key, source_schema, source_table, target_schema, target_table, run, loaded_rows, cut, completed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, UTC_TIMESTAMP(6))
"""


class Stage(StrEnum):
    """What may still be to do.

    BEGUN: nothing is visible yet. PUBLISHING: the rows are complete under the shadow's name, the renaming may be done
    or not. RENAMED: it is done, the old table may still be there. NUMBERING: the rows are in a table that stayed, its
    numbering may have to go on further.
    """

    BEGUN = "begun"
    PUBLISHING = "publishing"
    RENAMED = "renamed"
    NUMBERING = "numbering"


@dataclass(frozen=True, slots=True)
class Load:
    """The row. replaces -- another table stood under the target's name; next_value -- of the numbering."""

    id: str
    owner_key: str
    epoch: Epoch
    stage: Stage
    source: TableName
    target: TableName
    run: int
    replaces: bool = False
    may_destroy_rows: bool = False
    rows: int = 0
    cut: Position | None = None
    next_value: int | None = None

    @property
    def shadow(self) -> TableName:
        """Where the rows of a table that is created wait for their publication."""
        return replace(self.target, name=f"dmsform_load_{self.id}")

    @property
    def old(self) -> TableName:
        """The name of a table that was replaced, until it is dropped."""
        return replace(self.target, name=f"dmsform_old_{self.id}")

    @property
    def lock(self) -> str:
        """The lock that the load's session holds."""
        return f"dmsform_load_{self.id}"

    def record(self) -> TableRecord:
        """What the row vouches for, once the load is complete."""
        assert self.cut is not None
        return TableRecord(self.source, self.target, self.run, self.rows, self.cut)


def new_load(write: TableWrite) -> Load:
    """The row of a load that begins."""
    mapped, key = write.mapped, owner_key(write.owner)
    return Load(
        secrets.token_hex(8), key, write.epoch, Stage.BEGUN, mapped.source.name, mapped.target, write.run,
        may_destroy_rows=write.may_destroy_rows,
    )  # fmt: skip


def hold_lock(connection: Connection, load: Load) -> None:
    """Hold the load's lock for the length of the session."""
    connection.rows("SELECT GET_LOCK(%s, 0)", [load.lock])


def release_lock(connection: Connection, load: Load) -> None:
    """Let go of the lock: the session itself goes on."""
    connection.rows("SELECT RELEASE_LOCK(%s)", [load.lock])


def insert(connection: Connection, load: Load) -> None:
    """Write the row, in the transaction that is open."""
    source, target = load.source, load.target
    values = [load.id, load.owner_key, load.epoch, load.stage, source.schema, source.name, target.schema, target.name]
    connection.execute(
        _INSERT,
        [*values, load.run, load.replaces, load.may_destroy_rows, load.rows, load.cut, load.next_value],
    )


def update(connection: Connection, load: Load) -> None:
    """Write the row anew."""
    values = [load.stage, load.replaces, load.may_destroy_rows, load.rows, load.cut, load.next_value]
    connection.execute(_UPDATE, [*values, load.id])


def delete(connection: Connection, load: Load) -> None:
    """Remove the row: nothing is left to do."""
    connection.execute(f"DELETE FROM {CONTROL_DATABASE}.loads WHERE id = %s", [load.id])


def lock_row(connection: Connection, load: Load) -> bool:
    """Lock the row until the transaction ends; False where somebody else has settled it."""
    query = f"SELECT 1 FROM {CONTROL_DATABASE}.loads WHERE id = %s FOR UPDATE"
    return connection.row(query, [load.id]) is not None


def complete(connection: Connection, load: Load) -> None:
    """Move the row to the completed tables, in the transaction that is open."""
    source, target = load.source, load.target
    connection.execute(
        _RECORD,
        [load.owner_key, source_key(source), source.schema, source.name, target.schema, target.name, load.run,
         load.rows, load.cut],
    )  # fmt: skip
    delete(connection, load)


def find(connection: Connection, owner: Owner, until: Epoch, target: TableName | None = None) -> list[Load]:
    """The rows of a task's loads under epochs up to `until`, of all tables or of one."""
    found = [_load(row) for row in connection.rows(_FIND, [owner_key(owner), until])]
    return [load for load in found if target in (None, load.target)]


def end_session(connection: Connection, load: Load) -> bool:
    """End the session of a load, unless that is one of another user; whether it is gone."""
    if (row := connection.row("SELECT IS_USED_LOCK(%s)", [load.lock])) is None or row[0] is None:
        return True
    try:
        connection.execute(f"KILL {int(row[0])}")
    except pymysql.Error as error:
        if number_of(error) == _KILL_DENIED:
            return False
        if number_of(error) != ER.NO_SUCH_THREAD:
            raise
    gone = connection.row("SELECT GET_LOCK(%s, %s)", [load.lock, PATIENCE_SECONDS]) == (1,)
    if gone:
        release_lock(connection, load)
    return gone


def _load(row: tuple[Any, ...]) -> Load:
    return Load(
        id=row[0],
        owner_key=row[1],
        epoch=Epoch(row[2]),
        stage=Stage(row[3]),
        source=TableName(row[4], row[5]),
        target=TableName(row[6], row[7]),
        run=row[8],
        replaces=bool(row[9]),
        may_destroy_rows=bool(row[10]),
        rows=row[11],
        cut=None if row[12] is None else Position(row[12]),
        next_value=row[13],
    )
