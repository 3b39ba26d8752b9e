"""Tables of sample values: put through the column, or forged past its affinity."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any


def store(path: Path, declared: str, values: Iterable[Any], *, strict: bool = False) -> None:
    """Table t(id INTEGER PRIMARY KEY, v DECLARED) with the values from id 1; the column's affinity works on them."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared})" + (" STRICT" if strict else ""))
        connection.executemany("INSERT INTO t (v) VALUES (?)", ((v,) for v in values))


def forge(path: Path, declared: str, values: Iterable[Any]) -> None:
    """The same, with each value stored in the class it has: the column gets its type afterwards."""
    store(path, "", values)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        statement = f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared})"
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 't'", [statement])


def store_broken_texts(path: Path, declared: str, texts: Sequence[bytes]) -> None:
    """Texts given by their bytes, which SQLite does not look into."""
    store(path, declared, ())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany("INSERT INTO t (v) VALUES (CAST(? AS TEXT))", ((t,) for t in texts))


def stored(path: Path, table: str = "t") -> dict[int, tuple[str, Any]]:
    """What stands in the file: storage class and value by id; a text by its bytes, a float by its digits."""
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        found = connection.execute(f"SELECT id, typeof(v), v FROM {table}")
        return {number: (kind.decode(), repr(v) if isinstance(v, float) else v) for number, kind, v in found}


def values_of(path: Path) -> dict[int, Any]:
    """The values by id, as Python reads them."""
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT id, v FROM t"))
