"""Decides whether an existing table can take a mapped table's rows without changing a value. Pure.

PostgreSQL's input functions round (numeric scale, seconds, real) and pad without a word: equal names are not enough.
"""

from __future__ import annotations

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Column, Table
from dmsform.catalog.types import (
    Binary,
    Bits,
    Date,
    Decimal,
    Duration,
    Enumeration,
    Float,
    Geometry,
    Integer,
    Interval,
    LogicalType,
    Text,
    Time,
    Timestamp,
)
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes

_INTEGER_DIGITS = {8: 3, 16: 5, 24: 8, 32: 10, 64: 20}


def differences(
    existing: Table, required: frozenset[str], mapped: MappedTable, design: TableDesign
) -> list[Diagnostic]:
    """Everything that keeps the existing table from taking the rows, column by column.

    required -- names of the existing table's columns that are NOT NULL and have no default of any kind.
    """
    columns = {c.name: c for c in existing.columns}
    findings = []
    for column, wanted in zip(mapped.columns, design.columns, strict=True):
        found = columns.get(column.name)
        if found is None:
            findings.append(_differs(existing, column.name, "does not exist there"))
        elif found.generated is not None:
            findings.append(_differs(existing, column.name, "is generated there and takes no values"))
        elif found.native != wanted.type and not holds(found.type, column.type):
            why = f"is {found.native} there, which cannot hold every value of {wanted.type} unchanged"
            findings.append(_differs(existing, column.name, why))
    given = {c.name for c in mapped.columns}
    findings += [
        _differs(existing, name, "is NOT NULL there without a default, and the source does not fill it")
        for name in sorted(required - given)
    ]
    return findings


def required_columns(columns: tuple[Column, ...], with_default: frozenset[str]) -> frozenset[str]:
    """The names of the columns that every row must fill."""
    return frozenset(
        c.name
        for c in columns
        if not c.nullable and c.identity is None and c.generated is None and c.name not in with_default
    )


def holds(existing: LogicalType, wanted: LogicalType) -> bool:
    """Whether every value of `wanted` can be written as its canonical text into a column of type `existing`."""
    match existing:
        case _ if existing == wanted:
            return True
        case Text():
            return _text_holds(existing, wanted)
        case Integer() | Decimal() | Float():
            return _number_holds(existing, wanted)
        case Binary():
            return isinstance(wanted, Binary | Geometry)
        case Time() | Timestamp():
            return _clock_holds(existing, wanted)
        case Bits(varying=True, length=length):
            return isinstance(wanted, Bits) and (length is None or (wanted.length or length + 1) <= length)
        case Interval(restriction=restriction):
            # A restricted column cuts fields and rounds seconds without a word.
            return isinstance(wanted, Interval | Duration) and not restriction
        case Enumeration(labels=labels):
            return isinstance(wanted, Enumeration) and set(wanted.labels) <= set(labels)
        case _:
            return False


def _text_holds(existing: Text, wanted: LogicalType) -> bool:
    """Unbounded text holds the text of anything, but blank padding would become part of the value."""
    if existing.padded or (isinstance(wanted, Text) and wanted.padded):
        return False
    if existing.length is None:
        return True
    return isinstance(wanted, Text) and wanted.length is not None and existing.length >= wanted.length


def _number_holds(existing: Integer | Decimal | Float, wanted: LogicalType) -> bool:
    match existing, wanted:
        case Integer(), Integer():
            return _bounds(existing)[0] <= _bounds(wanted)[0] and _bounds(existing)[1] >= _bounds(wanted)[1]
        case Decimal(), Integer():
            digits = 19 if wanted == Integer(64) else _INTEGER_DIGITS[wanted.bits]
            return existing.precision is None or existing.precision - (existing.scale or 0) >= digits
        case Decimal(), Decimal():
            return _decimal_holds(existing, wanted)
        case Float(), Float():
            return existing.bits >= wanted.bits
        case _:
            return False


def _clock_holds(existing: Time | Timestamp, wanted: LogicalType) -> bool:
    if isinstance(existing, Timestamp) and not existing.zoned and isinstance(wanted, Date):
        # Dates reach years that timestamps do not: such a value is an error, never another value.
        return True
    if not isinstance(wanted, Time | Timestamp) or type(existing) is not type(wanted):
        return False
    return existing.zoned == wanted.zoned and existing.precision >= wanted.precision


def _bounds(integer: Integer) -> tuple[int, int]:
    half = 2 ** (integer.bits - 1)
    return (-half, half - 1) if integer.signed else (0, 2 * half - 1)


def _decimal_holds(existing: Decimal, wanted: Decimal) -> bool:
    if existing.precision is None:
        return True
    if wanted.precision is None:
        return False
    scale, wanted_scale = existing.scale or 0, wanted.scale or 0
    return scale >= wanted_scale and existing.precision - scale >= wanted.precision - wanted_scale


def _differs(existing: Table, column: str, why: str) -> Diagnostic:
    return codes.TARGET_DIFFERS.error(
        f"Column {column} of target table {existing.name} {why}.",
        "Alter the target table, leave the column out or change its type by a transformation rule, or let dmsform "
        "create the table (drop-and-create).",
        place=DataPlace(table=str(existing.name), column=column),
    )
