"""A hash of all that decides what the rows of a loaded target table are, so that a change of it is seen."""

from __future__ import annotations

import hashlib
from typing import Any

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import ColumnValue, Computed, Copied, MappedTable, Masked
from dmsform.catalog.model import Column


def load_digest(mapped: MappedTable, design: TableDesign) -> str:
    """The hash: of the design's columns and key, of the values and of the filters.

    What hangs on the table beside (indexes, checks, defaults, comments ...) is not among it: it changes no row.
    """
    columns = [(c.name, _value(c.value), c.type, c.native, c.nullable, c.identity, c.converted) for c in mapped.columns]
    designed = [(c.name, c.type, c.nullable, c.identity) for c in design.columns]
    filters = [(_column(f.column), f.conditions) for f in mapped.filters]
    where = (design.name, design.primary_key, design.table_tablespace, design.index_tablespace, design.options)
    text = repr((where, designed, mapped.target, columns, mapped.primary_key, filters))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _value(value: ColumnValue) -> tuple[Any, ...]:
    match value:
        case Copied(column):
            return ("copied", _column(column))
        case Masked(column, kind, character):
            return ("masked", _column(column), kind, character)
        case Computed(expression, columns):
            return ("computed", expression, *map(_column, columns))


def _column(column: Column) -> tuple[Any, ...]:
    return (column.name, column.type, column.native, column.nullable, column.identity, column.generated)
