"""Expressions as the engines' catalogues print them, and the formulas that they are read as."""

from __future__ import annotations

import pytest

from dmsform.catalog.formulas import syntax as f
from dmsform.catalog.formulas.columns import columns_of, renamed
from dmsform.catalog.formulas.reading import read
from dmsform.catalog.types import Boolean, Date, Decimal, Float, Integer, LogicalType, Text

TYPES: dict[str, LogicalType] = {
    "a": Integer(32), "b": Text(), "price": Decimal(10, 2), "status": Text(5), "First": Text(), "on": Boolean(),
    "day": Date(), "ratio": Float(64), "wide": Integer(64),
}  # fmt: skip
A, B = f.ColumnRef("a"), f.ColumnRef("b")
POSITIVE = f.Binary(f.Operator.GREATER, A, f.Number("0"))


def now(digits: int) -> f.Formula:
    return f.Call(f.Function.NOW, (f.Number(str(digits)),))


READ = [
    ("postgres", "now()", now(6)),
    ("postgres", "CURRENT_TIMESTAMP(3)", now(3)),
    ("postgres", "LOCALTIMESTAMP", now(6)),
    ("mysql", "current_timestamp(6)", now(6)),
    ("mysql", "localtime()", now(0)),
    ("sqlite", "CURRENT_TIMESTAMP", now(0)),
    ("mysql", "curdate()", f.Call(f.Function.TODAY)),
    ("postgres", "gen_random_uuid()", f.Call(f.Function.NEW_UUID)),
    ("postgres", "'x''y'::text", f.String("x'y")),
    ("postgres", "'ab'::character varying(2)", f.String("ab")),
    ("postgres", r"E'a\\b'::text", f.String("a\\b")),
    ("mysql", r"'a\'b'", f.String("a'b")),
    ("mysql", "_utf8mb4'é'", f.String("é")),
    ("postgres", "'-1'::integer", f.Number("-1")),
    ("sqlite", "(-1.5e3)", f.Number("-1.5e3")),
    ("postgres", r"'\xFF'::bytea", f.Octets("ff")),
    ("mysql", "0xFF", f.Octets("ff")),
    ("postgres", "B'101'::\"bit\"", f.BitString("101")),
    ("postgres", "'t'::boolean", f.Truth(True)),
    ("postgres", "'a'::shop.status", f.String("a")),
    ("postgres", "(a > 0)", POSITIVE),
    ("sqlite", '"A" > 0', POSITIVE),
    (
        "postgres",
        "((status)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
        f.In(f.ColumnRef("status"), (f.String("x"), f.String("y"))),
    ),
    ("postgres", "(a <> ALL (ARRAY[1, 2]))", f.In(A, (f.Number("1"), f.Number("2")), negated=True)),
    ("mysql", "(`a` not in (1,2))", f.In(A, (f.Number("1"), f.Number("2")), negated=True)),
    ("mysql", "`a` between 1 and 10", f.Between(A, f.Number("1"), f.Number("10"))),
    ("postgres", "(b ~~ 'a%'::text)", f.Like(B, f.String("a%"))),
    ("sqlite", "b NOT LIKE '%1%'", f.Like(B, f.String("%1%"), negated=True)),
    ("sqlite", "a NOTNULL", f.IsNull(A, negated=True)),
    ("mysql", "not `a`", f.Not(f.Binary(f.Operator.NOT_EQUAL, A, f.Number("0")))),
    ("postgres", "(NOT \"on\")", f.Not(f.ColumnRef("on"))),
    ("mysql", "length(`b`)", f.Call(f.Function.OCTET_LENGTH, (B,))),
    ("postgres", "length(b)", f.Call(f.Function.CHAR_LENGTH, (B,))),
    ("postgres", "octet_length(b)", f.Call(f.Function.OCTET_LENGTH, (B,))),
    ("postgres", "lower((\"First\")::text)", f.Call(f.Function.LOWER, (f.ColumnRef("First"),))),
    ("mysql", "concat(`b`,'x')", f.Call(f.Function.CONCAT, (B, f.String("x")))),
    ("postgres", "((a)::double precision * ratio)", f.Binary(f.Operator.TIMES, A, f.ColumnRef("ratio"))),
]  # fmt: skip

NOT_READ = [
    ("postgres", "('now'::text)::date", "worked out when it is read"),
    ("postgres", "'today'::date", "worked out when it is read"),
    ("postgres", "(CURRENT_DATE + 1)", "no arithmetic of dates"),
    ("postgres", "'abc'::character varying(2)", "the cast cuts it"),
    ("postgres", "(1.26)::numeric(3,1)", "the cast rounds it"),
    ("postgres", "(price)::integer > 1", "the cast rounds it"),
    ("postgres", "((wide)::double precision * ratio)", "the cast rounds it"),
    ("postgres", "((a)::text = '1'::text)", "the text of a number"),
    ("postgres", "concat(b, 'x')", "it passes over NULL"),
    ("postgres", "other(a)", "nobody knows the function"),
    ("postgres", "missing > 1", "no column"),
    ("postgres", "t.a > 1", "a column of something else"),
    ("postgres", "(a / 2)", "engines differ in quotients"),
    ("mysql", "`b` > 5", "a text held against a number"),
    ("mysql", "`a` || `b`", "OR of a text"),
    ("mysql", "(`a` xor 1)", "no XOR"),
    ("mysql", "`a` > 1 garbage", "no expression"),
    ("mysql", "json_valid(`b`)", "nobody knows the function"),
    ("mysql", "_binary'x'", "bytes that look like a text"),
    ("mysql", "(select 1)", "a query"),
    ("sqlite", "b LIKE '%a%'", "letter case does not count in SQLite"),
    ("sqlite", '"b" = "no column"', "a text in double quotes"),
    ("sqlite", "b GLOB 'x*'", "no such operator elsewhere"),
    ("sqlite", "(", "no expression"),
]


@pytest.mark.parametrize(("dialect", "sql", "formula"), READ)
def test_what_is_understood(dialect: str, sql: str, formula: f.Formula) -> None:
    assert read(sql, dialect, TYPES) == formula


@pytest.mark.parametrize(("dialect", "sql", "why"), NOT_READ)
def test_what_is_not_understood(dialect: str, sql: str, why: str) -> None:
    assert read(sql, dialect, TYPES) is None, why


def test_conditions_are_connected_flat() -> None:
    formula = read('((a > 0) AND (b IS NOT NULL) AND ("on"))', "postgres", TYPES)
    assert formula == f.Connected(f.Connective.AND, (POSITIVE, f.IsNull(B, negated=True), f.ColumnRef("on")))


def test_columns_are_found_and_renamed_everywhere() -> None:
    formula = read("((a > 0) OR (lower(b) = ANY (ARRAY['x'::text, b])))", "postgres", TYPES)
    assert formula is not None
    assert columns_of(formula) == {"a", "b"}
    assert columns_of(renamed(formula, {"a": "c", "b": "d"})) == {"c", "d"}
    with pytest.raises(KeyError):
        renamed(formula, {"a": "c"})
