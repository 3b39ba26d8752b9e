"""Begins a reading transaction and names the state of the file that it sees."""

from __future__ import annotations

from pathlib import Path

from dmsform.provider.values import Position
from dmsform_sqlite.connect import Connection

_TRIES = 100


def begin_snapshot(connection: Connection, path: Path) -> Position:
    """Begin a transaction; every read in it sees the same moment. The position changes with every commit.

    SQLite has no log position to ask for: size and time of the file and of its write-ahead log stand for one. The
    file cannot change under a reader, the log can: so the snapshot is taken anew until the log stood still around it.
    """
    for _ in range(_TRIES):
        before = _marks(path)
        _begin(connection)
        if _marks(path) == before:
            return Position(f"{_schema_version(connection)}:{before}")
        connection.execute("ROLLBACK")
    before = _marks(path)
    _begin(connection)
    return Position(f"{_schema_version(connection)}:{before}+")


def _begin(connection: Connection) -> None:
    connection.execute("BEGIN")
    # BEGIN alone takes no snapshot: the first read does.
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _schema_version(connection: Connection) -> int:
    (version,) = connection.execute("PRAGMA schema_version").fetchone()
    return int(version)


def _marks(path: Path) -> str:
    # Only looked at, never opened: see connect.py.
    found = []
    for file in (path, path.with_name(path.name + "-wal")):
        try:
            status = file.stat()
        except FileNotFoundError:
            continue
        if status.st_size:
            found.append(f"{status.st_size}-{status.st_mtime_ns}")
    return "/".join(found)
