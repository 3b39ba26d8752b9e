"""The SELECT that reads a mapped table. Behind its columns come those that tell rows apart, and the row's size."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from dmsform.catalog.mapping import Computed, Copied, MappedColumn, MappedTable, Masked
from dmsform.catalog.model import Column
from dmsform.catalog.types import Boolean, Date, Decimal, Float, Integer, Time, Timestamp, Uuid
from dmsform_sqlite.connect import Connection
from dmsform_sqlite.filters import Filters
from dmsform_sqlite.quoting import identifier, qualified

_ROWID_NAMES = ("rowid", "_rowid_", "oid")
_NARROW = (Boolean, Integer, Float, Decimal, Date, Time, Timestamp, Uuid)


@dataclass(frozen=True, slots=True)
class Selected:
    """statement -- the query; identity -- names of the columns behind the mapped ones that identify a row."""

    statement: str
    identity: tuple[str, ...]


def select(mapped: MappedTable, filters: Filters, identity: tuple[str, ...]) -> Selected:
    """The query for a mapped table."""
    values = [_value(column) for column in mapped.columns]
    marks = [name if name in _ROWID_NAMES else identifier(name) for name in identity]
    where = f" WHERE {filters.condition}" if filters.condition else ""
    listed = ", ".join([*values, *marks, _size(mapped)])
    return Selected(f"SELECT {listed} FROM {qualified(mapped.source.name.name)}{where}", identity)


def identity_of(mapped: MappedTable, *, has_rowid: bool) -> tuple[str, ...]:
    """What tells the rows of a source apart: the rowid, else the key; nothing for a view."""
    taken = {column.name.lower() for column in mapped.source.columns}
    free = [name for name in _ROWID_NAMES if name not in taken]
    if has_rowid and free:
        return (free[0],)
    return mapped.source.primary_key.columns if mapped.source.primary_key else ()


def source_columns(mapped: MappedTable) -> tuple[Column, ...]:
    """The source columns that the query reads, each once."""
    found: dict[str, Column] = {}
    for column in mapped.columns:
        found.update((c.name, c) for c in _inputs(column))
    found.update((f.column.name, f.column) for f in mapped.filters)
    return tuple(found.values())


def register_functions(connection: Connection, mapped: MappedTable) -> None:
    """Make the functions of masks and expressions known, if the mapping has any."""
    if any(not isinstance(column.value, Copied) for column in mapped.columns):
        from dmsform_sqlite.sql_functions import register

        register(connection)


def _value(column: MappedColumn) -> str:
    match column.value:
        case Copied(column=source):
            return identifier(source.name)
        case Masked() as masked:
            from dmsform_sqlite import masking

            return masking.render(masked, column.type)
        case Computed() as computed:
            from dmsform_sqlite import expressions

            return f"({expressions.render(computed)})"
        case _:
            assert_never(column.value)


def _inputs(column: MappedColumn) -> Iterable[Column]:
    match column.value:
        case Copied(column=source) | Masked(column=source):
            return (source,)
        case Computed(columns=columns):
            return columns
        case _:
            assert_never(column.value)


def narrow_columns(mapped: MappedTable) -> int:
    """How many of the columns read have values of a few bytes, which the row's size leaves out."""
    return sum(isinstance(column.type, _NARROW) for column in source_columns(mapped))


def _size(mapped: MappedTable) -> str:
    """SQL of the row's size: only what may be long is measured (of a blob, length() reads no more than its header)."""
    wide = [c.name for c in source_columns(mapped) if not isinstance(c.type, _NARROW)]
    return " + ".join(f"ifnull(length({identifier(name)}), 0)" for name in wide) or "0"
