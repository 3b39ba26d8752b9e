"""What the matrix is made of: types, their values as SQL, and what a target refuses, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

FAMILY = frozenset({"mysql", "mariadb"})
POSTGRES = frozenset({"postgresql"})
SQLITE = frozenset({"sqlite"})
ALL = FAMILY | POSTGRES | SQLITE


class Kind(Enum):
    """What a type's values mean, whatever a driver hands out for them."""

    BOOLEAN = auto()
    INTEGER = auto()
    DECIMAL = auto()
    FLOAT = auto()
    TEXT = auto()
    PADDED = auto()
    """Text that blanks at the end add nothing to: PostgreSQL stores them, MySQL takes them off when it reads."""
    BYTES = auto()
    CLOCK = auto()
    """Days, moments and times of day, as text; an offset of zero and zeros at the end of the fraction say nothing."""
    SPAN = auto()
    BITS = auto()
    DOCUMENT = auto()
    """JSON as text, character by character."""
    STRUCTURE = auto()
    """JSON as its engine keeps it: a structure, whose numbers are decimals."""


@dataclass(frozen=True)
class Cell:
    """A value; refused -- the targets that refuse it, why -- what stands in its way there."""

    sql: str
    refused: frozenset[str] = frozenset()
    why: str = ""


@dataclass(frozen=True)
class Column:
    """A type with its values; refused -- the targets that refuse the type itself, before anything runs."""

    declared: str
    kind: Kind
    cells: tuple[Cell, ...]
    refused: frozenset[str] = frozenset()


def but(targets: Iterable[str], why: str, *values: str) -> tuple[Cell, ...]:
    """Values that these targets refuse."""
    return tuple(Cell(value, frozenset(targets), why) for value in values)


def column(declared: str, kind: Kind, *values: str | tuple[Cell, ...]) -> Column:
    """A column and its values; a value that stands alone arrives everywhere."""
    cells: list[Cell] = []
    for value in values:
        cells += [Cell(value)] if isinstance(value, str) else value
    return Column(declared, kind, tuple(cells))


def unsupported(declared: str, kind: Kind, targets: Iterable[str], *values: str) -> Column:
    """A column whose type these targets refuse."""
    return Column(declared, kind, tuple(map(Cell, values)), frozenset(targets))
