"""SQLite evaluates its own syntax; AWS DMS's two functions are registered in Python."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.catalog.mapping import Computed
from dmsform.catalog.model import Column
from dmsform.catalog.types import Text
from dmsform.diagnostics import DiagnosticError
from dmsform_sqlite.expressions import register, render
from dmsform_sqlite.sql_functions import sqlite_text


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    register(opened)
    opened.execute('CREATE TABLE t ("odd ""name" TEXT, n INTEGER, x REAL, b BLOB)')
    opened.execute("INSERT INTO t VALUES ('it''s 12', 7, 1e20, x'00ff')")
    yield opened
    opened.close()


def evaluated(connection: sqlite3.Connection, expression: str) -> Any:
    names = ('odd "name', "n", "x", "b")
    columns = tuple(Column(name, Text(), "TEXT") for name in names)
    return connection.execute(f"SELECT {render(Computed(expression, columns))} FROM t").fetchone()[0]


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("${odd \"name} || '_' || $n", "it's 12_7"),
        ("replaceChars('abcde', 'abcd', '123')", "1231e"),
        ("replaceChars($n, '7', 'x')", "x"),
        ("replaceChars('a/b', '/', '')", "ab"),
        ("replaceChars(NULL, 'a', 'b')", None),
        ("hash_sha256($n)", hashlib.sha256(b"7").hexdigest()),
        ("hash_sha256($x)", hashlib.sha256(b"1.0e+20").hexdigest()),
        ("hash_sha256($b)", hashlib.sha256(b"\x00\xff").hexdigest()),
        ("hash_sha256(NULL)", None),
        ("CASE WHEN round($n) >= 7 THEN 'SENIOR' ELSE 'JUNIOR' END", "SENIOR"),
        ("NOT ($n = 7) OR 3 - 2 - 1 = 0", 1),
        ("date('2024-01-31', '+1 month')", "2024-03-02"),
    ],
)
def test_evaluates(connection: sqlite3.Connection, expression: str, result: Any) -> None:
    assert evaluated(connection, expression) == result


def test_refuses_a_function_outside_of_the_list() -> None:
    with pytest.raises(DiagnosticError, match="load_extension"):
        render(Computed("load_extension('x')", ()))


def test_refuses_what_sqlite_cannot_parse() -> None:
    deep = "max(1, " * 40 + "$n" + ")" * 40
    with pytest.raises(DiagnosticError, match="parser stack overflow") as caught:
        render(Computed(deep, (Column("n", Text(), "TEXT"),)))
    assert caught.value.diagnostics[0].code == "DMS323"


@given(value=st.one_of(st.none(), st.text(), st.integers(-(2**63), 2**63 - 1)))
def test_texts_are_those_of_sqlite(connection: sqlite3.Connection, value: Any) -> None:
    assert sqlite_text(value) == connection.execute("SELECT CAST(? AS TEXT)", (value,)).fetchone()[0]


@pytest.mark.parametrize("value", [0.0, 1.5, -2.25, 1e15, 1e16, 1e20, 1e-5, 0.0001, 123456789.125, float("inf")])
def test_texts_of_floats_are_those_of_sqlite(connection: sqlite3.Connection, value: float) -> None:
    assert sqlite_text(value) == connection.execute("SELECT CAST(? AS TEXT)", (value,)).fetchone()[0]
