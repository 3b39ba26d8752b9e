"""Where a source's numbering stands: what AUTO_INCREMENT would give the next row."""

from __future__ import annotations

from dmsform.catalog.mapping import Copied, MappedTable
from dmsform.catalog.model import SequencePosition
from dmsform_mysql.session import Connection

_NEXT = "SELECT AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s"


def source_positions(connection: Connection, mapped: MappedTable) -> tuple[SequencePosition, ...]:
    """The next number of the numbered column, if it is copied, under its target name."""
    numbered = [c.name for c in mapped.columns if c.identity is not None and isinstance(c.value, Copied)]
    if not numbered:
        return ()
    if not connection.server.mariadb:
        # Else MySQL would answer with a numbering of up to a day ago.
        connection.execute("SET SESSION information_schema_stats_expiry = 0")
    row = connection.row(_NEXT, [mapped.source.name.schema, mapped.source.name.name])
    if row is None:
        return ()
    # A table that never had a row has no number yet.
    return tuple(SequencePosition(name, int(row[0] or 1)) for name in numbered)
