"""Decides whether an existing table can take a mapped table's rows without changing a value. Pure.

What a column would take with another value is refused here: digits and seconds are rounded, blanks at the end cut,
bytes padded, shapes and characters replaced. What it would not take at all, as a text longer than a column of long
texts has room for, ends the load (strict SQL mode, and no warning is let pass).
"""

from __future__ import annotations

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import MappedColumn, MappedTable
from dmsform.catalog.model import Table
from dmsform.catalog.types import Boolean, Date, Enumeration, Timestamp, Uuid
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform_mysql.names import folded
from dmsform_mysql.portable import differs
from dmsform_mysql.types import INTEGER_BITS, SHAPES, UNICODE, NativeType, parsed

_LONG_TEXTS = ("tinytext", "text", "mediumtext", "longtext")
_LONG_BYTES = ("tinyblob", "blob", "mediumblob", "longblob")
_CLOCKS = ("time", "datetime", "timestamp")


def differences(
    existing: Table, required: frozenset[str], mapped: MappedTable, design: TableDesign
) -> list[Diagnostic]:
    """Everything that keeps the existing table from taking the rows, column by column.

    required -- names of the existing table's columns that are NOT NULL and have no value of the server's own.
    """
    columns = {folded(c.name): c for c in existing.columns}
    findings = []
    for column, wanted in zip(mapped.columns, design.columns, strict=True):
        found = columns.get(folded(column.name))
        if found is None:
            findings.append(_differs(existing, column.name, "does not exist there"))
        elif found.generated is not None:
            findings.append(_differs(existing, column.name, "is generated there and takes no values"))
        elif found.native not in _forms(wanted.type) and not holds(parsed(found.native), parsed(wanted.type), column):
            why = f"is {found.native} there, which cannot hold every value of {wanted.type} unchanged"
            findings.append(_differs(existing, column.name, why))
    given = {folded(c.name) for c in mapped.columns}
    findings += [
        _differs(existing, name, "is NOT NULL there without a default, and the source does not fill it")
        for name in sorted(required)
        if folded(name) not in given
    ]
    return findings


def _forms(sql_type: str) -> tuple[str, ...]:
    """The type, and what it is where a server does not know it."""
    return (sql_type, *(differs(sql_type) or ()))


def holds(existing: NativeType, wanted: NativeType, column: MappedColumn) -> bool:
    """Whether a column of type `existing` takes every value of the mapped column, which would be of type `wanted`."""
    name = existing.name
    if isinstance(column.type, Boolean):
        return name in INTEGER_BITS or existing.declared == "bit(1)"
    if name in INTEGER_BITS or name == "decimal":
        return _number_holds(existing, wanted)
    if name in ("float", "double"):
        return _float_holds(existing, wanted)
    if name in ("char", "varchar", *_LONG_TEXTS):
        return _text_holds(existing, wanted, column)
    if name in ("varbinary", *_LONG_BYTES):
        return _bytes_hold(existing, wanted)
    if name in _CLOCKS:
        return _clock_holds(existing, wanted, column)
    if name in SHAPES:
        return _shape_holds(existing, wanted)
    if name in ("enum", "set"):
        return _choice_holds(existing, wanted, column)
    if name == "uuid":
        return isinstance(column.type, Uuid)
    # One of binary(n) pads, json is printed anew; dates, years, bits and addresses are only themselves.
    return existing.declared == wanted.declared


def _number_holds(existing: NativeType, wanted: NativeType) -> bool:
    if existing.name in INTEGER_BITS:
        low, high = _bounds(existing)
        if wanted.name == "year":
            return low <= 0 and high >= 2155
        return wanted.name in INTEGER_BITS and low <= _bounds(wanted)[0] and high >= _bounds(wanted)[1]
    if existing.unsigned and not wanted.unsigned:
        return False
    precision, scale = existing.arguments
    if wanted.name in INTEGER_BITS:
        return len(str(max(abs(bound) for bound in _bounds(wanted)))) <= precision - scale
    if wanted.name != "decimal":
        return False
    digits, fraction = wanted.arguments
    return scale >= fraction and precision - scale >= digits - fraction


