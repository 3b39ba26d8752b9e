"""SQL of PostgreSQL with the storage class that SQLite would give its value: the static typing of expressions.

SQLite's values have a class each; PostgreSQL's columns have a type. An expression is carried only where the class of
each part is known beforehand. Decimals, which SQLite does not have, are kept exact instead of becoming floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from dmsform.catalog import types as t
from dmsform.catalog.model import Column
from dmsform_postgresql.quoting import identifier

_BITS_OF_DOUBLE = 53
_SHORT = 100
_BOUND_NAME = "dmsform bound value"


class NotRenderableError(Exception):
    """PostgreSQL cannot compute a part of an expression as SQLite would: what and why, and what to write instead."""

    def __init__(self, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.detail, self.remedy = detail, remedy


class Kind(StrEnum):
    """Storage classes, with conditions and exact decimals told apart. Values are as messages name them."""

    NULL = "NULL"
    LOGICAL = "a condition"
    INTEGER = "a whole number"
    REAL = "a floating-point number"
    DECIMAL = "a decimal number"
    TEXT = "text"
    BLOB = "bytes"


@dataclass(frozen=True, slots=True)
class Value:
    """sql -- one SQL term, in parentheses where it needs them, of PostgreSQL type boolean, bigint, double precision,
    numeric, text or bytea by its kind.

    small -- a whole number that a double holds exactly; mixed -- REAL that SQLite may hold as INTEGER, so that its
    text and its division differ; decimal -- for a literal, its exact value as numeric.
    """

    sql: str
    kind: Kind
    small: bool = False
    mixed: bool = False
    decimal: str | None = None


def once(terms: Sequence[str], build: Callable[..., str]) -> str:
    """SQL built of terms that it uses more than once; long ones are computed once, in a subquery of their own.

    Without that, nested calls would double their SQL at each level. Not for terms with a random part: a subquery that
    does not refer to the row is computed once for all rows.
    """
    if sum(map(len, terms)) < _SHORT:
        return build(*terms)
    names = [f'"{_BOUND_NAME} {number}"' for number in range(len(terms))]
    values = ", ".join(f"{term} AS {name}" for term, name in zip(terms, names, strict=True))
    # OFFSET 0 keeps the planner from putting the terms back where their names stand.
    return f"(SELECT {build(*names)} FROM (SELECT {values} OFFSET 0) AS bound)"  # noqa: S608


def column_value(column: Column) -> Value:
    """How a source column enters an expression."""
    name = identifier(column.name)
    match column.type:
        case t.Boolean():
            return Value(f"({name}::int::bigint)", Kind.INTEGER, small=True)
        case t.Integer(bits=bits):
            return Value(f"({name}::bigint)", Kind.INTEGER, small=bits < _BITS_OF_DOUBLE)
        case t.Decimal():
            return Value(f"({name}::numeric)", Kind.DECIMAL)
        case t.Float():
            return Value(f"(nullif({name}::float8, 'NaN'))", Kind.REAL)  # SQLite has NULL in the place of NaN
        case t.Binary():
            return Value(name, Kind.BLOB)
        case t.Timestamp(zoned=True):
            return Value(f"(({name} AT TIME ZONE 'UTC')::text)", Kind.TEXT)
        case t.Unsupported(declared=declared):
            raise NotRenderableError(
                f"column {column.name} has type {declared}, which has no value here", "Leave the column out."
            )
        case (
            t.Text()
            | t.Date()
            | t.Time()
            | t.Timestamp()
            | t.Interval()
            | t.Duration()
            | t.Geometry()
            | t.Json()
            | t.Uuid()
            | t.Bits()
            | t.Enumeration()
            | t.Native()
        ):
            return Value(f'({name}::text COLLATE "C")', Kind.TEXT)
        case _:
            assert_never(column.type)


def as_condition(value: Value, where: str) -> str:
    """SQL of type boolean: whether the value is true."""
    match value.kind:
        case Kind.LOGICAL:
            return value.sql
        case Kind.NULL:
            return "(NULL::boolean)"
        case Kind.INTEGER | Kind.REAL | Kind.DECIMAL:
            return f"({value.sql} <> 0)"
        case Kind.TEXT | Kind.BLOB:
            raise NotRenderableError(
                f"{where} is {value.kind.value}, not a condition", "Compare it with something, such as $name <> ''."
            )
        case _:
            assert_never(value.kind)


def as_number(value: Value, where: str) -> Value:
    """The value where a number is wanted: NULL and conditions become whole numbers."""
    match value.kind:
        case Kind.NULL:
            return Value("(NULL::bigint)", Kind.INTEGER, small=True)
        case Kind.LOGICAL:
            return Value(f"({value.sql}::int::bigint)", Kind.INTEGER, small=True)
        case Kind.INTEGER | Kind.REAL | Kind.DECIMAL:
            return value
        case Kind.TEXT | Kind.BLOB:
            raise NotRenderableError(
                f"{where} is {value.kind.value}, where a number is wanted",
                "Use a column of a number type, or convert the column with change-data-type on its own.",
            )
        case _:
            assert_never(value.kind)


def as_text(value: Value, where: str) -> str:
    """SQL of type text: the value's text, as SQLite converts it."""
    match value.kind:
        case Kind.TEXT:
            return value.sql
        case Kind.NULL:
            return "(NULL::text)"
        case Kind.LOGICAL | Kind.INTEGER:
            return f"({as_number(value, where).sql}::text)"
        case Kind.DECIMAL:
            return f"({value.sql}::text)"
        case Kind.REAL:
            raise NotRenderableError(
                f"{where} is a floating-point number, whose text depends on SQLite's version",
                "Use a decimal or whole-number column, or round() without digits and a whole-number column type.",
            )
        case Kind.BLOB:
            raise NotRenderableError(f"{where} is bytes, where text is wanted", "Use hex() to make text of bytes.")
        case _:
            assert_never(value.kind)


