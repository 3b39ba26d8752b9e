"""Conversions that a rule asked for (change-data-type), as SQL that converts without loss or refuses the value.

Each rule gives the converted expression and the condition under which it is lossless; the condition is such that the
expression cannot fail where it holds. A value that does not meet it is cast into an error that carries the column's
number and the value, which `refused_value` reads back. A pair of types without a rule is refused before anything runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dmsform.catalog.mapping import MappedColumn
from dmsform.catalog.model import Column
from dmsform.catalog.types import (
    Binary,
    Boolean,
    Date,
    Decimal,
    Enumeration,
    Float,
    Integer,
    Json,
    LogicalType,
    Text,
    Timestamp,
    Uuid,
)
from dmsform_postgresql.quoting import identifier, literal
from dmsform_postgresql.sql_types import NoCounterpartError, sql_type
from dmsform_postgresql.types import MONEY

_MARK = "dmsform refused"
_REFUSED = re.compile(_MARK + r' (\d+): (.*)"$', re.S)
# Year 294276 is the last of timestamps, -4713 the first; dates reach further on.
_TIMESTAMP_DATES = "BETWEEN date '4713-01-01 BC' AND date '294276-12-31'"
_FLOAT32_RANGE = "(abs({c}) BETWEEN 1.4e-45 AND 3.4028234e38 OR {c} = 0 OR {c} = 'NaN' OR abs({c}) = 'Infinity')"


@dataclass(frozen=True, slots=True)
class Rule:
    """expression -- the converted value; lossless -- the condition on the value, SQL."""

    expression: str
    lossless: str


def convert(number: int, column: MappedColumn, source: Column) -> str | None:
    """SQL of the column's converted text; None when the two types have no lossless conversion.

    number -- the column's place in the table, to find it again in an error.
    """
    name = identifier(source.name)
    if source.native == MONEY:
        name = f"({name}::numeric)"  # its own text has a currency and groups of digits
    rule = _rule(name, source.type, column.type)
    if rule is None:
        return None
    text = (
        f"CASE WHEN {rule.expression} THEN 't' ELSE 'f' END"
        if isinstance(column.type, Boolean)
        else (f"CAST({rule.expression} AS text)")
    )
    # The cast to integer always fails, and its message carries the text.
    refuse = f"CAST(CAST({literal(f'{_MARK} {number}: ')} || left(CAST({name} AS text), 300) AS integer) AS text)"
    return f"CASE WHEN {name} IS NULL THEN NULL WHEN {rule.lossless} THEN {text} ELSE {refuse} END"


def refused_value(message: str) -> tuple[int, str] | None:
    """The column's number and the value out of the error that a refusing conversion raised."""
    found = _REFUSED.search(message)
    return (int(found[1]), found[2]) if found else None


def _rule(c: str, source: LogicalType, target: LogicalType) -> Rule | None:
    """The rule for a pair of types, by the target."""
    match target:
        case Text(length=length, padded=padded):
            return _to_text(c, source, length, padded)
        case Integer():
            return _to_integer(c, source, target)
        case Decimal():
            return _to_decimal(c, source, target)
        case Float(bits=bits):
            return _to_float(c, source, bits)
        case Timestamp() | Date():
            return _to_moment(c, source, target)
        case Enumeration(labels=labels):
            listed = ", ".join(literal(label) for label in labels)
            return Rule(f"{c}::text", f"{c}::text IN ({listed})") if isinstance(source, Text | Enumeration) else None
        case Binary(length=length):
            return _to_binary(c, source, length)
        case Json(binary=False) if isinstance(source, Json):
            return Rule(f"{c}::json", "true")
        case Uuid() if isinstance(source, Text):
            return Rule(f"{c}::uuid", rf"{c} ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'")
        case Boolean() if isinstance(source, Integer):
            return Rule(f"{c} = 1", f"{c} IN (0, 1)")
        case _:
            return None


def _to_text(c: str, source: LogicalType, length: int | None, padded: bool) -> Rule | None:
    if isinstance(source, Binary):
        return None
    text = f"CAST({c} AS text)"
    checks = [f"char_length({text}) <= {length}"] if length else []
    if padded:
        # CHAR(n) does not keep blanks at the end.
        checks.append(f"{text} !~ ' $'")
    return Rule(text, " AND ".join(checks) or "true")


