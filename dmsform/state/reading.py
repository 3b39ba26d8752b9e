"""Reads a snapshot at the least cost: a SQLite state by the standard library, any other by SQLAlchemy.

Importing SQLAlchemy takes a quarter of the second of CPU that `plan` may use; commands that only read a local state
do without. Whatever writes goes through `StateStore`.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from dmsform.diagnostics import DiagnosticError
from dmsform.state import codes
from dmsform.state.rows import STATE_TABLE, broken, check_head, foreign, snapshot_of
from dmsform.state.snapshot import Snapshot

_PREFIX = "sqlite:///"
_BUSY_SECONDS = 30


def read_snapshot(url: str, directory: Path) -> Snapshot:
    """The newest snapshot, as `StateStore.read`. Raises DiagnosticError."""
    name = url.removeprefix(_PREFIX)
    if url.startswith(_PREFIX) and name and name != ":memory:" and not set(name) & set("?%"):
        return _read_file((directory / name).absolute())
    from dmsform.state.store import StateStore

    with StateStore(url, directory) as store:
        return store.read()


def _read_file(file: Path) -> Snapshot:
    if not file.exists() or (file.is_file() and file.stat().st_size == 0):
        return Snapshot()
    try:
        with closing(sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN")
            return _read(connection, str(file))
    except sqlite3.OperationalError as error:
        raise DiagnosticError(
            codes.STATE_UNREACHABLE.error(
                f"The state at {file} cannot be read: {error}.",
                "Check that the file of the state block's `url` is readable and that nobody keeps it locked.",
            )
        ) from error
    except sqlite3.DatabaseError as error:
        raise DiagnosticError(broken(str(file), str(error))) from error


def _read(connection: sqlite3.Connection, shown: str) -> Snapshot:
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if STATE_TABLE not in tables:
        if tables:
            raise DiagnosticError(foreign(shown, tables))
        return Snapshot()
    head = check_head(shown, connection.execute("SELECT * FROM dmsform_state WHERE id = 1").fetchone())
    resources: list[Any] = connection.execute("SELECT * FROM dmsform_resource").fetchall()
    outputs: list[Any] = connection.execute("SELECT * FROM dmsform_output").fetchall()
    return snapshot_of(shown, head, resources, outputs)
