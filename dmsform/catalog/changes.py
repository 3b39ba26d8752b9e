"""Changes to a target's schema: a closed union, each a frozen value that a target's dialect renders to SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dmsform.catalog.model import PrimaryKey, TableName


@dataclass(frozen=True, slots=True)
class ColumnDesign:
    """A column as the target is to have it; `type` is SQL of the target engine."""

    name: str
    type: str
    nullable: bool = True
    identity: bool = False


@dataclass(frozen=True, slots=True)
class TableDesign:
    """A table as the target is to have it, in the target engine's own types; `options` are those of `Table`."""

    name: TableName
    columns: tuple[ColumnDesign, ...]
    primary_key: PrimaryKey | None = None
    table_tablespace: str | None = None
    index_tablespace: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateSchema:
    """Create a schema where it is missing. Reverse: none; a schema may hold what is not ours."""

    schema: str


@dataclass(frozen=True, slots=True)
class CreateEnum:
    """Create an enumeration type where it is missing."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreateTable:
    """Create a table without its primary key, which follows the load. Reverse: DropTable."""

    design: TableDesign


@dataclass(frozen=True, slots=True)
class AddPrimaryKey:
    """Add the design's primary key."""

    design: TableDesign


@dataclass(frozen=True, slots=True)
class DropTable:
    """Drop a table and its rows. No reverse: the plan must have named it."""

    name: TableName


@dataclass(frozen=True, slots=True)
class TruncateTable:
    """Remove a table's own rows. No reverse: the plan must have named it.

    partitioned -- the rows are those of its partitions; else tables that inherit from it keep theirs.
    """

    name: TableName
    partitioned: bool = False


CatalogChange: TypeAlias = CreateSchema | CreateEnum | CreateTable | AddPrimaryKey | DropTable | TruncateTable
