"""change-data-type in the source: what converts keeps its whole value, what would lose some is refused by value."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from dmsform.catalog import types as t
from dmsform.catalog.mapping import MappedTable
from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform_mysql import codes as own
from dmsform_mysql.connect import connected
from dmsform_mysql.markers import refusal
from dmsform_mysql.rows_wire import ColumnRows
from dmsform_mysql.select import select
from tests.providers.mysql.mapping import mapped_of as mapped_by_hand
from tests.providers.mysql.reading import lines_of, mapped_of, refused
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Case:
    """A declared type, the type asked for, literals with the fields they become, and literals that are refused."""

    declared: str
    target: t.LogicalType
    converted: tuple[tuple[str, str], ...]
    lossy: tuple[str, ...] = ()


CASES = (
    Case("int", t.Integer(8), (("-128", "-128"), ("127", "127")), ("128", "-129")),
    Case("int", t.Integer(8, signed=False), (("0", "0"), ("255", "255")), ("-1", "256")),
    Case("bigint unsigned", t.Integer(64), (("9223372036854775807", "9223372036854775807"),), ("9223372036854775808",)),
    Case("bigint", t.Integer(64, signed=False), (("9223372036854775807", "9223372036854775807"),), ("-1",)),
    Case("int(5) zerofill", t.Integer(16), (("7", "7"),), ("40000",)),
    Case("year", t.Integer(8), (("0", "0"),), ("2024",)),
    Case("year", t.Text(4), (("0", "0"), ("2024", "2024"))),
    Case("tinyint(1)", t.Boolean(), (("1", "t"), ("0", "f")), ("2", "-1")),
    Case("bit(1)", t.Integer(16), (("1", "1"), ("0", "0"))),
    Case("bit(9)", t.Integer(8), (("b'101'", "5"),), ("b'10000000'",)),
    Case("decimal(20,5)", t.Integer(32), (("-12.00000", "-12"), ("0", "0")), ("0.00001", "2147483648")),
    Case("double", t.Integer(64), (("-12", "-12"), ("9007199254740993", "9007199254740992"), ("0", "0")),
         ("0.5", "1e19", "-1e19")),
    Case("varchar(30)", t.Integer(32), (("'12'", "12"), ("'-2147483648'", "-2147483648"), ("'0'", "0")),
         ("'012'", "''", "' 1'", "'1.0'", "'2147483648'", "'-0'", "'5\\n'", "'99999999999999999999999'", "'x'", "'٣'")),
    Case("int", t.Decimal(5, 2), (("999", "999"), ("-7", "-7")), ("1000",)),
    Case("decimal(20,5)", t.Decimal(5, 2), (("999.99", "999.99"), ("-0.5", "-0.50")), ("0.001", "1000", "-1000")),
    Case("decimal(20,5)", t.Decimal(30, 5), (("123456.12345", "123456.12345"),)),
    Case("bigint", t.Decimal(3, -2), (("12300", "12300"),), ("12310", "100000")),
    Case("double", t.Decimal(10, 3), (("0.125", "0.125"), ("1e3", "1000.000")), ("0.0001", "1e7", "5e-324", "1e300")),
    Case("varchar(60)", t.Decimal(5, 2), (("'1.5'", "1.5"), ("'999.990'", "999.990"), ("'-0.01'", "-0.01")),
         ("'1000'", "'0.001'", "'1e2'", "'.5'", "'5.'", "'-0'", "'1.5\\n'", "'NaN'", "'+1'")),
    Case("varchar(90)", t.Decimal(), ((f"'{'9' * 80}.5'", f"{'9' * 80}.5"),), ("'1e5'", "'-0.0'")),
    Case("float", t.Float(64), (("1.1", "1.100000023841858"),)),
    Case("double", t.Float(32), (("0.5", "0.5"), ("-1.25", "-1.25"), ("0", "0")), ("0.1", "1e39", "1e-60")),
    Case("int", t.Float(32), (("123456", "123456"),), ("16777217",)),
    Case("bigint", t.Float(64), (("9007199254740992", "9007199254740992"),), ("9007199254740993",)),
    Case("decimal(20,10)", t.Float(64), (("0.1", "0.1000000000"), ("123.456", "123.4560000000")),
         ("1234567890.1234567891",)),
    Case("date", t.Timestamp(0), (("'2024-02-29'", "2024-02-29 00:00:00"), ("'0000-00-00'", "0000-00-00 00:00:00"))),
    Case("date", t.Timestamp(0, zoned=True), (("'2024-02-29'", "2024-02-29 00:00:00+00"),)),
    Case("date", t.Text(10), (("'0000-00-00'", "0000-00-00"), ("'2023-02-30'", "2023-02-30"))),
    Case("datetime(6)", t.Date(), (("'2024-02-29 00:00:00'", "2024-02-29"),), ("'2024-02-29 00:00:00.000001'",)),
    Case("datetime(6)", t.Timestamp(3), (("'2024-02-29 01:02:03.120'", "2024-02-29 01:02:03.12"),),
         ("'2024-02-29 01:02:03.1201'",)),
    Case("datetime(6)", t.Timestamp(0), (("'2024-02-29 01:02:03'", "2024-02-29 01:02:03"),),
         ("'2024-02-29 01:02:03.1'",)),
    Case("datetime(6)", t.Text(), (("'0000-00-00 00:00:00'", "0000-00-00 00:00:00"),)),
    Case("datetime", t.Timestamp(0, zoned=True), (("'2024-02-29 01:02:03'", "2024-02-29 01:02:03+00"),)),
    Case("timestamp(3) null", t.Timestamp(3), (("'2024-02-29 01:02:03.5'", "2024-02-29 01:02:03.5"),)),
    Case("timestamp(3) null", t.Date(), (("'2024-02-29 00:00:00'", "2024-02-29"),), ("'2024-02-29 00:00:01'",)),
    Case("time(6)", t.Time(3), (("'23:59:59.5'", "23:59:59.5"), ("'00:00:00'", "00:00:00")),
         ("'24:00:00'", "'-00:00:01'", "'01:00:00.0001'")),
    Case("time(6)", t.Duration(0), (("'-838:00:59'", "-838:00:59"),), ("'00:00:00.5'",)),
    Case("time", t.Interval(), (("'838:59:59'", "838:59:59"),)),
    Case("varchar(9)", t.Text(2), (("'ab'", "ab"), ("'日\\t'", r"日\t"), ("''", "")), ("'abc'",)),
    Case("varchar(9)", t.Text(2, padded=True), (("'ab'", "ab"),), ("'a '", "'abc'")),
    Case("int", t.Text(3), (("-12", "-12"),), ("1234",)),
    Case("double", t.Text(), (("5e-324", "5e-324"), ("-0.1", "-0.1"))),
    Case("varchar(9)", t.Enumeration(("a", "é", "b ")), (("'a'", "a"), ("'é'", "é"), ("'b '", "b ")),
         ("'A'", "'a '", "'e'", "''")),
    Case("enum('x','y')", t.Enumeration(("y", "z")), (("'y'", "y"),), ("'x'",)),
    Case("enum('x','y')", t.Text(1), (("'y'", "y"),)),
    Case("set('x','y')", t.Text(3), (("'x,y'", "x,y"),)),
    Case("varchar(9)", t.Binary(2), (("'é'", r"\\xc3a9"), ("''", r"\\x")), ("'日'",)),
    Case("varchar(9) character set latin1", t.Binary(), (("'é'", r"\\xc3a9"),)),
    Case("varbinary(9)", t.Binary(2), (("x'00ff'", r"\\x00ff"),), ("x'010203'",)),
    Case("varbinary(16)", t.Uuid(), (("x'A0EEBC999C0B4EF8BB6D6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),),
         ("x'00'",)),
    Case("varchar(40)", t.Uuid(), (("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),),
         ("'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\\n'", "''")),
    Case("json", t.Json(), (("'[1]'", "[1]"),)),
    Case("json", t.Text(5), (("'[1]'", "[1]"),), ("'[1234]'",)),
)  # fmt: skip

_NULLS = (("NULL", r"\N"),) * 3
IMPOSSIBLE: tuple[tuple[str, t.LogicalType], ...] = (
    ("varbinary(9)", t.Text()), ("point", t.Text()), ("varchar(9) character set utf8mb4 collate utf8mb4_bin", t.Date()),
    ("date", t.Integer(32)), ("double", t.Boolean()), ("int", t.Json()), ("time", t.Timestamp()),
    ("varchar(9) character set utf8mb4 collate utf8mb4_bin", t.Decimal(3, 5)),
)  # fmt: skip


def _declared(case: Case) -> str:
    texts = case.declared.startswith(("varchar", "enum", "set")) and "character set" not in case.declared
    return f"{case.declared} CHARACTER SET utf8mb4" if texts else case.declared


def _table(database: MysqlDatabase, cases: tuple[Case, ...], rows: list[list[str]]) -> MappedTable:
    """A table `t` with a column per case, mapped to the types asked for."""
    columns = ", ".join(f"c{number} {_declared(case)} NULL" for number, case in enumerate(cases))
    with closing(database.connect(sql_mode="ALLOW_INVALID_DATES")) as connection, connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
        cursor.execute(f"CREATE TABLE t (id int PRIMARY KEY, {columns})")
        for place, row in enumerate(rows):
            cursor.execute(f"INSERT INTO t VALUES ({place}, {', '.join(row)})")
    return mapped_of(database, "t", {f"c{number}": case.target for number, case in enumerate(cases)})


def test_what_converts_keeps_its_value(make_family_database: Callable[[], MysqlDatabase]) -> None:
    """NULL, which stands behind each case's values, stays NULL."""
    database = make_family_database()
    places = range(max(len(case.converted) for case in CASES) + 1)
    given = [[(*case.converted, *_NULLS)[place][0] for case in CASES] for place in places]
    found = [line.decode().split("\t")[1:] for line in lines_of(database, _table(database, CASES, given))]
    wrong = [
        (case.declared, case.target, expected, row[number])
        for place, row in zip(places, found, strict=True)
        for number, case in enumerate(CASES)
        if row[number] != (expected := (*case.converted, *_NULLS)[place][1])
    ]
    assert wrong == []


