"""Where the numbering of a table's rows stands, and how a target's goes on from there."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.mapping import Copied, MappedTable
from dmsform.catalog.model import Identity, SequencePosition
from dmsform_sqlite.connect import Connection
from dmsform_sqlite.quoting import identifier, qualified

_HAS_SEQUENCES = "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'"
_KEYS = "SELECT name FROM pragma_table_info(?) WHERE pk > 0"
_POSITION = "SELECT max(seq) FROM sqlite_sequence WHERE name = ? COLLATE NOCASE"


def source_positions(connection: Connection, mapped: MappedTable) -> tuple[SequencePosition, ...]:
    """The next number of the column that is the rowid, under its target name.

    An AUTOINCREMENT table never gives out a number again (sqlite_sequence), others go on from their largest.
    """
    positions = []
    for column in mapped.columns:
        source = column.value.column if isinstance(column.value, Copied) else None
        if source is not None and column.identity is not None and source.identity is Identity.ROWID:
            query = f"SELECT max({identifier(source.name)}) FROM {qualified(mapped.source.name.name)}"
            (largest,) = connection.execute(query).fetchone()
            last = max(largest or 0, _given_out(connection, mapped.source.name.name), 0)
            positions.append(SequencePosition(column.name, last + 1))
    return tuple(positions)


def _given_out(connection: Connection, table: str) -> int:
    (stands,) = connection.execute(_HAS_SEQUENCES).fetchone()
    if not stands:
        return 0
    (given,) = connection.execute(_POSITION, [table]).fetchone()
    return int(given or 0)


def continue_sequence(connection: Connection, table: str, positions: Sequence[SequencePosition]) -> None:
    """Let an AUTOINCREMENT table go on; one without it goes on from its rows by itself.

    Of the columns that a source numbers SQLite numbers one, its key.
    """
    if not positions or not is_autoincrement(connection, table):
        return
    (name,) = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE", [table]
    ).fetchone()
    keys = [key.lower() for (key,) in connection.execute(_KEYS, [table])]
    found = next((p for p in positions if p.column.lower() in keys), None)
    if found is None:
        return
    # The largest number stays out of reach: after it an insert fails, as in the source.
    last = min(max(found.next_value - 1, 0), 2**63 - 1)
    connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", [name])
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [name, last])


def is_autoincrement(connection: Connection, table: str) -> bool:
    """Whether the table's numbers are never given out again."""
    from dmsform_sqlite.definition import Definition

    row = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE", [table]
    ).fetchone()
    return bool(row and Definition.parse(row[0]).autoincrement)
