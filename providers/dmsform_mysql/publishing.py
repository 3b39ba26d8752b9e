"""Makes a loaded table visible at once, though DDL commits by itself, and settles what a dead load left.

A table that a load creates is loaded under a name of its own, its shadow. Its control row says PUBLISHING when the rows
are complete; one RENAME TABLE puts the shadow in the target's place; the row says RENAMED; what was replaced is
dropped; the row moves to the completed tables. Whoever settles a load that died begins by dropping the shadow: if that
succeeds, nothing was published, and nothing can be any more; if there is none, the renaming was done. So the server
itself decides, whatever sessions are still about.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import assert_never

import pymysql
from pymysql.constants import ER

from dmsform.catalog.changes import DropTable
from dmsform.catalog.model import TableName
from dmsform_mysql import loads
from dmsform_mysql.connect import Connection
from dmsform_mysql.control_tables import folded
from dmsform_mysql.ddl import render
from dmsform_mysql.errors import number_of
from dmsform_mysql.loads import Load, Stage
from dmsform_mysql.quoting import literal, qualified
from dmsform_mysql.target_sequences import raise_numbering

PUBLISH_ATTEMPTS = 3
"""How often to wait for the sessions that use a table: between them the sessions that queue behind us get through."""

_NO_SUCH_TABLE = frozenset({ER.BAD_TABLE_ERROR, ER.NO_SUCH_TABLE, ER.BAD_DB_ERROR})
_IN_USE = frozenset({ER.ROW_IS_REFERENCED, ER.ROW_IS_REFERENCED_2, 3730})
"""A foreign key references the table."""


class Outcome(StrEnum):
    """What became of a load. LOST: somebody else removed its tables."""

    UNDONE = "undone"
    PUBLISHED = "published"
    LOST = "lost"


class RowsAppearedError(Exception):
    """The table that was replaced holds rows that nobody agreed to destroy: it was put back."""


def outcome(load: Load, standing: frozenset[TableName]) -> Outcome:
    """What became of a load. standing -- those of its shadow, old table and target that exist. Pure."""
    match load.stage:
        case Stage.BEGUN:
            return Outcome.UNDONE
        case Stage.PUBLISHING | Stage.RENAMED if load.shadow in standing:
            return Outcome.UNDONE
        case Stage.PUBLISHING if load.replaces and load.old not in standing:
            return Outcome.LOST
        case Stage.PUBLISHING | Stage.RENAMED | Stage.NUMBERING:
            return Outcome.PUBLISHED if load.target in standing else Outcome.LOST
        case _:
            assert_never(load.stage)


def is_published(connection: Connection, load: Load) -> bool:
    """Whether the load's table is complete and in its place, for those who only look."""
    if load.stage not in (Stage.PUBLISHING, Stage.RENAMED):
        return False
    standing = standing_tables(connection, load)
    if outcome(load, standing) is not Outcome.PUBLISHED:
        return False
    return not (load.old in standing and _must_go_back(connection, load))


def publish(connection: Connection, load: Load) -> Iterator[str]:
    """Publish a load whose row says PUBLISHING. Names each step that is done: between any two the process may die.

    Raises RowsAppearedError and the driver's errors.
    """
    target = qualified(load.target)
    moves = [f"{target} TO {qualified(load.old)}"] if load.replaces else []
    _rename(connection, *moves, f"{qualified(load.shadow)} TO {target}")
    yield "renamed"
    yield from _follow_up(connection, load)


def number(connection: Connection, load: Load) -> Iterator[str]:
    """Let the numbering of a table that stayed go on, and complete a load whose row says NUMBERING."""
    assert load.next_value is not None
    raise_numbering(connection, load.target, load.next_value)
    yield "numbered"
    yield from _complete(connection, load)


