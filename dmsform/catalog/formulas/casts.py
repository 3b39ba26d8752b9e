"""Casts that change no value: PostgreSQL's catalogue shows one around almost every literal. Pure."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from dmsform.catalog.formulas import syntax as f
from dmsform.catalog.types import Decimal, Enumeration, Float, Integer, LogicalType, Text

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d+")
_T = exp.DataType.Type
_WHOLE_TYPES = frozenset({_T.SMALLINT, _T.INT, _T.BIGINT})
_MOMENTS = frozenset({_T.DATE, _T.TIME, _T.TIMETZ, _T.TIMESTAMP, _T.TIMESTAMPTZ, _T.TIMESTAMPLTZ, _T.DATETIME})
_PASSED_ON = frozenset({_T.UUID, _T.JSON, _T.JSONB, _T.USERDEFINED, _T.INTERVAL, *_MOMENTS})
_RELATIVE = frozenset({"now", "today", "tomorrow", "yesterday", "allballs"})
"""Texts of moments that are worked out when they are read."""


def literal_as(literal: f.String | f.Number, cast: exp.DataType) -> f.Formula | None:
    """The literal as one of the type's kind; None where the cast might change it."""
    text, to = literal.text, cast.this
    if cast.expressions and not (to in exp.DataType.TEXT_TYPES and _has_room(cast, text)):
        return None
    if to in exp.DataType.TEXT_TYPES:
        return literal if isinstance(literal, f.String) else f.String(text)
    if to in _WHOLE_TYPES:
        return f.Number(text) if _WHOLE.fullmatch(text) else None
    if to in (_T.DECIMAL, _T.DOUBLE, _T.FLOAT):
        return f.Number(text) if _NUMBER.fullmatch(text) else None
    if isinstance(literal, f.Number):
        return None
    if to is _T.BOOLEAN:
        return f.Truth(text in ("t", "true")) if text in ("t", "true", "f", "false") else None
    if to is _T.VARBINARY:
        return f.Octets(text[2:].lower()) if text.startswith("\\x") else None
    if to is _T.BIT:
        return f.BitString(text) if set(text) <= {"0", "1"} else None
    if to in _MOMENTS and text.strip().lower() in _RELATIVE:
        return None
    return literal if to in _PASSED_ON else None


def _has_room(cast: exp.DataType, text: str) -> bool:
    """Whether a type of so many characters takes the whole text."""
    length = str(cast.expressions[0].name)
    return length.isdecimal() and len(text) <= int(length)


def loses_nothing(logical: LogicalType, to: Any) -> bool:
    """Whether every value of a column's type stays what it is, and compares as before, as the other type."""
    match logical:
        case Text() | Enumeration():
            return to in exp.DataType.TEXT_TYPES
        case Integer(bits, signed):
            needed = bits if signed else bits + 1
            widths = {_T.SMALLINT: 16, _T.INT: 32, _T.BIGINT: 64, _T.DOUBLE: 53}
            return to is _T.DECIMAL or needed <= widths.get(to, 0)
        case Decimal():
            return to is _T.DECIMAL
        case Float():
            return to is _T.DOUBLE
        case _:
            return False
