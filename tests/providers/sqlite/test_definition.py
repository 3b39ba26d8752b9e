"""What the CREATE TABLE statement tells beyond the pragmas."""

from __future__ import annotations

import pytest

from dmsform_sqlite.definition import Definition


def test_collations_of_columns_only() -> None:
    found = Definition.parse(
        'CREATE TABLE t ("A b" TEXT NOT NULL COLLATE "NoCase", c TEXT COLLATE rtrim, d TEXT, '
        "UNIQUE (d COLLATE nocase), CONSTRAINT x PRIMARY KEY (c COLLATE BINARY))"
    )
    assert found.collations == {"a b": "NoCase", "c": "rtrim"}


@pytest.mark.parametrize(
    ("statement", "autoincrement"),
    [
        ("create table t(id integer primary key autoincrement)", True),
        ("CREATE TABLE t(id INTEGER, PRIMARY KEY (id AUTOINCREMENT))", True),
        ("CREATE TABLE t(id INTEGER PRIMARY KEY -- AUTOINCREMENT\n)", False),
        ("CREATE TABLE t(id INTEGER PRIMARY KEY /* AUTOINCREMENT */, a DEFAULT 'AUTOINCREMENT')", False),
        ("CREATE TABLE [AUTOINCREMENT] (`AUTOINCREMENT` INTEGER PRIMARY KEY)", False),
    ],
)
def test_autoincrement(statement: str, autoincrement: bool) -> None:
    assert Definition.parse(statement).autoincrement is autoincrement


def test_checks_and_conflicts() -> None:
    plain = Definition.parse("CREATE TABLE t (\"check\" TEXT DEFAULT 'on conflict')")
    assert (plain.checks, plain.conflicts) == (False, False)
    both = Definition.parse("CREATE TABLE t (a INT CHECK (a > 0), b UNIQUE ON CONFLICT IGNORE)")
    assert (both.checks, both.conflicts) == (True, True)


def test_expressions_with_brackets_in_texts() -> None:
    found = Definition.parse("CREATE TABLE t (a, b AS ( replace(a, ')', \"x\") ) STORED, c AS (a))")
    assert found.generated == {"b": "replace(a, ')', \"x\")", "c": "a"}
