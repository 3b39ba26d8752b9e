"""One table of awkward values in a server and in SQLite, to evaluate the same expressions in each and compare."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from dmsform.catalog.expressions.parsing import parse
from dmsform.catalog.expressions.syntax import names
from dmsform.catalog.mapping import Computed
from dmsform.catalog.model import Column
from dmsform.catalog.types import Binary, Float, Integer, LogicalType, Text
from dmsform_mysql import types
from dmsform_mysql.connect import connected
from dmsform_mysql.expression_values import Kind
from dmsform_mysql.expressions import render, typed
from dmsform_mysql.session import Connection
from dmsform_sqlite import expressions as sqlite
from tests.servers import MysqlDatabase

_GERMAN = " character set latin1 collate latin1_german2_ci"
_UNICODE = " character set utf8mb4 collate utf8mb4_unicode_ci"
COLUMNS = {
    "id": "int",
    "i": "int",
    "j": "smallint",
    "big": "bigint",
    "small": "tinyint unsigned",
    "x": "double",
    "y": "double",
    "f": "float",
    "s": "longtext" + _UNICODE,
    "t": "varchar(40)" + _GERMAN,
    "data": "longblob",
    "flag": "bit(1)",
    "yes": "tinyint(1)",
    "e": "enum('abc','Ä')" + _GERMAN,
    "d": "date",
    "ms": "datetime(3)",
    "us": "datetime(6)",
    "utc": "timestamp(6)",
}
_OTHERS = {"p": "decimal(10,2)", "u": "bigint unsigned", "wide": "decimal(65,30)", "cannot": "no_type"}
# ruff: noqa: E501
# fmt: off
ROWS: list[tuple[Any, ...]] = [
    (1, 0, 3, 0, 0, 0.0, 1.5, 0.5, "", "abc", b"", 1, 1, "abc", "2024-01-31", "2024-01-31 23:59:59.999", "2024-02-29 23:59:59.9996", "2023-12-31 12:00:00"),
    (2, 7, -2, 2**53 + 1, 200, -0.5, 1e-300, -2.5, "Grüße ÄÖ", "  pad ", b"\x00\xff", 0, 0, "Ä", "2000-02-29", "1999-12-31 00:00:00.5", "2024-01-01 00:00:00.0005", "2024-01-01 00:00:00"),
    (3, -7, 2, -(2**62), 255, 2.5, -2.5, 0.0, "a%b_c'\"\\", "ABC", b"abc", None, None, None, "0001-01-01", "0001-01-01 00:00:00", "2024-06-15 10:20:30.0015", "1970-01-02 00:00:00.25"),
    (4, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None, None),
    (5, 2**31 - 1, 10, 10**15, 1, 123456789.123, 1e15, 1024.0, "日本語テキスト", "it's 100%", b"\x80" * 5, 1, 5, "abc", "9999-12-31", "9999-12-31 23:59:59.999", "2024-12-31 23:59:59.123456", "2038-01-19 03:14:07"),
    (6, -(2**31), -1, -1, 2, -1e15, 0.49999999999999994, -0.25, "Zz10aBc😀 ", "aBcABC", b"'", 0, -3, "Ä", "1969-12-31", "1969-12-31 23:59:59.001", "1969-12-31 23:59:59.9995", "2024-03-10 06:00:00.0004"),
    (7, 1, 1, 1, 3, 1e300, 4503599627370497.5, 3.0, "x\ty\nz", "-12", b"0123456789", 1, 0, "abc", "2023-03-01", "2023-01-30 12:34:56.789", "2020-02-29 00:00:00", "2020-02-29 00:00:00"),
    (8, 12345, 0, 4503599627370497, 9, 1.2345678901234567e-300, -1.2345678901234567e+100, 16777215.0, "abc ", "\xe4\xc4\xdf~", b" ", 0, 1, "Ä", "1900-03-01", "1900-02-28 12:00:00", "1582-10-10 11:59:59.999499", "1999-12-31 23:59:59.9995"),
]
# fmt: on


def column(name: str, native: str | None = None) -> Column:
    declared = native or COLUMNS.get(name) or _OTHERS[name]
    return Column(name, types.logical(types.parsed(declared)), declared)


def computed(expression: str) -> Computed:
    used = sorted(set(names(parse(expression))))
    return Computed(expression, tuple(column(name) for name in used))


_BY_KIND: dict[Kind, LogicalType | None] = {
    Kind.LOGICAL: Integer(64),
    Kind.INTEGER: Integer(64),
    Kind.REAL: Float(64),
    Kind.TEXT: Text(),
    Kind.BLOB: Binary(),
    Kind.NULL: None,
}


@dataclass(frozen=True)
class Rendered:
    """An expression's SQL, and how its text is read back."""

    sql: str
    kind: Kind

    @classmethod
    def of(cls, expression: str) -> Rendered:
        """Raises DiagnosticError when it is refused."""
        whole = computed(expression)
        render(whole)  # says why, where `typed` only knows what
        kind = typed(whole).kind
        return cls(render(whole, _BY_KIND[kind]), kind)

    def value(self, text: Any) -> Any:
        if text is None:
            return None
        match self.kind:
            case Kind.LOGICAL | Kind.INTEGER:
                return int(text)
            case Kind.REAL:
                return float(text)
            case Kind.BLOB:
                assert text.startswith("\\x")
                return bytes.fromhex(text[2:])
            case _:
                assert isinstance(text, str)
                return text


@dataclass
class BothEngines:
    """The table in a server and in SQLite; there without declared types, so that values keep their class."""

    server: Connection
    sqlite: sqlite3.Connection

    @classmethod
    def filled(cls, server: Connection) -> BothEngines:
        memory = sqlite3.connect(":memory:")
        sqlite.register(memory)
        declared = ", ".join(f"{name} {native} NULL" for name, native in COLUMNS.items())
        marks = len(COLUMNS)
        server.execute(f"CREATE TABLE sample ({declared})")
        memory.execute(f"CREATE TABLE sample ({', '.join(COLUMNS)})")
        for row in ROWS:
            server.execute(f"INSERT INTO sample VALUES ({', '.join(['%s'] * marks)})", row)
            memory.execute(f"INSERT INTO sample VALUES ({', '.join(['?'] * marks)})", row)
        return cls(server, memory)

    def in_server(self, *expressions: str) -> list[list[Any]]:
        """Each expression's values for every row, by one query of the server. Raises DiagnosticError for a refusal."""
        rendered = [Rendered.of(expression) for expression in expressions]
        rows = self.server.rows(f"SELECT {', '.join(each.sql for each in rendered)} FROM sample ORDER BY id")
        return [[each.value(row[at]) for row in rows] for at, each in enumerate(rendered)]

    def in_sqlite(self, *expressions: str) -> list[list[Any]]:
        """The same by SQLite."""
        terms = [sqlite.render(computed(expression)) for expression in expressions]
        rows = self.sqlite.execute(f"SELECT {', '.join(terms)} FROM sample ORDER BY id").fetchall()
        return [[row[at] for row in rows] for at in range(len(terms))]


def session(database: MysqlDatabase) -> AbstractContextManager[Connection]:
    """A session with the provider's settings."""
    return connected(database.endpoint())


def comparable(values: Sequence[Any]) -> list[Any]:
    """Values with their class: 1 and 1.0 are not the same."""
    return [(type(value).__name__, repr(value)) for value in values]
