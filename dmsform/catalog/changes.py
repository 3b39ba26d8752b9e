"""Changes to a target's schema: a closed union, each a frozen value that a target's dialect renders to SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dmsform.catalog.model import PrimaryKey, TableName
from dmsform.catalog.objects import ReferentialAction


@dataclass(frozen=True, slots=True)
class ColumnDesign:
    """A column as the target is to have it; `type`, `default` and `on_update` are SQL of the target engine.

    collation -- SQL of it, where it is not part of the type and not what the target would choose by itself.
    """

    name: str
    type: str
    nullable: bool = True
    identity: bool = False
    default: str | None = None
    on_update: str | None = None
    collation: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class IndexDesign:
    """An index or unique constraint as the target is to have it; parts and condition are SQL of the target engine.

    source -- `str()` of the source's index that it is made of; method -- the target's word, empty: its usual one;
    words -- what else the target's statement says behind the parts.
    """

    name: str
    parts: tuple[str, ...]
    source: str = ""
    unique: bool = False
    constraint: bool = False
    method: str = ""
    included: tuple[str, ...] = ()
    condition: str | None = None
    nulls_distinct: bool = True
    words: str = ""
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class CheckDesign:
    """A check as the target is to have it; `condition` is SQL of the target engine. source -- as of an index."""

    name: str
    condition: str
    source: str = ""
    enforced: bool = True
    validated: bool = True


@dataclass(frozen=True, slots=True)
class ForeignKeyDesign:
    """A foreign key as the target is to have it. source -- as of an index."""

    name: str
    columns: tuple[str, ...]
    referenced: TableName
    referenced_columns: tuple[str, ...]
    source: str = ""
    on_update: ReferentialAction = ReferentialAction.NO_ACTION
    on_delete: ReferentialAction = ReferentialAction.NO_ACTION
    set_columns: tuple[str, ...] = ()
    match_full: bool = False
    deferrable: bool = False
    deferred: bool = False
    validated: bool = True


@dataclass(frozen=True, slots=True)
class TableDesign:
    """A table as the target is to have it, in the target engine's own types; `options` are those of `Table`."""

    name: TableName
    columns: tuple[ColumnDesign, ...]
    primary_key: PrimaryKey | None = None
    table_tablespace: str | None = None
    index_tablespace: str | None = None
    options: tuple[str, ...] = ()
    indexes: tuple[IndexDesign, ...] = ()
    checks: tuple[CheckDesign, ...] = ()
    foreign_keys: tuple[ForeignKeyDesign, ...] = ()
    comment: str | None = None


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
class AddObjects:
    """Add the design's indexes, unique constraints and checks, and its comments, where CreateTable did not say them."""

    design: TableDesign


@dataclass(frozen=True, slots=True)
class AddForeignKey:
    """Add a foreign key to a table whose rows, and those that it refers to, are loaded. Reverse: DropForeignKey."""

    table: TableName
    key: ForeignKeyDesign


@dataclass(frozen=True, slots=True)
class DropForeignKey:
    """Drop a foreign key. Reverse: AddForeignKey."""

    table: TableName
    name: str


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


CatalogChange: TypeAlias = (
    CreateSchema
    | CreateEnum
    | CreateTable
    | AddPrimaryKey
    | AddObjects
    | AddForeignKey
    | DropForeignKey
    | DropTable
    | TruncateTable
)