def settle(connection: Connection, load: Load, *, session_ended: bool) -> Outcome:
    """Bring a load that nobody works on any more to its end, or the target back to what it was.

    session_ended -- False where the load's session may go on: it then ends at its next check of the epoch.
    """
    if load.stage is Stage.BEGUN and not session_ended:
        return Outcome.UNDONE  # the shadow is in use, or may still be created: the row stays for whoever comes next
    dropped = load.stage is not Stage.NUMBERING and drop_if_standing(connection, load.shadow)
    found = Outcome.UNDONE if dropped else outcome(load, standing_tables(connection, load))
    match found:
        case Outcome.PUBLISHED:
            return _to_its_end(connection, load)
        case Outcome.LOST:
            if load.old in (standing := standing_tables(connection, load)) and load.target not in standing:
                _rename(connection, f"{qualified(load.old)} TO {qualified(load.target)}")
            loads.delete(connection, load)
        case Outcome.UNDONE:
            loads.delete(connection, load)
        case _:
            assert_never(found)
    return found


def drop_if_standing(connection: Connection, table: TableName) -> bool:
    """Drop one of a load's own tables; False where there is none."""
    try:
        for statement in render(DropTable(table)):
            connection.execute(statement)
    except pymysql.Error as error:
        if number_of(error) in _NO_SUCH_TABLE:
            return False
        raise
    return True


def standing_tables(connection: Connection, load: Load) -> frozenset[TableName]:
    """Those of the load's shadow, old table and target that exist."""
    names = {folded(connection.server, name): name for name in (load.shadow, load.old, load.target)}
    listed = ", ".join(literal(name.name) for name in names)
    (schema, *_) = {name.schema for name in names}
    rows = connection.rows(
        "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES "
        f"WHERE TABLE_SCHEMA = {literal(schema)} AND TABLE_NAME IN ({listed})"
    )
    found = {folded(connection.server, TableName(*row)) for row in rows}
    return frozenset(name for key, name in names.items() if key in found)


def _rename(connection: Connection, *moves: str) -> None:
    """Rename at once; waits for the sessions that use a table, `LOCK_TIMEOUT_SECONDS` at each of some attempts."""
    for left in reversed(range(PUBLISH_ATTEMPTS)):
        try:
            connection.execute(f"RENAME TABLE {', '.join(moves)}")
        except pymysql.Error as error:
            if number_of(error) != ER.LOCK_WAIT_TIMEOUT or not left:
                raise
        else:
            return


def _to_its_end(connection: Connection, load: Load) -> Outcome:
    steps = number(connection, load) if load.stage is Stage.NUMBERING else _follow_up(connection, load)
    try:
        for _ in steps:
            pass
    except RowsAppearedError:
        return Outcome.UNDONE
    except pymysql.Error as error:
        if number_of(error) not in _IN_USE:
            raise
        return Outcome.UNDONE
    return Outcome.PUBLISHED


def _follow_up(connection: Connection, load: Load) -> Iterator[str]:
    """What is to do after the renaming."""
    if load.replaces:
        if load.old in standing_tables(connection, load) and _must_go_back(connection, load):
            _put_back(connection, load)
            raise RowsAppearedError
        loads.update(connection, replace(load, stage=Stage.RENAMED))
        yield "noted"
        try:
            drop_if_standing(connection, load.old)
        except pymysql.Error as error:
            if number_of(error) in _IN_USE:
                _put_back(connection, load)
            raise
        yield "dropped"
    yield from _complete(connection, load)


def _complete(connection: Connection, load: Load) -> Iterator[str]:
    connection.execute("START TRANSACTION")
    if loads.lock_row(connection, load):
        loads.complete(connection, load)
    connection.execute("COMMIT")
    yield "completed"


def _must_go_back(connection: Connection, load: Load) -> bool:
    """Whether the replaced table holds rows that nobody agreed to destroy: they came after we looked."""
    return not load.may_destroy_rows and connection.row(f"SELECT 1 FROM {qualified(load.old)} LIMIT 1") is not None


def _put_back(connection: Connection, load: Load) -> None:
    old, target, shadow = qualified(load.old), qualified(load.target), qualified(load.shadow)
    _rename(connection, f"{target} TO {shadow}", f"{old} TO {target}")
    drop_if_standing(connection, load.shadow)
    loads.delete(connection, load)
