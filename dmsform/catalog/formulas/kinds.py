"""What kind of value a formula has, as far as it takes to keep texts from being taken for numbers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never

from dmsform.catalog.formulas import syntax as f
from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Decimal,
    Enumeration,
    Float,
    Integer,
    LogicalType,
    Text,
)


class Kind(StrEnum):
    """A kind of value. LITERAL -- a text that takes the kind of what it meets; OTHER -- dates, documents, ..."""

    TRUTH = "truth"
    NUMBER = "number"
    TEXT = "text"
    BYTES = "bytes"
    BITS = "bits"
    LITERAL = "literal"
    NULL = "null"
    OTHER = "other"


Types = Mapping[str, LogicalType]
"""The logical types of a table's columns, by name."""


def kind_of(formula: f.Formula, types: Types) -> Kind:
    """The kind of the formula's value."""
    match formula:
        case f.Null():
            return Kind.NULL
        case f.Truth() | f.Connected() | f.Not() | f.IsNull() | f.Between() | f.In() | f.Like():
            return Kind.TRUTH
        case f.Number() | f.Negative():
            return Kind.NUMBER
        case f.String():
            return Kind.LITERAL
        case f.Octets():
            return Kind.BYTES
        case f.BitString():
            return Kind.BITS
        case f.ColumnRef(name):
            return kind_of_type(types.get(name))
        case f.Binary(operator=operator):
            return _of_operator(operator)
        case f.Call():
            return _of_call(formula, types)
        case _:
            assert_never(formula)


def kind_of_type(logical: LogicalType | None) -> Kind:
    """The kind of a column's values."""
    match logical:
        case Boolean():
            return Kind.TRUTH
        case Integer() | Decimal() | Float():
            return Kind.NUMBER
        case Text() | Enumeration():
            return Kind.TEXT
        case Binary():
            return Kind.BYTES
        case Bits():
            return Kind.BITS
        case _:
            return Kind.OTHER


def comparable(left: Kind, right: Kind) -> bool:
    """Whether two values of these kinds compare the same way everywhere: no text with a number."""
    if left is right or Kind.NULL in (left, right):
        return True
    pair = {left, right}
    return Kind.LITERAL in pair and pair <= {Kind.LITERAL, Kind.TEXT, Kind.OTHER}


def _of_operator(operator: f.Operator) -> Kind:
    match operator:
        case f.Operator.PLUS | f.Operator.MINUS | f.Operator.TIMES:
            return Kind.NUMBER
        case f.Operator.CONCAT:
            return Kind.TEXT
        case _:
            return Kind.TRUTH


def _of_call(call: f.Call, types: Types) -> Kind:
    match call.function:
        case f.Function.LOWER | f.Function.UPPER | f.Function.TRIM | f.Function.CONCAT:
            return Kind.TEXT
        case f.Function.CHAR_LENGTH | f.Function.OCTET_LENGTH | f.Function.ABS:
            return Kind.NUMBER
        case f.Function.COALESCE:
            kinds = {kind_of(each, types) for each in call.arguments} - {Kind.NULL, Kind.LITERAL}
            return kinds.pop() if len(kinds) == 1 else Kind.OTHER
        case f.Function.NOW | f.Function.TODAY | f.Function.NEW_UUID:
            return Kind.OTHER
        case _:
            assert_never(call.function)