def _to_integer(c: str, source: LogicalType, target: Integer) -> Rule | None:
    low = -(2 ** (target.bits - 1)) if target.signed else 0
    high = 2 ** (target.bits - 1 if target.signed else target.bits) - 1
    within = f"BETWEEN {low} AND {high}"
    match source:
        case Integer():
            return Rule(c, f"{c} {within}")
        case Decimal():
            return Rule(f"trunc({c})", f"{c} = trunc({c}) AND {c} {within}")
        case Float():
            # Beyond 2^53 a float no longer tells neighbours apart; its whole value is still exact as a numeric.
            exact = f"CASE WHEN abs({c}) < 1e19 THEN trunc({c}::float8::text::numeric) END"
            return Rule(exact, f"abs({c}) < 1e19 AND {c} = trunc({c}) AND {exact} {within}")
        case Boolean():
            return Rule(f"{c}::int", "true")
        case Text():
            digits = f"({c}::text ~ '^(0|-?[1-9][0-9]{{0,18}})$')"
            return Rule(f"{c}::text", f"CASE WHEN {digits} THEN {c}::text::numeric {within} ELSE false END")
        case _:
            return None


def _to_decimal(c: str, source: LogicalType, target: Decimal) -> Rule | None:
    match source:
        case Integer() | Decimal():
            value, guard = f"{c}::numeric", "true"
        case Float():
            # The shortest text that reads back as the same float, not the 15 digits of a direct cast.
            value, guard = f"{c}::text::numeric", "true"
        case Text():
            plain = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
            value, guard = f"{c}::text::numeric", f"{c}::text ~ '{plain}'"
        case _:
            return None
    if target.precision is None:
        return Rule(value, guard)
    scale = target.scale or 0
    fits = f"round({value}, {scale}) = {value} AND abs({value}) < 1e{target.precision - scale}::numeric"
    return Rule(f"round({value}, {max(scale, 0)})", f"CASE WHEN {guard} THEN {fits} ELSE false END")


def _to_float(c: str, source: LogicalType, bits: int) -> Rule | None:
    match source:
        case Float(bits=32):
            return Rule(f"{c}::float8", "true")
        case Float(bits=64) if bits == 64:
            return Rule(c, "true")
        case Float():
            within = _FLOAT32_RANGE.format(c=c)
            return Rule(f"{c}::float4::float8", f"CASE WHEN {within} THEN {c}::float4::float8 = {c} ELSE false END")
        case Integer() | Decimal():
            size, low, high = ("float4", "1e-37", "1e38") if bits == 32 else ("float8", "1e-307", "1e308")
            within = f"({c} = 0 OR abs({c}::numeric) BETWEEN {low}::numeric AND {high}::numeric)"
            # numeric has NaN too, and since version 14 the infinities.
            special = f"{c}::text IN ('NaN', 'Infinity', '-Infinity')"
            same = f"{c}::{size}::text::numeric = {c}"
            lossless = f"CASE WHEN {special} THEN true WHEN {within} THEN {same} ELSE false END"
            return Rule(f"{c}::{size}::float8", lossless)
        case _:
            return None


def _to_moment(c: str, source: LogicalType, target: Timestamp | Date) -> Rule | None:
    """Dates and timestamps; a zoned timestamp is turned into a plain one, and back, in UTC."""
    match source:
        case Date() if isinstance(target, Timestamp):
            return Rule(f"{c}::timestamp{_zone(target)}", f"({c} {_TIMESTAMP_DATES} OR NOT isfinite({c}))")
        case Timestamp(zoned=zoned):
            plain = f"({c} AT TIME ZONE 'UTC')" if zoned else c
            if isinstance(target, Date):
                whole = f"CASE WHEN isfinite({c}) THEN {plain} = date_trunc('day', {plain}) ELSE true END"
                return Rule(f"{plain}::date", whole)
            digits = min(target.precision, 6)
            moved = plain if zoned and not target.zoned else c
            made = f"{moved}::timestamp{_zone(target)}"
            return Rule(made, f"{plain}::timestamp({digits}) = {plain}")
        case _:
            return None


def _zone(target: Timestamp) -> str:
    return "tz" if target.zoned else ""


def _to_binary(c: str, source: LogicalType, length: int | None) -> Rule | None:
    match source:
        case Binary():
            value = c
        case Text(padded=False):
            value = f"convert_to({c}::text, 'UTF8')"
        case Uuid():
            value = f"uuid_send({c})"
        case _:
            return None
    return Rule(value, f"octet_length({value}) <= {length}" if length else "true")


def has_counterpart(logical: LogicalType) -> bool:
    """Whether the type can be rendered by this source at all."""
    try:
        sql_type(logical)
    except NoCounterpartError:
        return False
    return True
