"""Estimates of rows and bytes, never counted: by ANALYZE's statistics, the span of the rowids, the pages used."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dmsform_sqlite.connect import Connection
from dmsform_sqlite.quoting import qualified

_ROWID_TABLES = """
SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0
   AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
"""
_STATISTICS = "SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl"
_PAGES = "SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY name"
_MAX_PAGES_READ = 64 * 1024 * 1024
"""Bytes of a file up to which the pages of each table are added up, which reads the whole file."""
_TERMS = 400


@dataclass(frozen=True, slots=True)
class Estimates:
    """Rows by table; bytes by table where known, else of the whole file."""

    analyzed: dict[str, int]
    spans: dict[str, int]
    pages: dict[str, int]
    file_bytes: int

    @classmethod
    def read(cls, connection: Connection) -> Estimates:
        """Look up what the file knows about itself."""
        (file_bytes,) = connection.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()
        pages = _pairs(connection, _PAGES) if file_bytes <= _MAX_PAGES_READ else {}
        tables = [name for (name,) in connection.execute(_ROWID_TABLES)]
        return cls(_pairs(connection, _STATISTICS), dict(_spans(connection, tables)), pages, file_bytes)

    def rows(self, table: str, columns: int) -> int | None:
        """The number of rows; no more than could stand in the file, as keys may lie far apart."""
        if (analyzed := self.analyzed.get(table)) is not None:
            return analyzed
        span = self.spans.get(table)
        # A row takes a byte per column and three around them at least.
        return None if span is None else min(span, self.pages.get(table, self.file_bytes) // (columns + 3))

    def bytes(self, table: str) -> int | None:
        """The bytes of the table's pages; in a large file the share that its rows have of all."""
        if self.pages:
            return self.pages.get(table)
        total = sum(self.spans.values())
        return self.file_bytes * self.spans[table] // total if total and table in self.spans else None


def _pairs(connection: Connection, query: str) -> dict[str, int]:
    """A query's pairs; none where the table is missing or this SQLite was built without it."""
    try:
        return {name: int(number) for name, number in connection.execute(query)}
    except sqlite3.OperationalError:
        return {}


def _spans(connection: Connection, tables: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The span of the rowids of each table, in one query for every 400 tables."""
    for start in range(0, len(tables), _TERMS):
        some = tables[start : start + _TERMS]
        query = " UNION ALL ".join(f"SELECT ?, ({_edge('max', t)}), ({_edge('min', t)})" for t in some)
        for table, high, low in connection.execute(query, some):
            # A column of its own may have taken the name _rowid_, and hold anything.
            if isinstance(high, int | None) and isinstance(low, int | None):
                yield table, high - low + 1 if high is not None and low is not None else 0


def _edge(function: str, table: str) -> str:
    # One of both per query: only then SQLite goes straight to that end of the table.
    return f"SELECT {function}(_rowid_) FROM {qualified(table)}"
