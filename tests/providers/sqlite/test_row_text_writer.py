"""Loading row text into tables that stand already, and what stands in the way: names, numbers, room and rights."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Column, Identity, PrimaryKey, SequencePosition, Table, TableName
from dmsform.catalog.types import (
    Binary,
    Boolean,
    Date,
    Decimal,
    Float,
    Integer,
    Json,
    LogicalType,
    Text,
    Time,
    Timestamp,
    Uuid,
)
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.registry import provider
from dmsform.provider.values import Role
from dmsform.testing.contract_values import map_whole
from dmsform_sqlite import control
from dmsform_sqlite.writer import load_row_text
from tests.providers.pump import OWNER
from tests.providers.sqlite.canonical import UNSIGNED
from tests.providers.sqlite.harness import endpoint_of, rows, run
from tests.providers.sqlite.test_loading import TARGET, load, mapped_of, write_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.db"


def refusal(path: Path, mapped: MappedTable, *fields: str) -> Diagnostic:
    with pytest.raises(DiagnosticError) as raised:
        load(path, mapped, fields)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.remedy
    return diagnostic


# Tables that stand already


@pytest.mark.parametrize(
    ("declared", "logical", "field", "arrives"),
    [
        ("TEXT", Date(), "2024-01-02", "2024-01-02"),
        ("VARCHAR(30)", Timestamp(6, zoned=True), "2024-01-02 03:04:05+00", "2024-01-02 03:04:05+00"),
        ("TIME", Time(6), "03:04:05", "03:04:05"),
        ("TEXT", Uuid(), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("TEXT", Json(), "1.10", "1.10"),
        ("JSON", Json(), "[1.10]", "[1.10]"),
        ("", Json(), "1.10", "1.10"),
        ("INTEGER", Boolean(), "t", 1),
        ("NUMERIC(9,2)", Integer(32), "7", 7),
        ("", Integer(32), "7", 7),
        ("BIGINT", UNSIGNED, "9223372036854775807", 2**63 - 1),
        ("TEXT", UNSIGNED, "7", "7"),
        ("", UNSIGNED, "7", "7"),
        ("DECIMAL(10,5)", Decimal(), "12.50", 12.5),
        ("DECIMAL", Decimal(), "123456789012345678", 123456789012345678),
        ("INTEGER", Decimal(20, 0), "12", 12),
        ("TEXT", Decimal(10, 2), "12.50", "12.50"),
        ("", Decimal(10, 2), "12.50", 12.5),
        ("", Decimal(20, 2), "12.50", "12.50"),
        ("DOUBLE", Float(64), "1", 1.0),
        ("", Float(64), "-0", -0.0),
        ("CLOB", Text(), "1.10", "1.10"),
        ("", Binary(), "\\\\x00ff", b"\x00\xff"),
    ],
)
def test_an_existing_column_that_keeps_the_values(
    path: Path, declared: str, logical: LogicalType, field: str, arrives: object
) -> None:
    run(path, f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared}, more TEXT DEFAULT 'x')")
    load(path, mapped_of(logical), [field])
    ((found,),) = rows(path, "SELECT v FROM t")
    assert (type(found), repr(found)) == (type(arrives), repr(arrives))


@pytest.mark.parametrize(
    ("declared", "logical", "field", "code"),
    [
        ("INTEGER", Date(), "2024-01-02", "DMS514"),
        ("REAL", Integer(32), "7", "DMS514"),
        ("TEXT", Integer(32), "7", "DMS514"),
        ("TEXT", Boolean(), "t", "DMS514"),
        ("NUMERIC", Float(64), "1.5", "DMS514"),
        ("NUMERIC", Text(), "x", "DMS514"),
        ("TEXT", Binary(), "\\\\x00", "DMS514"),
        ("REAL", Decimal(10, 2), "1.5", "DMS514"),
        # What depends on the value is decided when it comes.
        ("JSON", Json(), "1.10", "DMS509"),
        ("BIGINT", UNSIGNED, "9223372036854775808", "DMS509"),
        ("DECIMAL", Decimal(), "1.23456789012345678", "DMS509"),
        ("DECIMAL", Decimal(), "NaN", "DMS509"),
        ("", Float(64), "NaN", "DMS509"),
        ("TEXT CHECK (v <> 'bad')", Text(), "bad", "DMS509"),
        ("TEXT NOT NULL", Text(), "\\N", "DMS509"),
    ],
)
def test_an_existing_column_that_would_change_values(
    path: Path, declared: str, logical: LogicalType, field: str, code: str
) -> None:
    run(path, f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared})")
    assert refusal(path, mapped_of(logical), field).code == code
    assert rows(path, "SELECT count(*) FROM t") == [(0,)]


def test_strict_tables_take_what_they_declare(path: Path) -> None:
    run(path, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL) STRICT")
    load(path, mapped_of(Timestamp(6)), ["2024-01-02 03:04:05"])
    assert rows(path, "SELECT v FROM t") == [("2024-01-02 03:04:05",)]


def test_a_refused_row_is_found_behind_those_taken(path: Path) -> None:
    run(path, 'CREATE TABLE "my t" (id INTEGER PRIMARY KEY, "a.b, c" TEXT UNIQUE)')
    mapped = mapped_of(Text())
    columns = (mapped.columns[0], replace(mapped.columns[1], name="a.b, c"))
    found = refusal(path, replace(mapped, target=TableName("main", "my t"), columns=columns), "x", "y", "x", "z")
    assert found.place
    assert (found.code, found.place.column, found.place.value) == ("DMS509", "a.b, c", "x")


def test_triggers_are_refused(path: Path) -> None:
    run(path, "CREATE TABLE t (id INTEGER, v TEXT)", "CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t; END")
    assert refusal(path, mapped_of(Text()), "x").code == "DMS569"


def test_foreign_keys_do_not_keep_rows_out(path: Path) -> None:
    """Tables come in any order: the parent's rows may still be on their way."""
    run(path, "CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    run(path, "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER REFERENCES parent)")
    load(path, mapped_of(Integer(32)), ["7"])
    assert rows(path, "SELECT v FROM t") == [(7,)]