def test_what_would_lose_something_is_refused(make_family_database: Callable[[], MysqlDatabase]) -> None:
    """Looked at behind the reader, which would stop at the first: each field must be a refusal, each named."""
    database = make_family_database()
    cases = tuple(case for case in CASES if case.lossy)
    places = range(max(len(case.lossy) for case in cases))
    mapped = _table(database, cases, [[(case.lossy * len(places))[place] for case in cases] for place in places])
    with connected(database.endpoint()) as connection:
        rows = b"".join(ColumnRows(connection.raw, select(mapped).statement())).split(b"\n")[:-1]
    assert len(rows) == len(places)
    for place, row in enumerate(rows):
        number, *fields = row.split(b"\t")
        for case, column, field in zip(cases, mapped.columns[1:], fields, strict=True):
            assert field.startswith(b"\xff"), (case, (case.lossy * len(places))[place], field)
            one = replace(mapped, columns=(mapped.columns[0], column))
            diagnostic = refusal(b"\t".join([number, field]) + b"\n", one)
            assert diagnostic is not None
            assert diagnostic.code == codes.VALUE_REFUSED.id
            assert diagnostic.place is not None
            assert (diagnostic.place.table, diagnostic.place.column) == (f"{database.name}.t", column.name)
            assert f"id {place}" in diagnostic.detail


def test_the_refusal_names_the_value(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, c varchar(40) CHARACTER SET latin1)",
        "INSERT INTO t VALUES (1, '12'), (2, 'zwölf\\t\\\\')",
    )
    diagnostic = refused(database, mapped_of(database, "t", {"c": t.Integer(32)}))
    assert diagnostic.place is not None
    assert diagnostic.place.value == "zwölf\t\\"
    assert "in the row with id 2" in diagnostic.detail


@pytest.mark.parametrize(("native", "target"), IMPOSSIBLE)
def test_pairs_without_a_rule_are_refused_before_anything_runs(native: str, target: t.LogicalType) -> None:
    mapped = mapped_by_hand(native)
    (column,) = mapped.columns
    with pytest.raises(DiagnosticError) as raised:
        select(replace(mapped, columns=(replace(column, type=target),)))
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == own.CONVERSION_REFUSED.id
    assert native in diagnostic.detail