def _bounds(integer: NativeType) -> tuple[int, int]:
    half = 2 ** (INTEGER_BITS[integer.name] - 1)
    return (0, 2 * half - 1) if integer.unsigned else (-half, half - 1)


def _float_holds(existing: NativeType, wanted: NativeType) -> bool:
    """Of float(7,2) every value is rounded."""
    if existing.arguments or wanted.name not in ("float", "double") or (existing.unsigned and not wanted.unsigned):
        return False
    return existing.name == "double" or wanted.name == "float"


def _text_holds(existing: NativeType, wanted: NativeType, column: MappedColumn) -> bool:
    if wanted.name not in ("char", "varchar", "enum", "set", "json", *_LONG_TEXTS) or not _can_spell(
        existing, wanted, column
    ):
        return False
    if existing.name == "char" and wanted.name not in ("char", "enum"):
        return False  # blanks at the end would be cut
    if existing.name in _LONG_TEXTS:
        return existing.name != "tinytext" or wanted.name == "tinytext"
    length = _characters(wanted)
    return length is not None and existing.arguments[0] >= length


def _characters(native: NativeType) -> int | None:
    """The longest text's length, where it has one."""
    match native.name:
        case "char" | "varchar":
            return native.arguments[0]
        case "enum":
            return max(map(len, native.labels))
        case "set":
            return sum(map(len, native.labels)) + len(native.labels) - 1
        case _:
            return None


def _can_spell(existing: NativeType, wanted: NativeType, column: MappedColumn) -> bool:
    """Whether the character set has every character that may come: texts that are not verbatim may hold any."""
    charset = wanted.charset or "utf8mb4"
    if isinstance(column.type, Enumeration) and all(label.isascii() for label in column.type.labels):
        charset = "ascii"
    return existing.charset in UNICODE or charset in (existing.charset, "ascii")


def _bytes_hold(existing: NativeType, wanted: NativeType) -> bool:
    if wanted.name not in ("binary", "varbinary", "vector", *_LONG_BYTES):
        return False
    if existing.name in _LONG_BYTES:
        return existing.name != "tinyblob" or wanted.name == "tinyblob"
    return wanted.name in ("binary", "varbinary") and existing.arguments[0] >= wanted.arguments[0]


def _clock_holds(existing: NativeType, wanted: NativeType, column: MappedColumn) -> bool:
    if isinstance(column.type, Date):
        return existing.name == "datetime"
    moment = isinstance(column.type, Timestamp) and column.type.zoned
    if existing.name != wanted.name and not (existing.name == "timestamp" and moment):
        return False
    return _digits(existing) >= _digits(wanted) if wanted.name in _CLOCKS else False


def _digits(clock: NativeType) -> int:
    return clock.arguments[0] if clock.arguments else 0


def _shape_holds(existing: NativeType, wanted: NativeType) -> bool:
    if wanted.name not in SHAPES or existing.srid not in (None, wanted.srid):
        return False
    return existing.name in ("geometry", wanted.name)


def _choice_holds(existing: NativeType, wanted: NativeType, column: MappedColumn) -> bool:
    if existing.name != wanted.name or not _can_spell(existing, wanted, column):
        return False
    if existing.name == "enum":
        return set(wanted.labels) <= set(existing.labels)
    return existing.labels[: len(wanted.labels)] == wanted.labels  # a set's members are told in their order


def _differs(existing: Table, column: str, why: str) -> Diagnostic:
    return codes.TARGET_DIFFERS.error(
        f"Column {column} of target table {existing.name} {why}.",
        "Alter the target table, leave the column out or change its type by a transformation rule, or let dmsform "
        "create the table (drop-and-create).",
        place=DataPlace(table=str(existing.name), column=column),
    )
