"""One table of awkward values in both engines, to evaluate the same expression in each and compare the results."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

import psycopg

from dmsform.catalog.expressions.parsing import parse
from dmsform.catalog.expressions.syntax import names
from dmsform.catalog.mapping import Computed
from dmsform.catalog.model import Column
from dmsform.catalog.types import Binary, Boolean, Date, Float, Integer, LogicalType, Text, Timestamp
from dmsform_postgresql.expressions import render
from dmsform_sqlite import expressions as sqlite

COLUMNS: dict[str, tuple[LogicalType, str]] = {
    "id": (Integer(32), "integer"),
    "i": (Integer(32), "integer"),
    "j": (Integer(32), "integer"),
    "big": (Integer(64), "bigint"),
    "x": (Float(64), "double precision"),
    "y": (Float(64), "double precision"),
    "s": (Text(), "text"),
    "t": (Text(40), "varchar(40)"),
    "data": (Binary(), "bytea"),
    "flag": (Boolean(), "boolean"),
    "d": (Date(), "date"),
    "ms": (Timestamp(3), "timestamp(3)"),
    "us": (Timestamp(6), "timestamp"),
    "utc": (Timestamp(6, zoned=True), "timestamptz"),
}
# ruff: noqa: E501
# fmt: off
ROWS: list[tuple[Any, ...]] = [
    (1, 0, 3, 0, 0.0, 1.5, "", "abc", b"", True, "2024-01-31", "2024-01-31 23:59:59.999", "2024-02-29 23:59:59.9996", "2023-12-31 12:00:00"),
    (2, 7, -2, 2**53 + 1, -0.5, 1e-300, "Grüße ÄÖ", "  pad ", b"\x00\xff", False, "2000-02-29", "1999-12-31 00:00:00.5", "2024-01-01 00:00:00.0005", "2024-01-01 00:00:00"),
    (3, -7, 2, -(2**62), 2.5, -2.5, "a%b_c'\"\\", "ABC", b"abc", None, "0001-01-01", "0001-01-01 00:00:00", "2024-06-15 10:20:30.0015", "1970-01-01 00:00:00.25"),
    (4, None, None, None, None, None, None, None, None, None, None, None, None, None),
    (5, 2**31 - 1, 10, 10**15, 123456789.123, 1e15, "日本語テキスト", "it's 100%", b"\x80" * 5, True, "9999-12-31", "9999-12-31 23:59:59.999", "2024-12-31 23:59:59.123456", "2038-01-19 03:14:08"),
    (6, -(2**31), -1, -1, -1e15, 0.49999999999999994, "Zz10aBc", "aBcABC", b"'", False, "1969-12-31", "1969-12-31 23:59:59.001", "1969-12-31 23:59:59.9995", "2024-03-10 06:00:00.0004"),
    (7, 1, 1, 1, 1e300, 4503599627370497.5, "x\ty\nz", "-12", b"0123456789", True, "2023-03-01", "2023-01-30 12:34:56.789", "2020-02-29 00:00:00", "2020-02-29 00:00:00"),
]
# fmt: on


def column(name: str) -> Column:
    logical, native = COLUMNS[name]
    return Column(name, logical, native)


def computed(expression: str) -> Computed:
    used = sorted(set(names(parse(expression))))
    return Computed(expression, tuple(column(name) for name in used))


@dataclass
class BothEngines:
    """The table in PostgreSQL and in SQLite; there without declared types, so that values keep their class."""

    postgresql: psycopg.Connection[Any]
    sqlite: sqlite3.Connection

    @classmethod
    def filled(cls, postgresql: psycopg.Connection[Any]) -> BothEngines:
        memory = sqlite3.connect(":memory:")
        sqlite.register(memory)
        declared = ", ".join(f"{name} {native}" for name, (_, native) in COLUMNS.items())
        postgresql.execute("SET TimeZone = 'UTC'")
        postgresql.execute("SET DateStyle = 'ISO'")
        postgresql.execute(f"CREATE TABLE sample ({declared})")
        memory.execute(f"CREATE TABLE sample ({', '.join(COLUMNS)})")
        marks = len(COLUMNS)
        for row in ROWS:
            postgresql.execute(f"INSERT INTO sample VALUES ({', '.join(['%s'] * marks)})", row)
            memory.execute(f"INSERT INTO sample VALUES ({', '.join(['?'] * marks)})", row)
        return cls(postgresql, memory)

    def in_postgresql(self, expression: str) -> list[Any]:
        """The expression's value for every row, by PostgreSQL. Raises DiagnosticError when it is refused."""
        rendered = render(computed(expression))
        found = self.postgresql.execute(f"SELECT {rendered} FROM sample ORDER BY id".encode()).fetchall()
        return [value for (value,) in found]

    def in_sqlite(self, expression: str) -> list[Any]:
        """The expression's value for every row, by SQLite."""
        rendered = sqlite.render(computed(expression))
        return [value for (value,) in self.sqlite.execute(f"SELECT {rendered} FROM sample ORDER BY id")]
