"""The engine-neutral schema: what introspection of a data store returns. Frozen values, no I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from dmsform.catalog.names import TableName as TableName
from dmsform.catalog.objects import Check, Collation, Expression, ForeignKey, Index
from dmsform.catalog.types import LogicalType


class TableKind(StrEnum):
    """What a selection rule's `table-type` tells apart."""

    TABLE = "table"
    VIEW = "view"


class Identity(StrEnum):
    """How a column gets numbers of its own: as IDENTITY BY DEFAULT, ALWAYS, from a sequence (serial), or as rowid."""

    BY_DEFAULT = "by-default"
    ALWAYS = "always"
    SEQUENCE = "sequence"
    ROWID = "rowid"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    native -- the type as the store declares it (`numeric(10,2)`); identity -- set when the store numbers the rows;
    generated -- the expression of a computed column; default -- what a row that names no value gets; on_update -- what
    a change of the row sets it to; collation -- of a text, None: the store's own choice, which tells all texts apart.
    """

    name: str
    type: LogicalType
    native: str
    nullable: bool = True
    identity: Identity | None = None
    generated: str | None = None
    default: Expression | None = None
    on_update: Expression | None = None
    collation: Collation | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class PrimaryKey:
    """Columns in key order, and the constraint's name where the store keeps one."""

    columns: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table or view.

    estimated_rows, estimated_bytes -- the store's own statistics, never counted, None when it has none; they are not
    part of the table's digest. not_carried -- what of the table has no place in this model and does not move, in words
    (`trigger audit`, `row security policy own_rows`). options -- words of the table's declaration that only
    stores of its own engine know, carried between these (SQLite's `STRICT`, `WITHOUT ROWID`, `AUTOINCREMENT`).
    """

    name: TableName
    columns: tuple[Column, ...]
    primary_key: PrimaryKey | None = None
    kind: TableKind = TableKind.TABLE
    estimated_rows: int | None = None
    estimated_bytes: int | None = None
    not_carried: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    comment: str | None = None

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def digest(self) -> str:
        """A hash of the definition (estimates left out), to see that a table changed between plan and apply."""
        record = asdict(self)
        for estimate in ("estimated_rows", "estimated_bytes"):
            del record[estimate]
        record["types"] = [type(c.type).__name__ for c in self.columns]
        text = json.dumps(record, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Catalog:
    """What a store holds: tables in the order of their names."""

    engine: str
    tables: tuple[Table, ...] = field(default=())

    def __iter__(self) -> Iterator[Table]:
        """The tables."""
        return iter(self.tables)

    def table(self, name: TableName) -> Table | None:
        """The table of that name, or None."""
        return next((t for t in self.tables if t.name == name), None)


@dataclass(frozen=True, slots=True)
class SequencePosition:
    """Where the numbering of a column stands: the next insert of the source would get `next_value`."""

    column: str
    next_value: int
