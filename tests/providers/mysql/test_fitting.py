"""Which existing columns take which values unchanged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dmsform.catalog.model import Column, Table, TableName
from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Date,
    Decimal,
    Enumeration,
    Float,
    Geometry,
    Integer,
    Json,
    LogicalType,
    Text,
    Time,
    Timestamp,
)
from dmsform_mysql.fitting import differences
from dmsform_mysql.types import logical, parsed
from tests.providers.mysql.fits import FITS, LATIN1, U3, U8
from tests.providers.mysql.mapping import design_of, mapped_of


def _fits(existing: str, wanted: LogicalType | str, key: tuple[int, ...] = ()) -> bool:
    """A text is the native type of a source of this family."""
    mapped = mapped_of(wanted, key=key)
    design = design_of(mapped, "mysql" if isinstance(wanted, str) else "postgresql")
    table = Table(TableName("app", "t"), (Column("C0", logical(parsed(existing)), existing),))
    findings = differences(table, frozenset(), mapped, design)
    assert all(f.code == "DMS514" and f.place and f.place.column == "c0" and f.remedy for f in findings)
    return not findings


@pytest.mark.parametrize(("existing", "wanted"), FITS, ids=str)
def test_what_a_column_holds(existing: str, wanted: LogicalType | str) -> None:
    assert _fits(existing, wanted)


@pytest.mark.parametrize(
    ("existing", "wanted"),
    [
        ("int", Integer(64)),
        ("int unsigned", Integer(8)),
        ("int", Integer(32, signed=False)),
        ("year", Integer(16)),
        ("tinyint", "year"),
        ("int", Decimal(5, 0)),
        ("tinyint unsigned", Text()),
        ("decimal(10,1)", Decimal(10, 2)),
        ("decimal(18,0)", Integer(64)),
        ("decimal(10,2) unsigned", Decimal(10, 2)),
        ("double", Decimal(10, 2)),
        ("double", Integer(64)),
        ("float", Float(64)),
        ("float(7,2)", Float(32)),
        ("double unsigned", Float(64)),
        (f"varchar(39) {U8}", Text(40)),
        (f"varchar(40) {U8}", Text()),
        (f"tinytext {U8}", Text()),
        (f"char(40) {U8}", Text(40)),
        (f"varchar(40) {U3}", Text(40)),
        (f"longtext {LATIN1}", Text()),
        (f"longtext {LATIN1}", Json()),
        (f"varchar(9) {LATIN1}", f"varchar(9) {U8}"),
        (f"varchar(9) {LATIN1}", "varchar(9) character set cp1251 collate cp1251_bin"),
        (f"longtext {U8}", Integer(32)),
        (f"longtext {U8}", Binary()),
        (f"longtext {U8}", Boolean()),
        ("binary(16)", Binary(16)),
        ("binary(4)", "binary(3)"),
        ("varbinary(15)", Binary(16)),
        ("tinyblob", Binary()),
        ("blob", Text()),
        ("bit(8)", Bits(5)),
        ("bit(8)", Boolean()),
        ("date", Timestamp(0)),
        ("datetime(3)", Timestamp(6)),
        ("datetime(6)", "timestamp(6)"),
        ("timestamp(6)", Timestamp(6)),
        ("timestamp", Date()),
        ("time(3)", Time(6)),
        ("time(6)", Timestamp(6)),
        (f"enum('a','b') {U8}", Enumeration(("a", "c"))),
        (f"enum('é') {LATIN1}", Enumeration(("é",))),
        (f"enum('a','b') {U8}", Text(1)),
        (f"set('b','a') {U8}", f"set('a','b') {U8}"),
        ("point", Geometry("polygon")),
        ("point", Geometry()),
        ("point srid 4326", Geometry("point")),
        ("geometry", Binary()),
        ("uuid", Text(36)),
        ("json", Json()),
        ("json", Text()),
        ("vector(4)", "vector(3)"),
        ("varbinary(8)", "vector(3)"),
        (f"tinytext {U8}", "json"),
        ("inet6", "inet4"),
    ],
    ids=str,
)
def test_what_a_column_would_change(existing: str, wanted: LogicalType | str) -> None:
    assert not _fits(existing, wanted)


def test_in_a_key_the_designs_length_counts() -> None:
    assert _fits(f"varchar(768) {U8}", Text(), key=(0,))
    assert not _fits(f"varchar(700) {U8}", Text(), key=(0,))


def test_columns_that_are_missing_generated_or_left_unfilled() -> None:
    mapped = mapped_of(Integer(32), Integer(32), Integer(32))
    design = design_of(mapped)
    column = Column("c0", Integer(32), "int")
    generated = replace(column, name="c1", generated="c0 + 1")
    table = Table(TableName("app", "t"), (column, generated, replace(column, name="must")))
    findings = differences(table, frozenset({"C0", "must"}), mapped, design)
    assert [(f.place and f.place.column, f.detail.partition(" app.t ")[2]) for f in findings] == [
        ("c1", "is generated there and takes no values."),
        ("c2", "does not exist there."),
        ("must", "is NOT NULL there without a default, and the source does not fill it."),
    ]
