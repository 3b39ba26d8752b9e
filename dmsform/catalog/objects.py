"""What hangs on a table beside its rows and primary key: indexes, unique constraints, foreign keys, checks. Frozen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dmsform.catalog.formulas.syntax import Formula
from dmsform.catalog.names import TableName


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that a store's catalogue holds.

    sql -- as the store prints it, None once a rule renamed what it reads; meaning -- the same in no engine's words,
    None where it is not understood. One of the two is always there.
    """

    sql: str | None
    meaning: Formula | None = None


@dataclass(frozen=True, slots=True)
class Collation:
    """By which rules a column's texts compare. folds_* -- texts that differ in nothing else are equal."""

    name: str
    folds_case: bool = False
    folds_accents: bool = False
    folds_trailing_blanks: bool = False

    @property
    def exact(self) -> bool:
        """Whether only equal texts are equal."""
        return not (self.folds_case or self.folds_accents or self.folds_trailing_blanks)


class IndexKind(StrEnum):
    """What an index is good for. OTHER -- what only its own engine knows (GIN, BRIN, vectors ...)."""

    ORDERED = "ordered"
    HASH = "hash"
    FULL_TEXT = "full-text"
    SPATIAL = "spatial"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One part of an index: a column or an expression.

    prefix -- so many characters (bytes, of a binary column) of it, None: all; nulls_first -- None: as the engine does
    by itself; words -- what only the engine knows of the part (operator class, collation), as SQL.
    """

    column: str | None = None
    expression: Expression | None = None
    descending: bool = False
    nulls_first: bool | None = None
    prefix: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """An index, or a unique constraint with the index behind it.

    constraint -- it was declared as a constraint; method -- the engine's word for its kind (`btree`, `gin`);
    included -- columns that are only carried along; condition -- of a partial index; nulls_distinct -- a unique index
    takes any number of NULLs; deferrable, deferred -- of a constraint; visible -- the engine uses it; words -- what
    only the engine knows of the index (storage parameters), as SQL.
    """

    name: str
    parts: tuple[IndexPart, ...]
    unique: bool = False
    constraint: bool = False
    kind: IndexKind = IndexKind.ORDERED
    method: str = ""
    included: tuple[str, ...] = ()
    condition: Expression | None = None
    nulls_distinct: bool = True
    deferrable: bool = False
    deferred: bool = False
    visible: bool = True
    comment: str | None = None
    words: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are parts as they are."""
        return tuple(part.column for part in self.parts if part.column is not None)

    def __str__(self) -> str:
        """`unique constraint u`, `unique index i`, `index i`."""
        if self.constraint:
            return f"unique constraint {self.name}"
        return f"{'unique ' if self.unique else ''}index {self.name}"


class ReferentialAction(StrEnum):
    """What a foreign key does when what it refers to changes or goes."""

    NO_ACTION = "NO ACTION"
    RESTRICT = "RESTRICT"
    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"
    SET_DEFAULT = "SET DEFAULT"


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key.

    set_columns -- those that ON DELETE SET NULL or SET DEFAULT is limited to, empty: all; match_full -- all columns
    are NULL or none is; validated -- the rows that stood when it was added are known to hold it.
    """

    name: str
    columns: tuple[str, ...]
    referenced: TableName
    referenced_columns: tuple[str, ...]
    on_update: ReferentialAction = ReferentialAction.NO_ACTION
    on_delete: ReferentialAction = ReferentialAction.NO_ACTION
    set_columns: tuple[str, ...] = ()
    match_full: bool = False
    deferrable: bool = False
    deferred: bool = False
    validated: bool = True

    def __str__(self) -> str:
        """`foreign key k`."""
        return f"foreign key {self.name}"


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that every row meets. enforced -- the store holds rows to it; validated -- as of a foreign key."""

    name: str
    expression: Expression
    enforced: bool = True
    validated: bool = True

    def __str__(self) -> str:
        """`check c`."""
        return f"check {self.name}"
