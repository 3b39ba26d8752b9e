"""The ordered log of events in the store: what happened, for `task status`, `apply`'s progress and tests. Bounded."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dmsform.api.models import Event
from dmsform.catalog.model import TableName
from dmsform.server.database import Database

KEPT = 20_000
"""So many of the newest events of all tasks together are kept."""
MOST_PER_ANSWER = 1000
_TRIM_EVERY = 256


@dataclass(frozen=True, slots=True)
class TaskKey:
    """Names a task on a server: names repeat between states, lineages do not."""

    lineage: str
    name: str

    def __str__(self) -> str:
        """For logs and associated data."""
        return f"{self.lineage}/{self.name}"


def add_event(
    connection: sqlite3.Connection,
    name: str,
    key: TaskKey | None,
    fields: Mapping[str, Any] | None = None,
    table: TableName | None = None,
) -> None:
    """Append an event within a transaction, so that it stands there exactly if what it tells does."""
    values = [
        time.time(), key and key.lineage, key and key.name, name, table and table.schema, table and table.name,
        json.dumps(fields or {}),
    ]  # fmt: skip
    columns = "at, lineage, task, name, source_schema, source_table, fields"
    cursor = connection.execute(f"INSERT INTO events ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608
    number = cursor.lastrowid or 0
    if number % _TRIM_EVERY == 0:
        connection.execute("DELETE FROM events WHERE number <= ?", [number - KEPT])


def read_events(database: Database, key: TaskKey | None, after: int) -> tuple[Event, ...]:
    """Events numbered above `after`, of one task or (None) of all and the server, at most a thousand."""
    where = "number > ?" if key is None else "number > ? AND lineage = ? AND task = ?"
    values: list[Any] = [after] if key is None else [after, key.lineage, key.name]
    query = f"SELECT * FROM events WHERE {where} ORDER BY number LIMIT {MOST_PER_ANSWER}"  # noqa: S608
    with database.reading() as connection:
        rows = connection.execute(query, values).fetchall()
    return tuple(_event(row) for row in rows)


def _event(row: sqlite3.Row) -> Event:
    table = str(TableName(row["source_schema"], row["source_table"])) if row["source_table"] else None
    return Event(
        number=row["number"],
        at=row["at"],
        task=row["task"],
        name=row["name"],
        table=table,
        fields=json.loads(row["fields"]),
    )