# Names and numbers


def numbered(logical: LogicalType) -> MappedTable:
    """Table t(other, id), both numbered by the source, id the key."""
    columns = (
        Column("other", Integer(32), "int4", identity=Identity.SEQUENCE),
        Column("id", logical, "bigint unsigned", nullable=False, identity=Identity.BY_DEFAULT),
    )
    return map_whole(Table(TableName("shop", "t"), columns, PrimaryKey(("id",))), TARGET)


@pytest.mark.parametrize(("next_value", "number"), [(100, 100), (3, 8), (-5, 8)])
def test_the_key_goes_on_from_its_own_position(path: Path, next_value: int, number: int) -> None:
    target, mapped = endpoint_of(path), numbered(Integer(16))
    epoch = control.claim(target, OWNER, [TARGET])
    with load_row_text(target, write_of(target, mapped, epoch)) as opened:
        opened.prepare()
        opened.write_row_text(b"1\t7\n")
        opened.set_sequences([SequencePosition("other", 1000), SequencePosition("id", next_value)])
        opened.commit()
    run(path, "INSERT INTO t (other) VALUES (2)")
    assert rows(path, "SELECT max(id) FROM t") == [(number,)]


def test_an_unsigned_key_numbers_itself_and_ends_where_sqlite_does(path: Path) -> None:
    mapped = numbered(UNSIGNED)
    dialect = provider("sqlite").dialect
    assert dialect is not None
    assert dialect.conversions(mapped, "mysql")[1] == (
        "column id: bigint unsigned becomes INTEGER, which ends at 2^63 - 1: a larger number is refused"
    )
    load(path, mapped, [str(2**63 - 1)])
    run(path, "DROP TABLE t")
    found = refusal(path, mapped, str(2**63))
    assert found.place
    assert (found.code, found.place.column, found.place.value) == ("DMS509", "id", str(2**63))


def test_tables_that_differ_in_case_only(path: Path) -> None:
    """They would be one: refused by preflight, and by a claim that comes without it."""
    upper = replace(mapped_of(Text()), target=TableName("main", "T"))
    (found,) = provider("sqlite").probe.preflight(endpoint_of(path), Role.TARGET, [upper, mapped_of(Text())])
    assert (found.code, found.check in provider("sqlite").probe.checks(Role.TARGET)) == ("DMS563", True)
    with pytest.raises(DiagnosticError, match="DMS563"):
        control.claim(endpoint_of(path), OWNER, [upper.target, TARGET])
    assert not path.exists()


# Room and rights


def test_values_longer_than_sqlite_takes(path: Path) -> None:
    target = endpoint_of(path)
    epoch = control.claim(target, OWNER, [TARGET])
    with load_row_text(target, write_of(target, mapped_of(Text()), epoch)) as opened:
        opened.prepare()
        # A limit of tests' size: it is 1,000,000,000 as SQLite comes.
        opened._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1000)
        with pytest.raises(DiagnosticError) as raised:
            opened.write_row_text(b"1\tshort\n2\t" + b"x" * 1001 + b"\n3\tshort\n")
    (found,) = raised.value.diagnostics
    assert found.place
    assert (found.code, found.place.column) == ("DMS509", "v")
    assert "1,001 characters" in found.detail
    assert "1,000 bytes" in found.detail


@pytest.mark.parametrize("character", ["\ufffe", "\uffff"])
def test_characters_that_a_file_in_utf16_loses(path: Path, character: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA encoding = 'UTF-16le'")
        connection.execute("CREATE TABLE other (v)")
    load(path, mapped_of(Text()), ["\ufffd\U0010ffff\0\ufeff"])
    assert rows(path, "SELECT v FROM t") == [("\ufffd\U0010ffff\0\ufeff",)]
    run(path, "DROP TABLE t")
    found = refusal(path, mapped_of(Text()), f"a{character}b")
    assert found.place
    assert (found.code, found.place.column) == ("DMS509", "v")


def test_disk_full_keeps_nothing_and_says_so(path: Path) -> None:
    target = endpoint_of(path)
    epoch = control.claim(target, OWNER, [TARGET])
    with load_row_text(target, write_of(target, mapped_of(Text()), epoch)) as opened:
        opened.prepare()
        opened._connection.execute("PRAGMA max_page_count = 20")
        with pytest.raises(DiagnosticError) as raised:
            opened.write_row_text(b"".join(b"%d\t%s\n" % (n, b"x" * 1000) for n in range(1000)))
    assert [d.code for d in raised.value.diagnostics] == ["DMS515"]
    assert rows(path, "SELECT name FROM sqlite_schema WHERE name = 't'") == []


def test_a_file_that_may_not_be_written(path: Path) -> None:
    target = endpoint_of(path)
    epoch = control.claim(target, OWNER, [TARGET])
    with load_row_text(target, write_of(target, mapped_of(Text()), epoch)) as opened:
        # To SQLite the file is read-only from here on, as it would be by its rights to any user but root.
        opened._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(DiagnosticError) as raised:
            opened.prepare()
    (found,) = raised.value.diagnostics
    assert (found.code, "chmod" in found.remedy) == ("DMS506", True)