def as_integer(value: Value, where: str) -> str:
    """SQL of type bigint."""
    number = as_number(value, where)
    if number.kind is not Kind.INTEGER:
        raise NotRenderableError(
            f"{where} is {number.kind.value}, where a whole number is wanted", "Use a whole number."
        )
    return number.sql


def double(value: Value) -> str:
    """A number as SQL of type double precision."""
    return value.sql if value.kind is Kind.REAL else f"({value.sql}::float8)"


def unified(values: Sequence[Value], where: str) -> tuple[list[str], Value]:
    """The values as SQL of one type, and what a choice among them is (its `sql` is left empty)."""
    kinds = {value.kind for value in values} - {Kind.NULL}
    if not kinds:
        return [f"({value.sql}::text)" for value in values], Value("", Kind.NULL)
    if kinds <= {Kind.TEXT} or kinds <= {Kind.BLOB}:
        kind, name = kinds.pop(), "text" if Kind.TEXT in {value.kind for value in values} else "bytea"
        return [v.sql if v.kind is kind else f"(NULL::{name})" for v in values], Value("", kind)
    if kinds & {Kind.TEXT, Kind.BLOB}:
        names = " and ".join(sorted(kind.value for kind in kinds))
        raise NotRenderableError(
            f"{where} mixes {names}", "Bring all to one kind: $number || '' makes text of a whole number."
        )
    return _unified_numbers([as_number(value, where) for value in values], where)


def _unified_numbers(numbers: list[Value], where: str) -> tuple[list[str], Value]:
    kinds = {number.kind for number in numbers}
    if kinds == {Kind.INTEGER}:
        return [n.sql for n in numbers], Value("", Kind.INTEGER, small=all(n.small for n in numbers))
    if Kind.DECIMAL in kinds:
        return [_as_decimal(number, where) for number in numbers], Value("", Kind.DECIMAL)
    if any(number.kind is Kind.INTEGER and not number.small for number in numbers):
        raise NotRenderableError(
            f"{where} mixes 64-bit whole numbers and floating-point numbers, which a double cannot hold exactly",
            "Use numbers of one kind.",
        )
    mixed = Kind.INTEGER in kinds or any(number.mixed for number in numbers)
    return [double(number) for number in numbers], Value("", Kind.REAL, mixed=mixed)


def _as_decimal(number: Value, where: str) -> str:
    if number.kind is Kind.REAL and number.decimal is None:
        raise NotRenderableError(
            f"{where} mixes decimal and floating-point numbers", "Use numbers of one kind; decimals are kept exact."
        )
    return number.decimal or f"({number.sql}::numeric)"
