"""What hangs on a target's tables and goes when they are dropped: for the plan to name (G6).

The servers keep the grants on a table that is dropped, for the next one of its name.
"""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.model import TableName
from dmsform_mysql.connect import Connection
from dmsform_mysql.introspect import read_tables


def dependents_of(connection: Connection, names: Sequence[TableName]) -> dict[TableName, tuple[str, ...]]:
    """Indexes, foreign keys, checks, triggers, partitions, defaults ... of the named tables, in words."""
    return {table.name: table.not_carried for table in read_tables(connection, names)}
