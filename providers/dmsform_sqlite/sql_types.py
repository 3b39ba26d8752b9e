"""Logical types as declared types of SQLite, for columns without a declaration of SQLite's own to take over."""

from __future__ import annotations

from typing import assert_never

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
from dmsform_sqlite.types import DECIMAL_TEXT, JSON_TEXT

_MAX_SCALE = 280
"""Beyond some 10^-292, floats have fewer than 15 digits."""


class NoCounterpartError(Exception):
    """A logical type that SQLite cannot hold; the text says why."""


def sql_type(logical: LogicalType) -> str:  # noqa: C901  one plain case per type
    """The declared type, whose affinity changes no value of the logical type. Raises NoCounterpartError.

    It introspects as the same logical type, lengths and precisions apart, which SQLite does not keep; what SQLite has
    no counterpart for is text, shapes are blobs.
    """
    match logical:
        case Integer(bits=64, signed=False):
            return DECIMAL_TEXT
        case Integer():
            return "INTEGER"
        case Boolean():
            return "BOOLEAN"
        case Float():
            return "REAL"
        case Decimal():
            return "NUMERIC" if _is_number(logical) else DECIMAL_TEXT
        case Text() | Interval() | Duration() | Bits() | Enumeration() | Native() | Time(zoned=True):
            return "TEXT"
        case Binary() | Geometry():
            return "BLOB"
        case Date():
            return "DATE"
        case Time():
            return "TIME"
        case Timestamp(zoned=zoned):
            return "TIMESTAMPTZ" if zoned else "DATETIME"
        case Json():
            return JSON_TEXT
        case Uuid():
            return "UUID"
        case Unsupported(reason=reason):
            raise NoCounterpartError(reason)
        case _:
            assert_never(logical)


def _is_number(logical: Decimal) -> bool:
    """Whether every value of the type is an integer or a float of SQLite: floats tell decimals of 15 digits apart."""
    if logical.precision is None:
        return False
    scale = logical.scale or 0
    return (logical.precision <= 15 and abs(scale) <= _MAX_SCALE) or (logical.precision <= 18 and scale == 0)
