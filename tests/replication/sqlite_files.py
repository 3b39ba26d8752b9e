"""SQLite files as source and target of a task."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from dmsform.task.definition import EndpointDefinition, TaskDefinition
from dmsform.task.settings import ErrorBehavior, FullLoadSettings, TargetTablePrepMode, TaskSettings
from tests.server.support import LINEAGE, NAME

EVERYTHING = {
    "rules": [
        {
            "rule-type": "selection", "rule-id": "1", "rule-name": "everything", "rule-action": "include",
            "object-locator": {"schema-name": "main", "table-name": "%"},
        }
    ]
}  # fmt: skip


def make_source(path: Path, rows: int = 50) -> None:
    """Three tables with the values that only a typed plane or a careful rendering carries."""
    with closing(sqlite3.connect(path)) as connection:
        for number in (1, 2, 3):
            connection.execute(f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, v TEXT, x REAL, b BLOB)")
            values = [(f"line\n\ttab {i} \\N ä", i / 7, bytes([i % 256, 0, 10])) for i in range(rows * number)]
            connection.executemany(f"INSERT INTO t{number} (v, x, b) VALUES (?, ?, ?)", values)
            connection.execute(f"INSERT INTO t{number} (v, x, b) VALUES (NULL, NULL, NULL)")
        connection.commit()


def content(path: Path, table: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        columns = "id, v, x, b, typeof(id), typeof(v), typeof(x), typeof(b)"
        return connection.execute(f"SELECT {columns} FROM {table} ORDER BY id").fetchall()


def tables(path: Path) -> list[str]:
    query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 't_' ORDER BY 1"
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(query)]


def definition(source: Path, target: EndpointDefinition, parallel_tables: int = 2, **changes: Any) -> TaskDefinition:
    """A task for all tables whose plan could not see the endpoints."""
    mode = TargetTablePrepMode.DROP_AND_CREATE
    values: dict[str, Any] = {
        "lineage": LINEAGE,
        "name": NAME,
        "holder": "ada@here:/project",
        "source": endpoint(source),
        "target": target,
        "table_mappings": EVERYTHING,
        "settings": TaskSettings(
            full_load=FullLoadSettings(target_table_prep_mode=mode, parallel_tables=parallel_tables),
            error_behavior=ErrorBehavior(recoverable_error_interval=0, recoverable_error_throttling_max=1),
        ),
    }
    return TaskDefinition(**{**values, **changes})


def endpoint(path: Path) -> EndpointDefinition:
    return EndpointDefinition(name=path.stem, engine="sqlite", settings={"path": str(path)})
