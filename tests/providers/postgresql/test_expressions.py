"""PostgreSQL computes an expression with exactly SQLite's result, or it is refused."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from decimal import Decimal as Number
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dmsform.catalog.mapping import Computed
from dmsform.catalog.model import Column
from dmsform.catalog.types import Binary, Boolean, Decimal, Integer, LogicalType, Text, Time, Timestamp, Unsupported
from dmsform.diagnostics import DiagnosticError
from dmsform.testing.postgresql_server import PostgresServer
from dmsform_postgresql.expressions import render
from tests.providers.postgresql.expression_table import BothEngines, computed

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def engines(postgres_server: PostgresServer) -> Iterator[BothEngines]:
    name = postgres_server.create_database()
    with contextlib.ExitStack() as stack:
        stack.callback(postgres_server.drop_database, name)
        connection = stack.enter_context(postgres_server.connect(name))
        both = BothEngines.filled(connection)
        stack.callback(both.sqlite.close)
        yield both


EXACT = [
    "$s || '_' || $t",
    "$i || ':' || $big",
    "upper($s) || lower($t)",
    "trim($t) || ltrim($t) || rtrim($t, ' d')",
    "trim($s, '')",
    "replace($s, 'a', 'xyz')",
    "replace($s, '', NULL)",
    "replace($i, '7', 'seven')",
    "replaceChars($s, 'abcd%', '12')",
    "replaceChars($t, 'abAB', '')",
    "substr($s, 2)",
    "substr($s, -3)",
    "substr($s, 0, 3)",
    "substr($s, -4, 2)",
    "substr($s, 3, -2)",
    "substr($s, -100, 3)",
    "substr($s, $j, $i % 4)",
    "substr($s, $j)",
    "substr($t, -2, -5)",
    "substr($t, 0, -1)",
    "hex($s) || hex($data) || hex($i) || hex(NULL)",
    "hash_sha256($s) || hash_sha256($i)",
    "hash_sha256($data)",
    "zeroblob($j)",
    "x'00ff'",
    "abs($i) + abs($j)",
    "abs($x)",
    "round($x)",
    "round($y)",
    "round($i, 2)",
    "round(-2.5)",
    "max($i, $j, 1)",
    "min($s, $t)",
    "max($s, NULL)",
    "coalesce($s, $t, 'none')",
    "ifnull($x, 0.0)",
    "nullif($i, 7)",
    "nullif($s, '')",
    "-$i",
    "- $x",
    "+ $s",
    "7 / $j",
    "$i / 0",
    "$i % $j",
    "$big % 7",
    "$x / $y",
    "$x / 0",
    "$x * 2 + $i",
    "$i = 7 OR $s = ''",
    "NOT $flag",
    "$flag + 1",
    "$i > 1.5",
    "$big > 1.5",
    "$s < $t",
    "$s <> 'abc'",
    "$s IS NULL",
    "$i IS NOT 7",
    "$i IS $j",
    "$s NOTNULL",
    "$i BETWEEN -10 AND 10",
    "$i NOT BETWEEN $j AND 100",
    "$t IN ('abc', 'ABC', NULL)",
    "$t NOT IN ('abc', 'ABC')",
    "$t LIKE 'AB_'",
    "$s LIKE '%B\\_c%'",
    "$s NOT LIKE 'g%'",
    "CASE WHEN $i > 0 THEN 'pos' WHEN $i < 0 THEN 'neg' ELSE 'zero' END",
    "CASE $t WHEN 'abc' THEN 1 WHEN NULL THEN 2 END",
    "CASE WHEN $flag THEN $i END",
    "CASE LOWER(SUBSTR(HEX($data), 1, 8) || '-') WHEN '-' THEN NULL ELSE 'x' END",
    "date($d)",
    "date($us) || time($us) || datetime($us)",
    "datetime($utc)",
    "$d || ' ' || $ms",
    "strftime('%Y/%m/%d %H-%M-%S \"%%\" %j', $us)",
    "strftime('%f', $ms)",
    "strftime('%s', $us) || ' ' || strftime('%w', $us) || ' ' || strftime('%W', $us)",
    "strftime('%s', $d)",
    "strftime('%Y-%m-%d %H:%M:%f', $us, '+0 seconds')",
    "julianday($d)",
    "julianday($us)",
    "julianday('2024-01-31 10:11:12.5')",
    "date($d, '+1 day')",
    "date($d, '+1 month')",
    "date($ms, 'start of month', '+1 month', '-1 day')",
    "datetime($us, '-90 minutes', 'start of day')",
    "date('2024-01-31', '+1 month')",
    "date('2024-02-29', '+1 year')",
    "datetime($i, 'unixepoch')",
    "datetime($big, 'unixepoch')",
    "date(NULL)",
    "date($d) IS NULL",
]


def comparable(values: list[Any]) -> list[Any]:
    """Values with their class: 1 and 1.0 are not the same."""
    return [(type(value).__name__, repr(value)) for value in values]


@pytest.mark.parametrize("expression", EXACT)
def test_both_engines_agree(engines: BothEngines, expression: str) -> None:
    found = engines.in_postgresql(expression)
    assert comparable(found) == comparable(engines.in_sqlite(expression))


NUMBERS = st.sampled_from(["$i", "$j", "$big", "$x", "$y", "$flag", "0", "1", "7", "-3", "2.5", "0.5", "NULL"])
TEXTS = st.sampled_from(["$s", "$t", "''", "'abc'", "'a%_'", "'ä'", "NULL", "$d", "$ms"])


def _wider_number(inner: st.SearchStrategy[str], text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.builds("({0[0]} {1} {0[1]})".format, pairs, st.sampled_from(["+", "-", "*", "/", "%"])),
        st.builds("({0[0]} {1} {0[1]})".format, pairs, st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "IS"])),
        st.builds("({0[0]} {1} {0[1]})".format, st.tuples(text, text), st.sampled_from(["=", "<", ">=", "LIKE"])),
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
        st.builds("trim({}, {})".format, inner, inner),
        st.builds("replace({}, {}, {})".format, inner, inner, inner),
        st.builds("substr({}, {}, {})".format, inner, number, number),
        st.builds("substr({}, {})".format, inner, st.integers(-6, 6)),
        st.builds("replaceChars({}, 'abc%Z', 'xy')".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["max", "min", "coalesce", "nullif"]), inner, inner),
        st.builds("CASE {} WHEN {} THEN {} ELSE {} END".format, inner, inner, inner, inner),
        st.builds("strftime('%Y-%j %H', $us, '{}')".format, st.sampled_from(["+1 day", "-40 hours", "+13 months"])),
    )


SMALL_NUMBERS = st.recursive(NUMBERS, lambda inner: _wider_number(inner, TEXTS), max_leaves=5)
EXPRESSIONS = st.one_of(
    st.recursive(NUMBERS, lambda inner: _wider_number(inner, TEXTS), max_leaves=8),
    st.recursive(TEXTS, lambda inner: _wider_text(inner, SMALL_NUMBERS), max_leaves=8),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(expression=EXPRESSIONS)
def test_whatever_is_rendered_agrees(engines: BothEngines, expression: str) -> None:
    try:
        found = engines.in_postgresql(expression)
    except DiagnosticError:
        assume(False)  # refused: that is allowed, a wrong result is not
    except psycopg.errors.NumericValueOutOfRange:
        assume(False)  # an error in the place of a value that SQLite would turn into a float
    assert all(map(agrees, found, engines.in_sqlite(expression)))


def agrees(one: Any, other: Any) -> bool:
    """Equal; a whole number may be of either class, since a choice of both kinds has one type in PostgreSQL."""
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
    ("max(random(), 1)", "more than once"),
    ("randomblob($i)", "size"),
    ("replaceChars($s, $t, 'x')", "strings"),
    ("date($s)", "date or timestamp column"),
    ("date('2024-02-30')", "date or timestamp column"),
    ("date($d, 'weekday 0')", "weekday 0"),
    ("date($d, $s)", "modifier"),
    ("strftime($s, $d)", "format"),
    ("strftime('%J', $d)", "%J"),
    ("strftime('%f', $us)", "%f"),
    ("round($i, $j)", "digits"),
    ("substr($s, 1.5)", "whole number"),
]


@pytest.mark.parametrize(("expression", "why"), REFUSED)
def test_refuses_what_would_not_be_exact(expression: str, why: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        render(computed(expression))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "DMS323"
    assert why in diagnostic.detail + diagnostic.remedy
    assert diagnostic.remedy


def test_refuses_a_column_without_a_value() -> None:
    column = Column("c", Unsupported("geometry", "no text"), "geometry")
    with pytest.raises(DiagnosticError, match="geometry"):
        render(Computed("$c IS NULL", (column,)))


def test_random_differs_from_row_to_row(engines: BothEngines) -> None:
    drawn = [*engines.in_postgresql("random()"), *engines.in_postgresql("hex(randomblob(40))")]
    assert len(set(drawn)) == len(drawn)
    assert all(len(text) == 80 for text in drawn[-7:])


def test_now_is_the_servers_clock_in_utc(engines: BothEngines) -> None:
    (seconds, *_) = engines.in_postgresql("strftime('%s', 'now')")
    (text, *_) = engines.in_postgresql("datetime()")
    (here,) = engines.sqlite.execute("SELECT strftime('%s', 'now'), datetime('now')").fetchall()
    assert abs(int(seconds) - int(here[0])) < 120
    assert text[:10] in (here[1][:10], engines.in_postgresql("date('now')")[0])


def test_a_date_before_the_first_year_is_an_error_not_a_value(engines: BothEngines) -> None:
    with pytest.raises(psycopg.errors.InvalidDatetimeFormat, match="before the year 1"):
        engines.in_postgresql("date($d, '-2000 years')")


@pytest.mark.parametrize(
    ("expression", "value", "result"),
    [
        ("$p * 1.1", "0.30", "0.330"),
        ("$p + $p", "99999999999999999999.99", "199999999999999999999.98"),
        ("round($p, 1)", "2.65", "2.7"),
        ("round($p)", "-2.50", "-3"),
        ("$p || ' EUR'", "10.50", "10.50 EUR"),
        ("CASE WHEN $p >= 20000.5 THEN 'SENIOR' ELSE 'JUNIOR' END", "20000.50", "SENIOR"),
        ("coalesce($p, 0)", "1.10", "1.10"),
        ("$p / 8", "1.00", "0.125"),
        ("-$p", "1.10", "-1.10"),
    ],
)
def test_decimals_stay_exact(engines: BothEngines, expression: str, value: str, result: str) -> None:
    column = Column("p", Decimal(22, 2), "numeric(22,2)")
    rendered = render(Computed(expression, (column,)))
    query = f"SELECT {rendered} FROM (SELECT '{value}'::numeric(22,2) AS p) AS row".encode()
    (found,) = engines.postgresql.execute(query).fetchall()[0]
    assert found == (Number(result) if isinstance(found, Number) else result)


@pytest.mark.parametrize(
    ("expression", "logical", "text"),
    [
        ("2 > 1", Boolean(), "true"),
        ("2 > 1", Integer(32), "1"),
        ("$i + 1", Text(10), "8"),
        ("round(1e15)", Integer(64), "1000000000000000"),
        ("0.1 * 3", Decimal(), "0.30000000000000004"),
        ("'ä'", Binary(), r"\xc3a4"),
        ("NULL", Timestamp(), None),
        ("datetime('2024-01-31 10:11:12')", Timestamp(), "2024-01-31 10:11:12"),
    ],
)
def test_the_result_takes_the_form_of_the_target_type(
    engines: BothEngines, expression: str, logical: LogicalType, text: str | None
) -> None:
    rendered = render(computed(expression), logical)
    query = f"SELECT ({rendered})::text FROM sample WHERE id = 2".encode()
    assert engines.postgresql.execute(query).fetchall() == [(text,)]


def test_a_float_has_no_text(engines: BothEngines) -> None:
    with pytest.raises(DiagnosticError, match="floating-point"):
        render(computed("$x"), Text(20))


def test_nested_calls_do_not_double_their_sql(engines: BothEngines) -> None:
    def nested(levels: int) -> str:
        return "substr(replace(" * levels + "$s" + ", 'a', 'ab'), -50)" * levels

    assert len(render(computed(nested(30)))) < 20_000
    assert engines.in_postgresql(nested(30))[6] == "x\ty\nz"
    assert engines.in_postgresql(nested(10)) == engines.in_sqlite(nested(10))


def test_time_of_day_enters_as_text(engines: BothEngines) -> None:
    rendered = render(Computed("$c || '!'", (Column("c", Time(), "time"),)))
    query = f"SELECT {rendered} FROM (SELECT '10:11:12.5'::time AS c) AS row".encode()
    assert engines.postgresql.execute(query).fetchall() == [("10:11:12.5!",)]
