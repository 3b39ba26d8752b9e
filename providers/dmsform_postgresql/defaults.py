"""Defaults of columns that come from other engines. Pure."""

from __future__ import annotations

import re

from dmsform.catalog.formulas import syntax as f
from dmsform.catalog.formulas.columns import columns_of
from dmsform.catalog.formulas.kinds import Kind, kind_of_type
from dmsform.catalog.mapping import MappedColumn
from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Date,
    Duration,
    Enumeration,
    Interval,
    Json,
    LogicalType,
    Text,
    Time,
    Timestamp,
    Uuid,
)
from dmsform_postgresql.enumerations import why_text
from dmsform_postgresql.formula_writing import NotWritableError, digits_of, written
from dmsform_postgresql.quoting import literal

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_ZERO_DATE = re.compile(r"0000-|\d{4}-00-|\d{4}-\d\d-00")


def default_of(column: MappedColumn) -> str | None:
    """SQL of the column's default by its meaning; None where it has none. Raises NotWritableError."""
    found = column.default
    if found is None or isinstance(found.meaning, f.Null):
        return None
    if found.meaning is None:
        raise NotWritableError(f"it is not understood what {found.sql} means")
    return _default(found.meaning, column.type)


def _default(formula: f.Formula, logical: LogicalType) -> str:
    match formula:
        case f.Number(text):
            return _number(text, logical)
        case f.String(text):
            return _text(text, logical)
        case f.Truth(value):
            if kind_of_type(logical) is Kind.NUMBER:
                return "1" if value else "0"
            return _only(logical, Boolean, "true" if value else "false")
        case f.Octets(digits):
            return _only(logical, Binary, rf"'\x{digits}'::bytea")
        case f.BitString(bits):
            return _bits(bits, logical)
        case f.Call():
            return _call(formula, logical)
        case _ if columns_of(formula):
            raise NotWritableError("a default of PostgreSQL reads no other column")
        case _:
            return written(formula, {})


def _only(logical: LogicalType, wanted: type, sql: str) -> str:
    if not isinstance(logical, wanted):
        raise NotWritableError("it is of another kind than the column")
    return sql


def _number(text: str, logical: LogicalType) -> str:
    match logical:
        case Boolean() if text in ("0", "1"):
            return "true" if text == "1" else "false"
        case Text():
            return literal(text)
        case _ if kind_of_type(logical) is Kind.NUMBER:
            return text
        case _:
            raise NotWritableError("it is a number, and the column holds none")


def _text(text: str, logical: LogicalType) -> str:
    if "\0" in text:
        raise NotWritableError("PostgreSQL's texts hold no U+0000")
    match logical:
        case Enumeration(labels=labels) if why_text(logical) is None and text not in labels:
            raise NotWritableError("it is no label of the enumeration")
        case Text() | Enumeration():
            return literal(text)
        case Boolean() if text in ("0", "1"):
            return "true" if text == "1" else "false"
        case Date() | Timestamp() if _ZERO_DATE.match(text):
            raise NotWritableError(f"PostgreSQL has no date {text}")
        case Date() | Timestamp() | Time() | Interval() | Duration() | Uuid() | Json():
            return literal(text)
        case _ if kind_of_type(logical) is Kind.NUMBER and _NUMBER.fullmatch(text):
            return text
        case _:
            raise NotWritableError("it is a text, and the column holds none")


def _bits(bits: str, logical: LogicalType) -> str:
    match logical:
        case Bits(length=length, varying=False) if length is not None:
            return f"B'{bits.rjust(length, '0')}'"
        case Bits():
            return f"B'{bits}'"
        case Boolean():
            return "true" if int(bits or "0", 2) else "false"
        case _ if kind_of_type(logical) is Kind.NUMBER:
            return str(int(bits or "0", 2))
        case _:
            raise NotWritableError("it is bits, and the column holds none")


def _call(call: f.Call, logical: LogicalType) -> str:
    match call.function, logical:
        case f.Function.NOW, Timestamp(zoned=True):
            return f"CURRENT_TIMESTAMP{digits_of(call)}"
        case f.Function.NOW, Timestamp(zoned=False):
            return f"LOCALTIMESTAMP{digits_of(call)}"
        case f.Function.NOW, Time(zoned=False):
            return f"LOCALTIME{digits_of(call)}"
        case ((f.Function.NOW | f.Function.TODAY), Date()):
            return "CURRENT_DATE"
        case f.Function.NEW_UUID, Uuid():
            return "gen_random_uuid()"
        case f.Function.NEW_UUID, Text():
            return "(gen_random_uuid())::text"
        case ((f.Function.NOW | f.Function.TODAY | f.Function.NEW_UUID), _):
            raise NotWritableError("it is a moment or a UUID, and the column holds none")
        case _ if columns_of(call):
            raise NotWritableError("a default of PostgreSQL reads no other column")
        case _, Text():
            return written(call, {})
        case _:
            raise NotWritableError(f"it is the value of {call.function.value}")
