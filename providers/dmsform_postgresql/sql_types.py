"""Logical types as PostgreSQL's types, lossless in every case; what has none is refused with the reason."""

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
from dmsform_postgresql.types import ENGINE

MAX_TEXT_LENGTH = 10_485_760
MAX_NUMERIC_PRECISION = 1000
MAX_SECOND_DIGITS = 6


class NoCounterpartError(Exception):
    """A logical type that PostgreSQL cannot hold; the text says why."""


def sql_type(logical: LogicalType, enum: str = "text") -> str:  # noqa: C901  one plain case per type
    """The SQL of the type that holds the logical type; `enum` is the SQL name for an enumeration.

    Raises NoCounterpartError.
    """
    match logical:
        case Boolean():
            return "boolean"
        case Binary() | Geometry():
            return "bytea"
        case Date():
            return "date"
        case Interval():
            return "interval"
        case Duration(precision=precision):
            return _span(precision)
        case Uuid():
            return "uuid"
        case Integer(bits=bits, signed=signed):
            return _integer(bits, signed)
        case Decimal(precision=precision, scale=scale):
            return _decimal(precision, scale)
        case Text(length=length, padded=padded):
            return _text(length, padded)
        case Time(precision=precision, zoned=zoned):
            return _clock("time", precision, zoned)
        case Timestamp(precision=precision, zoned=zoned):
            return _clock("timestamp", precision, zoned)
        case Enumeration():
            return enum
        case Native(engine=engine, declared=declared) if engine == ENGINE:
            return declared
        case Native(engine=engine, declared=declared):
            raise NoCounterpartError(f"{declared} is a type that only {engine} knows")
        case Unsupported(reason=reason):
            raise NoCounterpartError(reason)
        case Float(bits=bits):
            return "real" if bits == 32 else "double precision"
        case Json(binary=binary):
            return "jsonb" if binary else "json"
        case Bits(length=length, varying=varying):
            return ("bit varying" if varying else "bit") + (f"({length})" if length else "")
        case _:
            assert_never(logical)


def _integer(bits: int, signed: bool) -> str:
    """The smallest type that holds the range; unsigned numbers need one bit more."""
    needed = bits if signed else bits + 1
    if needed <= 16:
        return "smallint"
    if needed <= 32:
        return "integer"
    return "bigint" if needed <= 64 else "numeric(20,0)"


def _decimal(precision: int | None, scale: int | None) -> str:
    if precision is None or precision > MAX_NUMERIC_PRECISION:
        return "numeric"
    return f"numeric({precision},{scale or 0})"


def _text(length: int | None, padded: bool) -> str:
    if length is None or not 0 < length <= MAX_TEXT_LENGTH:
        return "text"
    return f"character({length})" if padded else f"character varying({length})"


def _span(precision: int) -> str:
    if precision > MAX_SECOND_DIGITS:
        raise NoCounterpartError(f"PostgreSQL keeps {MAX_SECOND_DIGITS} digits of a second, not {precision}")
    return "interval"


def _clock(name: str, precision: int, zoned: bool) -> str:
    if precision > MAX_SECOND_DIGITS:
        raise NoCounterpartError(f"PostgreSQL keeps {MAX_SECOND_DIGITS} digits of a second, not {precision}")
    digits = "" if precision == MAX_SECOND_DIGITS else f"({precision})"
    return f"{name}{digits} {'with' if zoned else 'without'} time zone"
