"""MySQL and MariaDB compute an expression with exactly SQLite's result, or it is refused."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dmsform.catalog.mapping import Computed
from dmsform.catalog.types import (
    Binary,
    Boolean,
    Decimal,
    Float,
    Integer,
    LogicalType,
    Text,
    Timestamp,
)
from dmsform.diagnostics import DiagnosticError
from dmsform_mysql.expressions import render
from tests.providers.mysql.expression_table import BothEngines, column, comparable, computed, session
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server


@pytest.fixture(scope="module", params=["mysql", "mariadb"])
def engines(request: pytest.FixtureRequest) -> Iterator[BothEngines]:
    server = request.getfixturevalue(f"{request.param}_server")
    database = MysqlDatabase(server, server.create_database())
    with contextlib.ExitStack() as stack:
        stack.callback(server.drop_database, database.name)
        both = BothEngines.filled(stack.enter_context(session(database)))
        stack.callback(both.sqlite.close)
        yield both


EXACT = [
    "$s || '_' || $t",
    "$i || ':' || $big || $small || $flag || $yes",
    "$e || $d || ' ' || $ms || $us || $utc",
    "upper($s) || lower($t)",
    "lower('ÄßZ') || upper($e) || upper('äz')",
    "trim($t) || ltrim($t) || rtrim($t, ' d')",
    "trim($s, '')",
    "trim($s, 'e ') || ltrim($t, 'abAB') || rtrim($s, '] z\\^-')",
    "ltrim($s, '日a本') || trim($s, '😀 Z') || trim($t, NULL)",
    "replace($s, 'a', 'xyz')",
    "replace($s, '', NULL)",
    "replace($i, '7', 'seven')",
    "replace($s, $t, $s)",
    "replace($t, substr($t, 2, 1), '')",
    "replaceChars($s, 'abcd%', '12')",
    "replaceChars($t, 'abAB', '')",
    "replaceChars($t, 'abcABC', 'bcaCAä')",
    "replaceChars($s, 'Gruü语', 'rGür')",
    "substr($s, 2)",
    "substr($s, 0)",
    "substr($s, -3)",
    "substr($s, 0, 3)",
    "substr($s, -4, 2)",
    "substr($s, 3, -2)",
    "substr($s, -100, 3)",
    "substr($s, $j, $i % 4)",
    "substr($s, $j)",
    "substr($t, -2, -5)",
    "substr($t, 0, -1)",
    "substr($t, $j, 2) || substr($t, -2, $j)",
    "substr($t, $big % 1000, $i)",
    "hex($s) || hex($data) || hex($i) || hex(NULL)",
    "hash_sha256($s) || hash_sha256($i)",
    "hash_sha256($data)",
    "zeroblob($j)",
    "x'00ff'",
    "$data",
    "max($data, x'41')",
    "abs($i) + abs($j)",
    "abs($x)",
    "round($x)",
    "round($y)",
    "round($f)",
    "round($i, 2)",
    "round($big)",
    "round(-2.5)",
    "max($i, $j, 1)",
    "min($s, $t)",
    "max($s, $t, $e)",
    "max($s, NULL)",
    "coalesce($s, $t, 'none')",
    "ifnull($x, 0.0)",
    "coalesce($f, 2.5)",
    "nullif($i, 7)",
    "nullif($s, '')",
    "nullif($t, 'abc')",
    "-$i",
    "- $x",
    "-1 * 0.0",
    "+ $s",
    "7 / $j",
    "$i / $j",
    "$i / 0",
    "$i % $j",
    "$big % 7",
    "$x / $y",
    "$x / 0",
    "$f * 0.1",
    "$y * 3",
    "$x + $i",
    "$small - 250",
    "$i = 7 OR $s = ''",
    "$flag AND $yes",
    "NOT $flag",
    "$flag + 1",
    "$i > 1.5",
    "$big > 1.5",
    "$big >= 999999999999999.0",
    "$s < $t",
    "$s <> 'abc'",
    "$s = 'abc'",
    "$t = 'ABC'",
    "$data = x'20'",
    "$e > 'b'",
    "$s IS NULL",
    "$i IS NOT 7",
    "$i IS $j",
    "$s IS NOT $t",
    "$s NOTNULL",
    "$i BETWEEN -10 AND 10",
    "$i NOT BETWEEN $j AND 100",
    "$t IN ('abc', 'ABC', NULL)",
    "$t NOT IN ('abc', 'ABC')",
    "$t LIKE 'AB_'",
    "$s LIKE '%B\\_c%'",
    "$s LIKE '%\"\\'",
    "$s NOT LIKE 'g%'",
    "$s LIKE '%Ö' OR $s LIKE '%ö'",
    "$s LIKE $t OR 'ABC' LIKE $s",
    "CASE WHEN $i > 0 THEN 'pos' WHEN $i < 0 THEN 'neg' ELSE 'zero' END",
    "CASE $t WHEN 'abc' THEN 1 WHEN NULL THEN 2 END",
    "CASE WHEN $flag THEN $i END",
    "CASE WHEN $x THEN x'00' ELSE $data END",
    "CASE LOWER(SUBSTR(HEX($data), 1, 8) || '-') WHEN '-' THEN NULL ELSE 'x' END",
    "date($d)",
    "date($us) || time($us) || datetime($us)",
    "datetime($utc)",
    "$d || ' ' || $ms",
    "strftime('%Y/%m/%d %H-%M-%S \"%%\" %j', $us)",
    "strftime('%f', $ms)",
    "strftime('\\n\n''%s', $us) || ' ' || strftime('%w', $us) || ' ' || strftime('%W', $us)",
    "strftime('%s %W', $d)",
    "strftime('%w', $utc)",
    "strftime('', $ms)",
    "strftime('%Y-%m-%d %H:%M:%f', $us, '+0 seconds')",
    "julianday($d)",
    "julianday($us)",
    "julianday('2024-01-31 10:11:12.5')",
    "date($d, '+1 day')",
    "date($d, '+1 month')",
    "date($ms, 'start of month', '+1 month', '-1 day')",
    "datetime($us, '-90 minutes', 'start of day')",
    "datetime($us, '+1 month', '+13 hours')",
    "datetime($us, 'start of year', '+29 months')",
    "date('2024-01-31', '+1 month')",
    "date('2024-02-29', '+1 year')",
    "strftime('%s', '2024-03-31T10:11', '-1 month')",
    "datetime($i, 'unixepoch')",
    "datetime($big % 100000000000, 'unixepoch', '+1 second')",
    "datetime(($big % 2) * 4611686018427387904, 'unixepoch')",
    "date(NULL)",
    "date($d) IS NULL",
    "NULL",
]


def test_both_engines_agree(engines: BothEngines) -> None:
    found, wanted = engines.in_server(*EXACT), engines.in_sqlite(*EXACT)
    wrong = [
        (expression, one, other)
        for expression, one, other in zip(EXACT, found, wanted, strict=True)
        if comparable(one) != comparable(other)
    ]
    assert wrong == []


NUMBERS = st.sampled_from(
    ["$i", "$j", "$big", "$small", "$x", "$y", "$f", "$flag", "$yes", "0", "1", "7", "-3", "2.5", "0.5", "NULL"]
)
TEXTS = st.sampled_from(["$s", "$t", "$e", "''", "'abc'", "'a%_'", "'ä'", "NULL", "$d", "$ms", "$utc"])


def _wider_number(inner: st.SearchStrategy[str], text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.builds("({0[0]} {1} {0[1]})".format, pairs, st.sampled_from(["+", "-", "*", "/", "%"])),
        st.builds("({0[0]} {1} {0[1]})".format, pairs, st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "IS"])),
        st.builds("({0[0]} {1} {0[1]})".format, st.tuples(text, text), st.sampled_from(["=", "<", ">=", "LIKE"])),
        st.builds("({0[0]} {1} {0[1]})".format, pairs, st.sampled_from(["AND", "OR"])),
        st.builds("(- {})".format, inner),
        st.builds("(NOT {})".format, inner),
        st.builds("abs({})".format, inner),
        st.builds("round({})".format, inner),
        st.builds("{1}({0[0]}, {0[1]})".format, pairs, st.sampled_from(["max", "min", "coalesce", "nullif"])),
        st.builds("CASE WHEN {} THEN {} ELSE {} END".format, inner, inner, inner),
        st.builds("({0[0]} BETWEEN {1} AND {0[1]})".format, pairs, inner),
        st.builds("({0[0]} NOT IN ({1}, {0[1]}))".format, pairs, inner),
    )


def _wider_text(inner: st.SearchStrategy[str], number: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({} || {})".format, inner, st.one_of(inner, number)),
        st.builds("{}({})".format, st.sampled_from(["upper", "lower", "trim", "ltrim", "hex", "hash_sha256"]), inner),
        st.builds("{}({}, 'a c9')".format, st.sampled_from(["trim", "ltrim", "rtrim"]), inner),
        st.builds("replace({}, {}, {})".format, inner, inner, inner),
        st.builds("substr({}, {}, {})".format, inner, number, number),
        st.builds("substr({}, {}, {})".format, inner, st.integers(-6, 6), st.integers(-6, 6)),
        st.builds("substr({}, {})".format, inner, st.integers(-6, 6)),
        st.builds("replaceChars({}, 'abc%Z', '{}')".format, inner, st.sampled_from(["xy", "bcZZa", "", "bä"])),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min", "coalesce", "nullif"]), inner, inner),
        st.builds("CASE {} WHEN {} THEN {} ELSE {} END".format, inner, inner, inner, inner),
        st.builds("strftime('%Y-%j %H', $us, '{}')".format, st.sampled_from(["+1 day", "-40 hours", "+13 months"])),
    )


_SHIFTS = st.builds(
    "'{:+d} {}'".format,
    st.integers(-999, 999),
    st.sampled_from(["seconds", "minute", "hours", "days", "month", "years"]),
)
_MODIFIERS = st.lists(_SHIFTS | st.sampled_from(["'start of day'", "'start of month'", "'start of year'"]), max_size=3)
_CALLS = st.sampled_from(
    [
        "date(",
        "time(",
        "datetime(",
        "julianday(",
        "strftime('%Y-%j %W', ",
        "strftime('%s %w', ",
        "strftime('%H:%M %S', ",
    ]
)
_MOMENTS = st.sampled_from(["$d", "$ms", "$us", "$utc", "'2024-01-31'", "'1999-12-31 23:59:59.999'"])
DATES = st.builds(
    lambda call, moment, modifiers: f"{call}{', '.join([moment, *modifiers])})", _CALLS, _MOMENTS, _MODIFIERS
)
SMALL_NUMBERS = st.recursive(NUMBERS, lambda inner: _wider_number(inner, TEXTS), max_leaves=5)
EXPRESSIONS = st.one_of(
    st.recursive(NUMBERS, lambda inner: _wider_number(inner, TEXTS), max_leaves=8),
    st.recursive(TEXTS, lambda inner: _wider_text(inner, SMALL_NUMBERS), max_leaves=8),
    DATES,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(expression=EXPRESSIONS)
def test_whatever_is_rendered_agrees(engines: BothEngines, expression: str) -> None:
    try:
        (found,) = engines.in_server(expression)
    except DiagnosticError:
        assume(False)  # refused: that is allowed, a wrong result is not
    except pymysql.err.OperationalError as error:
        assume(error.args[0] != OUT_OF_RANGE)  # an error in the place of a value that SQLite would turn into a float
        raise
    (wanted,) = engines.in_sqlite(expression)
    assert all(map(agrees, found, wanted)), (found, wanted)


OUT_OF_RANGE = 1690


def agrees(one: Any, other: Any) -> bool:
    """Equal; a whole number may be of either class, since a choice of both kinds has one type in a server."""
    if type(one) is not type(other) and isinstance(one, int | float) and isinstance(other, int | float):
        return one == other
    return comparable([one]) == comparable([other])


REFUSED = [
    ("$x || ''", "floating-point"),
    ("$data || ''", "bytes"),
    ("$s + 1", "number is wanted"),
    ("$s = 1", "mixes"),
    ("coalesce($i, 'none')", "mixes"),
    ("round($x, 2)", "SQLite's version"),
    ("coalesce($x, 0) / 2", "may be a whole"),
    ("coalesce($x, $i) * coalesce($x, $i)", "may be a whole"),
    ("$x % 2", "whole numbers"),
    ("$big = $x", "64-bit"),
    ("1.2345678901234567", "not held exactly"),
    ("CASE WHEN $s THEN 1 END", "not a condition"),
    ("max($x, random() * 1.5) BETWEEN 0 AND 1", "64-bit|more than once"),
    ("random() BETWEEN 0 AND 1", "more than once"),
    ("abs(random() * 1.5)", "more than once"),
    ("nullif(random(), 1)", "more than once"),
    ("CASE WHEN random() > 0 THEN 1 END", "chance decides"),
    ("1 / random()", "chance decides"),
    ("$s || CASE WHEN random() > 0 THEN 'a' END", "more than once"),
    ("randomblob($i)", "size"),
    ("replaceChars($s, $t, 'x')", "strings"),
    (f"replaceChars($s, '{''.join(map(chr, range(0x100, 0x180)))}', 'x')", "100 characters"),
    ("trim($s, $t)", "strings|as a string"),
    ("date($s)", "date or timestamp column"),
    ("date('2024-02-30')", "date or timestamp column"),
    ("date($d, 'weekday 0')", "weekday 0"),
    ("date($d, $s)", "modifier"),
    ("strftime($s, $d)", "format"),
    ("strftime('%J', $d)", "%J"),
    ("strftime('%f', $us)", "%f"),
    ("round($i, $j)", "digits"),
    ("substr($s, 1.5)", "whole number"),
    ("substr($s, 3000000000)", "32 bits"),
    ("$p / 3", "no end of digits"),
    ("7 / $p", "written in the expression"),
    ("$u / 2", "written in the expression"),
    ("round($u)", "nothing to round"),
    ("$u % 2", "whole numbers"),
    ("coalesce($p, 0) || ''", "digits behind the point"),
    ("coalesce($p, 0) / 2", "written in the expression"),
    ("$wide + 1", "more than the servers'"),
    ("$wide * 0.1", "more than the servers'"),
    ("$cannot IS NULL", "no_type"),
    ("substr(" * 20 + "$s" + ", $j)" * 20, "100000 characters"),
]


@pytest.mark.parametrize(("expression", "why"), REFUSED, ids=[expression[:40] for expression, _ in REFUSED])
def test_refuses_what_would_not_be_exact(expression: str, why: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        render(computed(expression))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "DMS323"
    assert any(each in diagnostic.detail + diagnostic.remedy for each in why.split("|"))
    assert diagnostic.remedy


P = Decimal(22, 2)
CELLS: list[tuple[str, str, str, LogicalType, str | None]] = [
    ("$c * 1.1", "decimal(22,2)", "0.30", P, "0.330"),
    ("$c + $c", "decimal(22,2)", "99999999999999999999.99", P, "199999999999999999999.98"),
    ("$c - 1", "decimal(22,2)", "0.30", P, "-0.70"),
    ("$c / 100", "decimal(22,2)", "-0.30", Decimal(24, 4), "-0.0030"),
    ("$c / 0.8", "decimal(22,2)", "1.00", P, "1.2500"),
    ("$c / 0", "decimal(22,2)", "1.00", P, None),
    ("round($c, 1)", "decimal(22,2)", "2.65", P, "2.7"),
    ("round($c)", "decimal(22,2)", "-2.50", P, "-3"),
    ("round($c)", "decimal(22,2)", "-0.40", P, "0"),
    ("round($c, 4) || ''", "decimal(22,2)", "1.50", Text(), "1.5000"),
    ("$c || ' EUR'", "decimal(22,2)", "10.50", Text(), "10.50 EUR"),
    ("CASE WHEN $c >= 20000.5 THEN 'SENIOR' ELSE 'JUNIOR' END", "decimal(22,2)", "20000.50", Text(), "SENIOR"),
    ("coalesce($c, 0)", "decimal(22,2)", "1.10", P, "1.10"),
    ("max($c, 1.005)", "decimal(22,2)", "1.00", P, "1.005"),
    ("-$c", "decimal(22,2)", "1.10", P, "-1.10"),
    ("$c", "decimal(65,30)", "-99999999999999999999999999999999999.999999999999999999999999999999", Decimal(65, 30),
     "-99999999999999999999999999999999999.999999999999999999999999999999"),
    ("$c || '!'", "bigint unsigned", "18446744073709551615", Text(), "18446744073709551615!"),
    ("$c - 1", "bigint unsigned", "18446744073709551615", Integer(64, signed=False), "18446744073709551614"),
    ("max($c, 5)", "bigint unsigned", "18446744073709551615", Integer(64, signed=False), "18446744073709551615"),
    ("$c - 3000", "decimal(5,2) unsigned", "1.5", Decimal(), "-2998.50"),
    ("$c - 3000", "double unsigned", "1.5", Float(64), "-2998.5"),
    ("-$c", "int unsigned", "5", Integer(64), "-5"),
    ("$c || '!'", "varchar(9) character set cp932 collate cp932_bin", "あ", Text(), "あ!"),
    ("$c || ''", "int(7) unsigned zerofill", "5", Text(), "5"),
    ("$c + 1", "year", "2024", Integer(16), "2025"),
    ("$c || '!'", "time(3)", "-10:11:12.5", Text(), "-10:11:12.5!"),
    ("$c || '!'", "bit(5)", "5", Text(), "00101!"),
    ("upper($c)", "set('a','b')" + " character set latin1 collate latin1_bin", "b,a", Text(), "A,B"),
    ("$c * 1", "float", "0.1", Float(64), "0.10000000149011612"),
    ("2 > 1", "int", "0", Boolean(), "t"),
    ("$c > 1", "int", "0", Boolean(), "f"),
    ("2 > 1", "int", "0", Integer(32), "1"),
    ("$c + 1", "int", "7", Text(10), "8"),
    ("round(1e15)", "int", "0", Integer(64), "1000000000000000"),
    ("0.1 * 3", "int", "0", Decimal(), "0.30000000000000004"),
    ("1 / 0.0", "int", "0", Decimal(), None),
    ("'ä'", "int", "0", Binary(), "\\xc3a4"),
    ("$c", "blob", "\\'\n", Binary(), "\\x5c270a"),
    ("NULL", "int", "0", Timestamp(), None),
    ("datetime('2024-01-31 10:11:12')", "int", "0", Timestamp(), "2024-01-31 10:11:12"),
    ("$c", "timestamp(6)", "2024-01-31 10:11:12.5", Timestamp(zoned=True), "2024-01-31 10:11:12.5+00"),
    ("$c || '+01'", "timestamp(6)", "2024-01-31 10:11:12.5", Timestamp(zoned=True), "2024-01-31 10:11:12.5+01"),
    ("$c", "datetime", "0000-00-00 00:00:00", Text(), "0000-00-00 00:00:00"),
    ("date($c)", "datetime", "0000-00-00 00:00:00", Text(), None),
    ("date($c)", "date", "2024-00-07", Text(), None),
]  # fmt: skip


def evaluated(engines: BothEngines, cells: list[tuple[str, str, str, LogicalType, str | None]]) -> list[str | None]:
    """The first value of each expression over a column $c of a type and a value."""
    declared = ", ".join(f"c{at} {cell[1]} NULL" for at, cell in enumerate(cells))
    engines.server.execute("DROP TABLE IF EXISTS cells")
    engines.server.execute(f"CREATE TABLE cells ({declared})")
    values = [int(value) if native.startswith("bit") else value for _, native, value, _, _ in cells]
    engines.server.execute(f"INSERT INTO cells VALUES ({', '.join(['%s'] * len(cells))})", values)
    terms = [
        render(Computed(expression.replace("$c", f"$c{at}"), (column(f"c{at}", native),)), logical)
        for at, (expression, native, _, logical, _) in enumerate(cells)
    ]
    (row,) = engines.server.rows(f"SELECT {', '.join(terms)} FROM cells")
    return list(row)


def test_each_type_enters_and_leaves_in_its_own_form(engines: BothEngines) -> None:
    assert evaluated(engines, CELLS) == [text for *_, text in CELLS]
