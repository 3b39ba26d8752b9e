"""A mapped table: what of a source table goes where, once selection and transformation rules were applied.

These values are the seam between the rules (which build them) and the providers (which read, create and write by
them). They are self-contained and can be sent to another process.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from dmsform.catalog.model import Column, Identity, PrimaryKey, Table, TableName
from dmsform.catalog.objects import Check, Collation, Expression, ForeignKey, Index
from dmsform.catalog.types import LogicalType


@dataclass(frozen=True, slots=True)
class Copied:
    """The value of a source column as it is."""

    column: Column


class MaskKind(StrEnum):
    """DMS's data-masking actions."""

    DIGITS_MASK = "digits-mask"
    DIGITS_RANDOMIZE = "digits-randomize"
    HASH_MASK = "hash-mask"


@dataclass(frozen=True, slots=True)
class Masked:
    """A source column's value masked at the source. `character` replaces each digit in DIGITS_MASK."""

    column: Column
    kind: MaskKind
    character: str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """An expression in SQLite's syntax over source columns written `$name` (DMS's `add-column`).

    Metadata (`$AR_M_SOURCE_SCHEMA` ...) and headers (`AR_H_OPERATION` ...) are already replaced by literals.
    """

    expression: str
    columns: tuple[Column, ...]


ColumnValue: TypeAlias = Copied | Masked | Computed


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One target column.

    type -- what the target column is to hold; native -- the source's own declaration, to be used verbatim by a target
    of the same engine, None when a rule changed the type or the value is computed; converted -- a rule asked for this
    type, so that the source may convert values to it; default, on_update, comment, collation -- the source column's.
    """

    name: str
    value: ColumnValue
    type: LogicalType
    native: str | None = None
    nullable: bool = True
    identity: Identity | None = None
    converted: bool = False
    default: Expression | None = None
    on_update: Expression | None = None
    comment: str | None = None
    collation: Collation | None = None


class FilterOperator(StrEnum):
    """DMS's filter operators; `ste` is DMS's second spelling of `lte`."""

    EQ = "eq"
    NOTEQ = "noteq"
    GTE = "gte"
    LTE = "lte"
    STE = "ste"
    BETWEEN = "between"
    NOTBETWEEN = "notbetween"
    NULL = "null"
    NOTNULL = "notnull"


@dataclass(frozen=True, slots=True)
class FilterCondition:
    """One condition; `values` holds none (null, notnull), one, or two (between, notbetween) operands."""

    operator: FilterOperator
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowFilter:
    """A row passes when any of the conditions holds for its column. Several filters of a table must all pass."""

    column: Column
    conditions: tuple[FilterCondition, ...]


@dataclass(frozen=True, slots=True)
class LostObject:
    """Something of the source table that the rules leave no place for: what, in words, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A source table, its target name and columns, which rows are read, and when.

    load_order -- higher loads first (DMS); None behind all that have one, then by name; indexes, checks, foreign_keys
    -- what hangs on the source table, in the target's names; lost -- what the rules leave no place for.
    """

    source: Table
    target: TableName
    columns: tuple[MappedColumn, ...]
    primary_key: PrimaryKey | None = None
    filters: tuple[RowFilter, ...] = ()
    load_order: int | None = None
    table_tablespace: str | None = None
    index_tablespace: str | None = None
    indexes: tuple[Index, ...] = ()
    checks: tuple[Check, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    comment: str | None = None
    lost: tuple[LostObject, ...] = ()
