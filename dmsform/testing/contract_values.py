"""The little table that the contract suite moves about, and the values around it."""

from __future__ import annotations

from dataclasses import replace

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Column, Identity, PrimaryKey, Table, TableName
from dmsform.catalog.types import Integer, Text
from dmsform.provider.values import Epoch, Owner, TableWrite
from dmsform.task.settings import TargetTablePrepMode
from dmsform.testing.contract_harness import Harness

OWNER = Owner("lineage-1", "shop", "ann@host:/checkout")
OTHER_OWNER = Owner("lineage-2", "shop", "bob@elsewhere:/checkout")
ROWS = ((1, "one"), (2, None), (3, ""))
ENGINE = "contract"
"""The name of the engine that the mapped table comes from: none that any provider knows."""


def source_table(name: str = "items") -> Table:
    """items(id bigint primary key numbering itself, name text)."""
    return Table(
        name=TableName("origin", name),
        columns=(
            Column("id", Integer(64), "int64", nullable=False, identity=Identity.BY_DEFAULT),
            Column("name", Text(), "string"),
        ),
        primary_key=PrimaryKey(("id",)),
    )


def map_whole(table: Table, target: TableName, *, same_engine: bool = False) -> MappedTable:
    """The mapping that copies every column of a table as it is."""
    return MappedTable(
        source=table,
        target=target,
        columns=tuple(
            MappedColumn(c.name, Copied(c), c.type, c.native if same_engine else None, c.nullable, c.identity)
            for c in table.columns
        ),
        primary_key=table.primary_key,
    )


def design_of(harness: Harness, mapped: MappedTable, source_engine: str = ENGINE) -> TableDesign:
    """The provider's design for a mapped table, which must be possible."""
    assert harness.provider.dialect is not None
    design = harness.provider.dialect.design(mapped, source_engine)
    assert isinstance(design, TableDesign), design
    return design


def write_of(
    harness: Harness,
    epoch: Epoch,
    *,
    table: str = "items",
    preparation: TargetTablePrepMode = TargetTablePrepMode.DO_NOTHING,
    destroy: bool = False,
    destroy_rows: bool = False,
) -> TableWrite:
    """A write of the little table under an epoch of OWNER."""
    mapped = map_whole(source_table(table), TableName(harness.schema, table))
    return TableWrite(
        owner=OWNER,
        epoch=epoch,
        run=1,
        mapped=mapped,
        design=design_of(harness, mapped),
        preparation=preparation,
        may_destroy=destroy,
        may_destroy_rows=destroy_rows,
    )


def in_run(write: TableWrite, run: int) -> TableWrite:
    """The same write in another run of the task."""
    return replace(write, run=run)
