"""Decides whether an existing table can take a mapped table's rows. Pure.

Affinity decides, not the declared type's name: a column of another affinity would change what it is given. A typed
row may bring any value that its source's column holds, row text only what the logical type is stored as.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Column, Table
from dmsform.catalog.types import (
    Boolean,
    Date,
    Decimal,
    Integer,
    Json,
    LogicalType,
    Time,
    Timestamp,
    Uuid,
)
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform_sqlite.options import STRICT
from dmsform_sqlite.sql_types import sql_type
from dmsform_sqlite.types import Affinity, affinity

_NUMBERS = frozenset({Affinity.INTEGER, Affinity.NUMERIC})

Takes: TypeAlias = Callable[[int, Affinity], bool]
"""Whether a column of that affinity takes the values of the design's column of that number."""


def takes_typed(design: TableDesign) -> Takes:
    """Columns of the affinity that the design asks for, or of none."""
    strict = STRICT in design.options
    given = [affinity(column.type, strict=strict) for column in design.columns]
    return lambda number, held: held in (given[number], Affinity.BLOB) or {held, given[number]} <= _NUMBERS


def takes_row_text(mapped: MappedTable) -> Takes:
    """Columns that keep what the logical types are stored as; of numbers and documents, value by value."""
    return lambda number, held: held in _keeping(mapped.columns[number].type)


def _keeping(logical: LogicalType) -> frozenset[Affinity]:
    match logical:
        case Integer(bits=64, signed=False) | Decimal():
            return frozenset({*_NUMBERS, Affinity.TEXT, Affinity.BLOB})
        case Integer() | Boolean():
            return frozenset({*_NUMBERS, Affinity.BLOB})
        case Date() | Time(zoned=False) | Timestamp() | Uuid() | Json():
            # Texts that are no numbers stay texts; a document may be a number, and is looked at when it comes.
            return frozenset({Affinity.TEXT, Affinity.NUMERIC, Affinity.BLOB})
        case _:
            return frozenset({affinity(sql_type(logical)), Affinity.BLOB})


def differences(existing: Table, with_default: frozenset[str], design: TableDesign, takes: Takes) -> list[Diagnostic]:
    """Everything that keeps the existing table from taking the rows; `with_default` in lower case."""
    strict = STRICT in existing.options
    columns = {c.name.lower(): c for c in existing.columns}
    findings = []
    for number, wanted in enumerate(design.columns):
        found = columns.pop(wanted.name.lower(), None)
        if found is None:
            findings.append(_differs(existing, wanted.name, "does not exist there"))
        elif found.generated is not None:
            findings.append(_differs(existing, wanted.name, "is generated there and takes no values"))
        elif not takes(number, affinity(found.native, strict=strict)):
            why = f"is {found.native or 'of no type'} there, which would change values of {wanted.type or 'any type'}"
            findings.append(_differs(existing, wanted.name, why))
    findings += [
        _differs(existing, name, "is NOT NULL there without a default, and the source does not fill it")
        for name in _unfilled(columns.values(), with_default)
    ]
    return findings


def _unfilled(columns: Iterable[Column], with_default: frozenset[str]) -> Iterator[str]:
    for column in columns:
        fills_itself = column.identity is not None or column.generated is not None
        if not column.nullable and not fills_itself and column.name.lower() not in with_default:
            yield column.name


def _differs(existing: Table, column: str, why: str) -> Diagnostic:
    return codes.TARGET_DIFFERS.error(
        f"Column {column} of target table {existing.name} {why}.",
        "Alter the target table, leave the column out or change its type by a transformation rule, or let dmsform "
        "create the table (drop-and-create).",
        place=DataPlace(table=str(existing.name), column=column),
    )
