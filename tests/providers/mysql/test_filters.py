"""Filters of a source, compared as the columns' types say; operands that do not fit are told from other errors."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from dmsform.catalog.mapping import FilterCondition, FilterOperator, MappedTable, RowFilter
from dmsform.diagnostics import DiagnosticError
from dmsform_mysql import codes as own
from dmsform_mysql.filters import condition_of
from tests.providers.mysql.mapping import mapped_of as mapped_by_hand
from tests.providers.mysql.reading import lines_of, mapped_of, refused
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

COLUMNS = (
    "i int", "u bigint unsigned", "n decimal(12,3)", "f float", "d double", "b bit(1)", "m bit(6)", "y year",
    "day date NOT NULL", "dt datetime(3)", "ts timestamp(6) NULL", "du time(1)",
    "t varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", "l varchar(9) CHARACTER SET latin1",
    "x varbinary(4)", "e enum('low','high','é') CHARACTER SET utf8mb4", "s set('a','b') CHARACTER SET utf8mb4",
)  # fmt: skip
ROWS = (
    "-5, 18446744073709551615, -0.125, 0.1, 0.1, 1, b'000101', 1901, '2024-01-01', '2024-01-01 10:00:00.5', "
    "'2024-01-01 10:00:00.5', '-01:00:00', 'Apple', 'é', x'00', 'low', 'a,b'",
    "5, 0, 1.5, 1.5, 1.5, 0, b'111111', 2005, '2024-06-30', '2024-06-30 00:00:00', '2024-06-30 00:00:00', '100:00:00', "
    "'pear', 'z', x'ff', 'high', 'b'",
    "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '0000-00-00', NULL, NULL, NULL, NULL, NULL, NULL, 'é', NULL",
)
EQ, NOTEQ, GTE, LTE, STE = (
    FilterOperator.EQ, FilterOperator.NOTEQ, FilterOperator.GTE, FilterOperator.LTE, FilterOperator.STE,
)  # fmt: skip
BETWEEN, NOTBETWEEN = FilterOperator.BETWEEN, FilterOperator.NOTBETWEEN
NULL, NOTNULL = FilterOperator.NULL, FilterOperator.NOTNULL

CASES: tuple[tuple[str, FilterOperator, tuple[str, ...], str], ...] = (
    ("i", EQ, ("-5",), "0"), ("i", NOTEQ, ("-5",), "1"), ("i", GTE, ("4.5",), "1"), ("i", LTE, ("5e0",), "01"),
    ("i", STE, ("-5.0",), "0"), ("i", BETWEEN, ("-5", "4"), "0"), ("i", NOTBETWEEN, ("-5", "4"), "1"),
    ("i", NULL, (), "2"), ("i", NOTNULL, (), "01"), ("i", LTE, ("1" + "0" * 60,), "01"),
    ("u", EQ, ("18446744073709551615",), "0"), ("u", GTE, ("-1",), "01"), ("u", GTE, ("18446744073709551614.5",), "0"),
    ("n", EQ, ("-0.125",), "0"), ("n", GTE, ("1.5000",), "1"), ("n", LTE, ("1E-3",), "0"),
    ("f", EQ, ("0.1",), "0"), ("f", GTE, ("0.1",), "01"), ("d", EQ, ("0.1",), "0"), ("d", LTE, ("1e308",), "01"),
    ("b", EQ, ("true",), "0"), ("b", EQ, ("0",), "1"), ("m", EQ, ("101",), "0"), ("m", GTE, ("000110",), "1"),
    ("y", EQ, ("2005",), "1"), ("y", EQ, ("5",), ""), ("y", GTE, ("1901",), "01"),
    ("day", GTE, ("2024-01-01",), "01"), ("day", GTE, ("2024-01-01 00:00:01",), "1"), ("day", NULL, (), ""),
    ("day", NOTNULL, (), "012"), ("day", LTE, ("2024-01-01T00:00",), "02"),
    ("dt", EQ, ("2024-01-01 10:00:00.500000000",), "0"), ("dt", GTE, ("2024-06-30",), "1"),
    ("ts", EQ, ("2024-01-01T12:00:00.5+02:00",), "0"), ("ts", LTE, ("2024-01-01 10:00:00.5Z",), "0"),
    ("ts", BETWEEN, ("2024-06-29 23:59", "2024-06-30 01:00+01"), "1"),
    ("du", LTE, ("-00:30:00",), "0"), ("du", GTE, ("99:59:59.9",), "1"),
    # By the column's collation.
    ("t", EQ, ("apple",), "0"), ("t", EQ, ("APPLE  ",), "0"), ("t", NOTEQ, ("apple",), "1"), ("t", GTE, ("b",), "1"),
    ("t", EQ, ("' OR 1=1 -- \\",), ""), ("l", EQ, ("é",), "0"), ("s", EQ, ("a,b",), "0"),
    ("x", EQ, ("\\x00",), "0"), ("x", GTE, ("\\x01",), "1"), ("x", NOTEQ, ("\\x",), "01"),
    # By the order of the labels.
    ("e", GTE, ("high",), "12"), ("e", EQ, ("é",), "2"), ("e", BETWEEN, ("low", "high"), "01"),
)  # fmt: skip

MISFITS = (
    ("int", "x"), ("int", "NaN"), ("decimal(5,2)", "1e200"), ("decimal(5,2)", "0." + "1" * 31), ("float", "1e39"),
    ("double", "1e400"), ("bit(1)", "2"), ("bit(4)", "2"), ("varbinary(4)", "abc"), ("varbinary(4)", "\\x0"),
    ("date", "2023-02-30"), ("date", "yesterday"), ("datetime", "2024-01-01 00:00+02"),
    ("datetime", "2024-01-01 25:00"),
    ("datetime(6)", "2024-01-01 00:00:00.1234567"), ("time", "1:2"), ("point", "POINT(1 2)"),
    ("enum('a','b') character set utf8mb4 collate utf8mb4_bin", "c"),
    ("enum('a','b') character set utf8mb4 collate utf8mb4_bin", "A"),
)  # fmt: skip


def _filtered(mapped: MappedTable, column: str, *conditions: FilterCondition) -> MappedTable:
    return replace(mapped, filters=(*mapped.filters, RowFilter(mapped.source.column(column), conditions)))


def _make(database: MysqlDatabase) -> MappedTable:
    with closing(database.connect(sql_mode="ALLOW_INVALID_DATES")) as connection, connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
        cursor.execute(f"CREATE TABLE t (id int PRIMARY KEY, {', '.join(COLUMNS)})")
        for number, row in enumerate(ROWS):
            cursor.execute(f"INSERT INTO t VALUES ({number}, {row})")
    return mapped_of(database, "t")


def test_operators_compare_as_the_type_does(make_family_database: Callable[[], MysqlDatabase]) -> None:
    """One query answers all: for each case the rows that its condition finds."""
    database = make_family_database()
    mapped = _make(database)
    wanted = [condition_of(_filtered(mapped, c, FilterCondition(operator, values))) for c, operator, values, _ in CASES]
    parts = ", ".join(
        f"(SELECT COALESCE(GROUP_CONCAT(id ORDER BY id SEPARATOR ''), '') FROM t WHERE {condition})"
        for condition in wanted
    )
    with (
        closing(database.connect(init_command="SET time_zone = '+00:00'")) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT {parts}")
        found = cursor.fetchone()
    assert found is not None
    wrong = [(case, answer) for case, answer in zip(CASES, found, strict=True) if answer != case[3]]
    assert wrong == []


def test_conditions_are_alternatives_and_filters_add_up(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    mapped = replace(_make(database), columns=mapped_of(database, "t").columns[:1])
    either = _filtered(mapped, "i", FilterCondition(EQ, ("5",)), FilterCondition(NULL))
    assert lines_of(database, either) == [b"1", b"2"]
    assert lines_of(database, _filtered(either, "y", FilterCondition(NOTNULL))) == [b"1"]


@pytest.mark.parametrize(("native", "operand"), MISFITS)
def test_operands_that_do_not_fit_are_refused(native: str, operand: str) -> None:
    mapped = _filtered(mapped_by_hand(native), "c0", FilterCondition(EQ, (operand,)))
    with pytest.raises(DiagnosticError) as raised:
        condition_of(mapped)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == own.FILTER_REFUSED.id
    assert native in diagnostic.detail


def test_what_only_the_server_can_judge_is_told_as_a_filter(make_family_database: Callable[[], MysqlDatabase]) -> None:
    """Latin-1 has no such characters, and neither server compares them with it."""
    database = make_family_database()
    diagnostic = refused(database, _filtered(_make(database), "l", FilterCondition(EQ, ("日本",))))
    assert diagnostic.code == own.FILTER_REFUSED.id
    assert diagnostic.place is not None
    assert diagnostic.place.column == "l"
