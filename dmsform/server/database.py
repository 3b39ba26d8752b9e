"""The server's SQLite store: its file, its schema, its transactions.

Server and task processes open it each for themselves (WAL, busy timeout). The server's own commits are synchronous,
since `apply` relies on what it was told; a task's progress is not: it can be rebuilt from the target's control rows
(obligation O13), and survives kill -9 all the same.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dmsform.diagnostics import DiagnosticError
from dmsform.server import codes

FORMAT = 1
_BUSY_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE lineages (
  lineage TEXT PRIMARY KEY, state_serial INTEGER NOT NULL, holder TEXT NOT NULL
) STRICT;
CREATE TABLE tasks (
  lineage TEXT, name TEXT, holder TEXT NOT NULL, definition BLOB NOT NULL, definition_digest TEXT NOT NULL,
  run INTEGER NOT NULL, desired TEXT NOT NULL, status TEXT NOT NULL, stop_reason TEXT,
  spawn INTEGER NOT NULL DEFAULT 0, process_id INTEGER, restarts INTEGER NOT NULL DEFAULT 0,
  started_at REAL, stopped_at REAL, diagnostics TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (lineage, name)
) STRICT;
CREATE TABLE table_statistics (
  lineage TEXT, task TEXT, source_schema TEXT, source_table TEXT, target_schema TEXT NOT NULL,
  target_table TEXT NOT NULL, state TEXT NOT NULL, full_load_rows INTEGER NOT NULL DEFAULT 0,
  full_load_bytes INTEGER NOT NULL DEFAULT 0, estimated_rows INTEGER, estimated_bytes INTEGER,
  full_load_start_time REAL, full_load_end_time REAL, diagnostic TEXT, load_digest TEXT,
  PRIMARY KEY (lineage, task, source_schema, source_table),
  FOREIGN KEY (lineage, task) REFERENCES tasks (lineage, name) ON DELETE CASCADE
) STRICT;
CREATE TABLE events (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, lineage TEXT, task TEXT, name TEXT NOT NULL,
  source_schema TEXT, source_table TEXT, fields TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX events_of_task ON events (lineage, task, number);
"""


class Database:
    """One connection to the store, usable from any thread, one transaction at a time."""

    def __init__(self, path: Path, *, durable: bool) -> None:
        """Open the store, create it where missing. durable -- a commit waits for the disk."""
        path.touch(mode=0o600, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._create_or_check(path)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed at the end of the context, rolled back if it raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One read transaction: all queries in it see the same state."""
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")

    def meta(self, name: str) -> str | None:
        """A value of the store itself."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
        return row["value"] if row else None

    def set_meta(self, **values: str) -> None:
        """Write values of the store itself."""
        with self.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def _create_or_check(self, path: Path) -> None:
        (found,) = self._connection.execute("PRAGMA user_version").fetchone()
        if found == 0:
            # Under the server's lock nobody else creates it; a killed creation leaves nothing.
            with self.writing() as connection:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {FORMAT}")
        elif found != FORMAT:
            raise DiagnosticError(
                codes.STORE_FORMAT.error(
                    f"The store {path} has format {found}; this version of dmsform reads format {FORMAT}.",
                    "Run the server with the version of dmsform that wrote it, or with a newer one.",
                )
            )


def machine_mark(path: Path) -> str:
    """What a copy of the store does not share with it: the machine and the file's inode."""
    machine = Path("/etc/machine-id")
    name = machine.read_text().strip() if machine.exists() else os.uname().nodename
    return f"{name}:{path.stat().st_ino}"
