"""How source columns enter an expression: as what SQLite's storage classes have for their types."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from dmsform.catalog import types as t
from dmsform.catalog.model import Column
from dmsform_mysql.expression_values import DOUBLE_DIGITS, Digits, Kind, NotRenderableError, Value, as_utf8, text_of
from dmsform_mysql.quoting import identifier
from dmsform_mysql.rendering import render as rendered
from dmsform_mysql.types import parsed

_UNREADABLE = "9223372036854775807 + LENGTH('bytes that are no text of the character set')"
_BITS = 64


def column_value(column: Column) -> Value:
    """The column of a row."""
    name = identifier(column.name)
    missing = f"{name} IS NULL"
    match column.type:
        case t.Boolean():
            return Value(f"({name} + 0 <> 0)", Kind.INTEGER, small=True, digits=Digits(1), missing=missing)
        case t.Integer():
            return _integer(name, column.type, missing)
        case t.Decimal(precision=precision, scale=scale):
            digits = Digits((precision or 0) - (scale or 0), scale or 0)
            return Value(f"({name} + 0)", Kind.DECIMAL, digits=digits, missing=missing)
        case t.Float():
            # Without the product, a FLOAT would be printed with six digits.
            return Value(f"({name} * 1e0)", Kind.REAL, missing=missing)
        case t.Binary():
            vector = parsed(column.native).name == "vector"
            return Value(f"CAST({name} AS BINARY)" if vector else name, Kind.BLOB, missing=missing)
        case t.Timestamp(zoned=True):
            return _text(replace(column, type=replace(column.type, zoned=False)), missing)
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
            return _text(column, missing)
        case _:
            assert_never(column.type)


def _integer(name: str, logical: t.Integer, missing: str) -> Value:
    if logical.bits == _BITS and not logical.signed:
        # SQLite has no such numbers: they are computed as decimals of no digits behind the point.
        return Value(f"CAST({name} AS DECIMAL(20, 0))", Kind.DECIMAL, digits=Digits(20), integral=True, missing=missing)
    digits = Digits(len(str(2**logical.bits)) - (logical.bits == _BITS))
    return Value(
        f"CAST({name} AS SIGNED)", Kind.INTEGER, small=logical.bits < DOUBLE_DIGITS, digits=digits, missing=missing
    )


def _text(column: Column, missing: str) -> Value:
    """The canonical text; an error for bytes that are no characters."""
    text = rendered(column)
    if text.valid is None:
        return text_of(as_utf8(text.text), missing)
    readable = f"IF({missing} OR ({text.valid}), {text.text}, CONCAT({_UNREADABLE}))"
    return text_of(as_utf8(readable), missing)
