"""Lets a target's AUTO_INCREMENT go on where the source's numbering stands.

A counter never goes below the largest number of the table, whatever is asked for, and is never lowered here. A number
beyond the column's type is a numbering that is used up: the next insert fails in the target as it does in the source.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.mapping import Copied, MappedTable
from dmsform.catalog.model import SequencePosition, TableName
from dmsform_mysql.catalog_queries import Narrowing
from dmsform_mysql.connect import Connection
from dmsform_mysql.quoting import qualified

_LARGEST = 2**64 - 1


def next_value(mapped: MappedTable, numbered: str | None, positions: Sequence[SequencePosition]) -> int | None:
    """The next number of the target's numbered column; None where the source knows none that can be. Pure.

    A position names the target's column (or the source's, if no target column has that name).
    """
    names = {c.value.column.name: c.name for c in mapped.columns if isinstance(c.value, Copied)}
    names |= {c.name: c.name for c in mapped.columns}
    wanted = [p.next_value for p in positions if numbered is not None and names.get(p.column) == numbered]
    # Numbers that fall are nothing that AUTO_INCREMENT could do.
    return min(wanted[0], _LARGEST) if wanted and wanted[0] > 0 else None


def raise_numbering(connection: Connection, table: TableName, value: int) -> None:
    """Let the table's numbering go on at `value`, unless it is further on. Commits by itself."""
    if not connection.server.mariadb:
        connection.execute("SET SESSION information_schema_stats_expiry = 0")
    row = connection.row(
        f"SELECT i.AUTO_INCREMENT FROM information_schema.TABLES i WHERE {Narrowing(names=(table,)).sql()}"
    )
    if row is not None and row[0] is not None and row[0] < value:
        connection.execute(f"ALTER TABLE {qualified(table)} AUTO_INCREMENT = {value}")
