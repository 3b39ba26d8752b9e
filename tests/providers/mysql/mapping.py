"""Mapped tables for tests that need no source: a column of each logical type."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import Column, PrimaryKey, Table, TableName
from dmsform.catalog.types import LogicalType
from dmsform_mysql.dialect import MysqlDialect
from dmsform_mysql.types import logical, parsed

DIALECT = MysqlDialect()


def mapped_of(
    *types: LogicalType | str,
    schema: str = "app",
    name: str = "t",
    key: Sequence[int] = (),
    options: tuple[str, ...] = (),
) -> MappedTable:
    """A table of columns c0, c1 ...; a text is the native type of a source of this family; `key` counts columns."""
    columns = tuple(
        Column(f"c{n}", logical(parsed(t)), t) if isinstance(t, str) else Column(f"c{n}", t, "declared")
        for n, t in enumerate(types)
    )
    primary_key = PrimaryKey(tuple(f"c{n}" for n in key)) if key else None
    return MappedTable(
        Table(TableName("origin", name), columns, primary_key, options=options),
        TableName(schema, name),
        tuple(MappedColumn(c.name, Copied(c), c.type, c.native, c.nullable, c.identity) for c in columns),
        primary_key,
    )


def design_of(mapped: MappedTable, engine: str = "postgresql") -> TableDesign:
    """The design, which must be possible."""
    design = DIALECT.design(mapped, engine)
    assert isinstance(design, TableDesign), design
    return design


def types_of(mapped: MappedTable, engine: str = "postgresql") -> list[str]:
    """The SQL of the designed columns."""
    return [c.type for c in design_of(mapped, engine).columns]
