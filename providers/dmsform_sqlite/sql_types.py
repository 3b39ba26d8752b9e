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
    describe,
)


class NoCounterpartError(Exception):
    """A logical type that SQLite cannot hold; the text says why."""


def sql_type(logical: LogicalType) -> str:  # noqa: C901  one plain case per type
    """The declared type. Raises NoCounterpartError.

    It introspects as the same logical type, lengths and precisions apart, which SQLite does not keep.
    """
    match logical:
        case Integer(bits=64, signed=False):
            raise NoCounterpartError("SQLite's integers end at 2^63 - 1")
        case Integer():
            return "INTEGER"
        case Boolean():
            return "BOOLEAN"
        case Float():
            return "REAL"
        case Decimal():
            return "NUMERIC"
        case Text():
            return "TEXT"
        case Binary():
            return "BLOB"
        case Date():
            return "DATE"
        case Time(zoned=False):
            return "TIME"
        case Timestamp(zoned=zoned):
            return "TIMESTAMPTZ" if zoned else "DATETIME"
        case Json():
            return "JSON"
        case Uuid():
            return "UUID"
        case Time() | Interval() | Duration() | Geometry() | Bits() | Enumeration():
            raise NoCounterpartError(f"SQLite has no type for {describe(logical)}")
        case Native(engine=engine, declared=declared):
            raise NoCounterpartError(f"{declared} is a type that only {engine} knows")
        case Unsupported(reason=reason):
            raise NoCounterpartError(reason)
        case _:
            assert_never(logical)
