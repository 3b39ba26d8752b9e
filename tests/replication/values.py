"""Values for tests of the pure decisions: a mapped table, what stands on a target, a control row."""

from __future__ import annotations

from dmsform.catalog.changes import ColumnDesign, TableDesign
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Column, Table, TableName
from dmsform.catalog.types import Integer
from dmsform.provider.values import Position, TableRecord, TargetTable
from dmsform.task.definition import PlannedTable

SOURCE = TableName("shop", "orders")
TARGET = TableName("store", "orders")


def table(
    name: TableName = SOURCE, columns: tuple[str, ...] = ("id",), size: int | None = None, rows: int | None = None
) -> Table:
    return Table(
        name,
        tuple(Column(c, Integer(64), "bigint") for c in columns),
        estimated_bytes=size,
        estimated_rows=rows,
    )


def mapped(source: Table | None = None, target: TableName = TARGET, load_order: int | None = None) -> MappedTable:
    source = source or table()
    columns = tuple(MappedColumn(c.name, Copied(c), c.type, c.native) for c in source.columns)
    return MappedTable(source, target, columns, load_order=load_order)


def design(columns: tuple[str, ...] = ("id",)) -> TableDesign:
    return TableDesign(TARGET, tuple(ColumnDesign(c, "bigint") for c in columns))


def existing(*, has_rows: bool, columns: tuple[str, ...] = ("id",)) -> TargetTable:
    return TargetTable(table(TARGET, columns), has_rows)


def record(run: int = 1, rows: int = 5, target: TableName = TARGET) -> TableRecord:
    return TableRecord(SOURCE, target, run, rows, Position("7"))


def planned(
    *, exists: bool = False, has_rows: bool = False, digest: str | None = None, target: TableName = TARGET
) -> tuple[PlannedTable, ...]:
    return (
        PlannedTable(
            source=(SOURCE.schema, SOURCE.name),
            target=(target.schema, target.name),
            source_digest=digest or table().digest(),
            target_exists=exists,
            target_has_rows=has_rows,
        ),
    )
