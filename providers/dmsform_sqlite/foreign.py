"""What columns of other engines become in SQLite, in words for the plan."""

from __future__ import annotations

from collections.abc import Iterator

from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Column
from dmsform.catalog.types import Bits, Decimal, Duration, Enumeration, Geometry, Integer, Interval, Native, Time
from dmsform_sqlite.sql_types import sql_type
from dmsform_sqlite.types import DECIMAL_TEXT


def is_numbered_key(mapped: MappedTable, column: MappedColumn) -> bool:
    """Whether the source numbers the column, and it alone is the key: other columns SQLite does not number."""
    return (
        column.identity is not None
        and isinstance(column.value, Copied)
        and mapped.primary_key is not None
        and mapped.primary_key.columns == (column.name,)
    )


def foreign_changes(mapped: MappedTable, column: MappedColumn, source: Column) -> Iterator[str]:
    """What changes of a column that is copied, beside the name of its type."""
    if source.generated is not None:
        yield "the generated values are copied into a plain column"
    numbered = is_numbered_key(mapped, column) and isinstance(column.type, Integer)
    if column.identity is not None and not numbered:
        yield "it does not number itself any more: SQLite numbers an INTEGER that alone is the primary key"
    declared = source.native if column.type == source.type else f"{source.native}, by a rule,"
    match column.type:
        case Integer(bits=64, signed=False) if numbered:
            yield f"{declared} becomes INTEGER, which ends at 2^63 - 1: a larger number is refused"
        case Integer(bits=64, signed=False):
            yield f"{declared} becomes {DECIMAL_TEXT}, digits as text: SQLite's integers end at 2^63 - 1"
        case Decimal() if sql_type(column.type) == DECIMAL_TEXT:
            yield f"{declared} becomes {DECIMAL_TEXT}, digits as text: SQLite's numbers keep 15 of them"
        case Geometry():
            yield f"{declared} becomes BLOB, the shape's EWKB"
        case Bits() | Duration() | Enumeration() | Interval() | Native() | Time(zoned=True):
            yield f"{declared} becomes TEXT"
        case _:
            pass
