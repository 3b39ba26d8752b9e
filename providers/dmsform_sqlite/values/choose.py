"""Chooses the conversion for a logical type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, assert_never

from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Date,
    Decimal,
    Duration,
    Enumeration,
    Float,
    Geometry,
    Integer,
    Interval,
    Json,
    LogicalType,
    Native,
    Text,
    Time,
    Timestamp,
    Unsupported,
    Uuid,
)
from dmsform_sqlite.values import moments, numbers, texts
from dmsform_sqlite.values.refused import Value

Conversion: TypeAlias = Callable[[Value], str]
"""From a stored value, never NULL, to its canonical text; raises RefusedError."""


def conversion(logical: LogicalType, *, lenient: bool) -> Conversion | None:  # noqa: C901  one plain case per type
    """The conversion to the type's canonical text; None for types that SQLite's values have no form for.

    lenient -- the type was asked for by a rule, or the value is computed: other storage classes are read too.
    """
    match logical:
        case Integer():
            return numbers.integer(logical, lenient=lenient)
        case Boolean():
            return numbers.boolean(lenient=lenient)
        case Float(bits=bits):
            return numbers.float_text(bits, lenient=lenient)
        case Decimal():
            return numbers.decimal(logical)
        case Text():
            return texts.text(logical, lenient=lenient)
        case Binary():
            return texts.binary(logical, lenient=lenient)
        case Json():
            return texts.json_document()
        case Uuid():
            return texts.uuid()
        case Date():
            return moments.date(lenient=lenient)
        case Time(zoned=False):
            return moments.time(logical)
        case Timestamp():
            return moments.timestamp(logical, lenient=lenient)
        case Time() | Interval() | Duration() | Geometry() | Bits() | Enumeration() | Native() | Unsupported():
            return None
        case _:
            assert_never(logical)
