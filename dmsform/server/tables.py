"""Table statistics in the store, in AWS DMS's table states. All functions work within the caller's transaction."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from typing import Any

from dmsform.api.models import TableState, TableStatistics
from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic
from dmsform.replication.events import SelectedTable
from dmsform.server.events import TaskKey

_MINE = "lineage = ? AND task = ?"
_ONE = f"{_MINE} AND source_schema = ? AND source_table = ?"


def statistics(connection: sqlite3.Connection, key: TaskKey) -> tuple[TableStatistics, ...]:
    """A task's tables, by name."""
    query = f"SELECT * FROM table_statistics WHERE {_MINE} ORDER BY source_schema, source_table"  # noqa: S608
    return tuple(_statistics(row) for row in connection.execute(query, [key.lineage, key.name]))


def load_digests(connection: sqlite3.Connection, key: TaskKey) -> Mapping[TableName, str]:
    """What was loaded into the completed tables, where known."""
    query = f"SELECT * FROM table_statistics WHERE {_MINE} AND load_digest IS NOT NULL"  # noqa: S608
    rows = connection.execute(query, [key.lineage, key.name]).fetchall()
    return {TableName(row["source_schema"], row["source_table"]): row["load_digest"] for row in rows}


def select_tables(connection: sqlite3.Connection, key: TaskKey, tables: Iterable[SelectedTable]) -> None:
    """Let the statistics hold exactly these tables; those that are new stand before their load."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS selected (schema TEXT, name TEXT)")
    connection.execute("DELETE FROM selected")
    for table in tables:
        connection.execute("INSERT INTO selected VALUES (?, ?)", [table.source.schema, table.source.name])
        _add(connection, key, table)
    connection.execute(
        f"DELETE FROM table_statistics WHERE {_MINE} AND (source_schema, source_table) NOT IN "  # noqa: S608
        "(SELECT schema, name FROM selected)",
        [key.lineage, key.name],
    )


def _add(connection: sqlite3.Connection, key: TaskKey, table: SelectedTable) -> None:
    values = [
        key.lineage, key.name, table.source.schema, table.source.name, table.target.schema, table.target.name,
        TableState.BEFORE_LOAD, table.estimated_rows, table.estimated_bytes,
    ]  # fmt: skip
    connection.execute(
        "INSERT INTO table_statistics (lineage, task, source_schema, source_table, target_schema, target_table, "
        "state, estimated_rows, estimated_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "target_schema = excluded.target_schema, target_table = excluded.target_table, "
        "estimated_rows = excluded.estimated_rows, estimated_bytes = excluded.estimated_bytes",
        values,
    )


def update_table(connection: sqlite3.Connection, key: TaskKey, table: TableName, **values: Any) -> None:
    """Set columns of one table's row."""
    assignments = ", ".join(f"{column} = ?" for column in values)
    which = [key.lineage, key.name, table.schema, table.name]
    connection.execute(f"UPDATE table_statistics SET {assignments} WHERE {_ONE}", [*values.values(), *which])  # noqa: S608


def queue(connection: sqlite3.Connection, key: TaskKey, table: TableName) -> None:
    """The table is going to be loaded: what its last load left in the statistics is gone."""
    update_table(
        connection,
        key,
        table,
        state=TableState.BEFORE_LOAD,
        full_load_rows=0,
        full_load_bytes=0,
        full_load_start_time=None,
        full_load_end_time=None,
        diagnostic=None,
        load_digest=None,
    )


def complete(connection: sqlite3.Connection, key: TaskKey, table: TableName, rows: int, size: int, digest: str) -> None:
    """The table is complete."""
    update_table(
        connection,
        key,
        table,
        state=TableState.COMPLETED,
        full_load_rows=rows,
        full_load_bytes=size,
        full_load_end_time=time.time(),
        diagnostic=None,
        load_digest=digest,
    )


def keep(connection: sqlite3.Connection, key: TaskKey, table: TableName, rows: int) -> None:
    """The table was complete already; its times and bytes stay as they were told then."""
    update_table(connection, key, table, state=TableState.COMPLETED, full_load_rows=rows, diagnostic=None)


def fail(
    connection: sqlite3.Connection, key: TaskKey, table: TableName, diagnostic: Diagnostic | None, state: TableState
) -> None:
    """The table is in error. One that the plan named but the source has not gets a row for it."""
    _add_missing(connection, key, table)
    said = json.dumps(diagnostic.to_json()) if diagnostic else None
    update_table(connection, key, table, state=state, diagnostic=said, full_load_end_time=time.time())


def _add_missing(connection: sqlite3.Connection, key: TaskKey, table: TableName) -> None:
    columns = "lineage, task, source_schema, source_table, target_schema, target_table, state"
    values = [key.lineage, key.name, table.schema, table.name, "", "", TableState.DOES_NOT_EXIST]
    insert = f"INSERT OR IGNORE INTO table_statistics ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
    connection.execute(insert, values)


def reset_loading(connection: sqlite3.Connection, key: TaskKey) -> None:
    """Tables whose load was under way were rolled back: they stand before their load again."""
    connection.execute(
        f"UPDATE table_statistics SET state = ?, full_load_rows = 0, full_load_bytes = 0, "  # noqa: S608
        f"full_load_start_time = NULL WHERE {_MINE} AND state = ?",
        [TableState.BEFORE_LOAD, key.lineage, key.name, TableState.FULL_LOAD],
    )


def set_all_states(connection: sqlite3.Connection, key: TaskKey, state: TableState) -> None:
    """Put all tables into one state."""
    connection.execute(f"UPDATE table_statistics SET state = ? WHERE {_MINE}", [state, key.lineage, key.name])  # noqa: S608


def _statistics(row: sqlite3.Row) -> TableStatistics:
    names = (
        "source_schema", "source_table", "target_schema", "target_table", "full_load_rows", "full_load_bytes",
        "estimated_rows", "estimated_bytes", "full_load_start_time", "full_load_end_time",
    )  # fmt: skip
    return TableStatistics(
        state=TableState(row["state"]),
        diagnostic=json.loads(row["diagnostic"]) if row["diagnostic"] else None,
        **{name: row[name] for name in names},
    )
