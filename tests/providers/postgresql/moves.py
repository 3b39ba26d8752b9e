"""Moves a table from one database to another through the provider's faces, as a task does."""

from __future__ import annotations

from dataclasses import replace

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Table, TableName
from dmsform.catalog.types import LogicalType
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.protocols import RowTextLoad, RowTextStream
from dmsform.provider.registry import provider
from dmsform.provider.values import Epoch, Owner, TableWrite
from dmsform.task.settings import TargetTablePrepMode
from dmsform.testing.contract_values import map_whole
from tests.servers import PostgresDatabase

OWNER = Owner("lineage", "task", "ann@host")
POSTGRES = provider("postgresql")


def table_of(database: PostgresDatabase, name: str, schema: str = "public") -> Table:
    """A table as introspection sees it."""
    found = POSTGRES.introspector.introspect(database.endpoint()).table(TableName(schema, name))
    assert found is not None
    return found


def mapped_of(database: PostgresDatabase, name: str, target: str | None = None) -> MappedTable:
    """The table mapped whole onto itself, or onto another name."""
    table = table_of(database, name)
    return map_whole(table, TableName("public", target or name), same_engine=True)


def retyped(mapped: MappedTable, column: str, logical: LogicalType) -> MappedTable:
    """The mapping as a change-data-type rule leaves it."""

    def change(c: MappedColumn) -> MappedColumn:
        return replace(c, type=logical, native=None, converted=True) if c.name == column else c

    return replace(mapped, columns=tuple(change(c) for c in mapped.columns))


def design_of(mapped: MappedTable) -> TableDesign:
    """The design; raises the findings when there is none."""
    assert POSTGRES.dialect is not None
    design = POSTGRES.dialect.design(mapped, "postgresql")
    if not isinstance(design, TableDesign):
        raise DiagnosticError(design)
    return design


def claim(target: PostgresDatabase, *tables: TableName) -> Epoch:
    """Claim tables of a target."""
    assert POSTGRES.target_control is not None
    return POSTGRES.target_control.claim(target.endpoint("target"), OWNER, tables)


def write_of(
    mapped: MappedTable,
    epoch: Epoch,
    preparation: TargetTablePrepMode = TargetTablePrepMode.DO_NOTHING,
    *,
    approved: bool = False,
) -> TableWrite:
    """A write of the mapping."""
    return TableWrite(
        owner=OWNER,
        epoch=epoch,
        run=1,
        mapped=mapped,
        design=design_of(mapped),
        preparation=preparation,
        may_destroy=approved,
        may_destroy_rows=approved,
    )


def move(
    source: PostgresDatabase,
    target: PostgresDatabase,
    mapped: MappedTable,
    preparation: TargetTablePrepMode = TargetTablePrepMode.DO_NOTHING,
    *,
    approved: bool = False,
) -> int:
    """Move one table; the number of rows."""
    write = write_of(mapped, claim(target, mapped.target), preparation, approved=approved)
    assert POSTGRES.row_text_reader is not None
    assert POSTGRES.row_text_writer is not None
    with (
        POSTGRES.row_text_reader.read_row_text(source.endpoint("source"), mapped) as stream,
        POSTGRES.row_text_writer.load_row_text(target.endpoint("target"), write) as load,
    ):
        return _run(stream, load)


def _run(stream: RowTextStream, load: RowTextLoad) -> int:
    load.prepare()
    for buffer in stream:
        load.write_row_text(buffer)
    load.finish_rows(stream.rows)
    load.add_primary_key()
    load.add_objects()
    load.set_sequences(stream.sequence_positions())
    load.record(stream.rows, stream.cut)
    load.commit()
    return stream.rows


def column_of(mapped: MappedTable, name: str) -> MappedColumn:
    """One column of a mapping; it copies a source column."""
    (found,) = (c for c in mapped.columns if c.name == name)
    assert isinstance(found.value, Copied)
    return found
