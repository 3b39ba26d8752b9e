"""Sequences: where a source's numbering stands, and how a target's goes on from there."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters or literals

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.mapping import Copied, MappedTable
from dmsform.catalog.model import SequencePosition, TableName
from dmsform_postgresql.connect import Connection
from dmsform_postgresql.quoting import qualified

# By dependency: identity and OWNED BY sequences depend on the column, a default's nextval() on the sequence.
_SEQUENCES = """
SELECT a.attname, n.nspname, q.relname, s.seqincrement
  FROM pg_catalog.pg_attribute a
  JOIN LATERAL (
    SELECT p.objid AS oid, 1 AS rank FROM pg_catalog.pg_depend p
     WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
       AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype = 'i'
    UNION ALL
    SELECT p.refobjid, 2 FROM pg_catalog.pg_attrdef f
      JOIN pg_catalog.pg_depend p ON p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = f.oid
     WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum AND p.refclassid = 'pg_catalog.pg_class'::regclass
  ) d ON true
  JOIN pg_catalog.pg_class q ON q.oid = d.oid AND q.relkind = 'S'
  JOIN pg_catalog.pg_namespace n ON n.oid = q.relnamespace
  JOIN pg_catalog.pg_sequence s ON s.seqrelid = q.oid
 WHERE a.attrelid = to_regclass(%s) AND a.attname = ANY(%s)
 ORDER BY d.rank DESC
"""


def sequences_of(connection: Connection, table: TableName, columns: Sequence[str]) -> dict[str, tuple[TableName, int]]:
    """The sequence behind each of the columns that has one, and its increment."""
    rows = connection.execute(_SEQUENCES, [qualified(table), list(columns)]).fetchall()
    return {column: (TableName(schema, name), increment) for column, schema, name, increment in rows}


def source_positions(connection: Connection, mapped: MappedTable) -> tuple[SequencePosition, ...]:
    """The next number of each numbered column that is copied, under its target name."""
    targets = {
        c.value.column.name: c.name for c in mapped.columns if c.identity is not None and isinstance(c.value, Copied)
    }
    positions = []
    for column, (sequence, increment) in sequences_of(connection, mapped.source.name, list(targets)).items():
        # The sequence itself is read: pg_sequences does not tell a position set by setval(..., false).
        row = connection.execute(f"SELECT last_value, is_called FROM {qualified(sequence)}").fetchone()
        assert row is not None
        positions.append(SequencePosition(targets[column], row[0] + increment if row[1] else row[0]))
    return tuple(positions)


def continue_sequences(connection: Connection, mapped: MappedTable, positions: Sequence[SequencePosition]) -> None:
    """Let the target's sequences go on. RESTART is transactional, setval is not.

    A position names the target's column (or the source's, if no target column has that name). Columns without a
    sequence on the target are left alone.
    """
    names = {c.value.column.name: c.name for c in mapped.columns if isinstance(c.value, Copied)}
    names |= {c.name: c.name for c in mapped.columns}
    wanted = {names[p.column]: p.next_value for p in positions if p.column in names}
    for column, (sequence, _) in sequences_of(connection, mapped.target, list(wanted)).items():
        _restart(connection, sequence, wanted[column])


def _restart(connection: Connection, sequence: TableName, next_value: int) -> None:
    name = qualified(sequence)
    limits = connection.execute(
        "SELECT seqmin, seqmax FROM pg_catalog.pg_sequence WHERE seqrelid = to_regclass(%s)", [name]
    ).fetchone()
    assert limits is not None
    low, high = limits
    if low <= next_value <= high:
        connection.execute(f"ALTER SEQUENCE {name} RESTART WITH {next_value}")
    else:
        # Used up, as it is in the source: the next insert must fail there and here.
        connection.execute("SELECT setval(to_regclass(%s), %s, true)", [name, high if next_value > high else low])
