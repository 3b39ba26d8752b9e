"""An assessment: what becomes of every object of a task's source, and how much work is left to people. Pure.

Per object the worst of its action items counts, as in the AWS Schema Conversion Tool; effort is learning once per code
and doing per occurrence, as there; the level (a letter for how much, a digit for how hard) is ora2pg's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dmsform.catalog.items import ActionItem, ItemCode, Verdict
from dmsform.catalog.names import TableName

REWRITE_MINUTES = 5 * 8 * 60
"""Up to so much work (five days of eight hours) a migration is of level B."""
DIFFICULTY = ((0, 1), (15, 2), (30, 3), (60, 4))
"""The digit of the level, by the minutes that the hardest item takes; above the last it is 5."""


class Category(StrEnum):
    """Kinds of objects, in the order of a report."""

    TABLE = "table"
    VIEW = "view"
    COLUMN = "column"
    PRIMARY_KEY = "primary key"
    UNIQUE = "unique constraint"
    INDEX = "index"
    FOREIGN_KEY = "foreign key"
    CHECK = "check"
    TRIGGER = "trigger"
    OTHER = "other"


class Status(StrEnum):
    """What becomes of an object."""

    CONVERTED = "converted"
    CHANGED = Verdict.CHANGED.value
    NEEDS_WORK = Verdict.NEEDS_WORK.value
    NOT_CONVERTIBLE = Verdict.NOT_CONVERTIBLE.value


_RANK = {Verdict.CHANGED: 1, Verdict.NEEDS_WORK: 2, Verdict.NOT_CONVERTIBLE: 3}


@dataclass(frozen=True, slots=True)
class AssessedObject:
    """One object of a table, with what there is to say of it. name -- `id` of a column, `by_date` of an index.

    stranded -- it has no table on the target that it could be of.
    """

    category: Category
    name: str
    items: tuple[ActionItem, ...] = ()
    stranded: bool = False

    @property
    def status(self) -> Status:
        """The worst of its items."""
        if self.stranded:
            return Status.NOT_CONVERTIBLE
        if not self.items:
            return Status.CONVERTED
        return Status(max((item.verdict for item in self.items), key=_RANK.__getitem__).value)


@dataclass(frozen=True, slots=True)
class AssessedTable:
    """A table or view of the source, where it would go, and its objects, itself the first of them."""

    source: TableName
    target: TableName
    objects: tuple[AssessedObject, ...]
    rows: int | None = None
    bytes: int | None = None

    @property
    def items(self) -> tuple[ActionItem, ...]:
        """Everything there is to say of the table and what hangs on it."""
        return tuple(item for each in self.objects for item in each.items)


@dataclass(frozen=True, slots=True)
class CodeSummary:
    """An action item's code in a whole assessment. minutes -- learning once, and all occurrences."""

    code: ItemCode
    occurrences: int

    @property
    def minutes(self) -> int:
        """The work that it takes."""
        return self.code.learning + self.code.minutes * self.occurrences


@dataclass(frozen=True, slots=True)
class Assessment:
    """What becomes of a task's source on its target. task -- its name; source, target -- engines, for people."""

    task: str
    source: str
    target: str
    tables: tuple[AssessedTable, ...]

    @property
    def objects(self) -> list[AssessedObject]:
        """All objects."""
        return [each for table in self.tables for each in table.objects]

    @property
    def items(self) -> list[ActionItem]:
        """All action items."""
        return [item for table in self.tables for item in table.items]

    def counts(self) -> dict[Category, Counter[Status]]:
        """How many objects of each category became what; categories without objects are left out."""
        found: dict[Category, Counter[Status]] = {}
        for each in sorted(self.objects, key=lambda o: list(Category).index(o.category)):
            found.setdefault(each.category, Counter())[each.status] += 1
        return found

    def codes(self) -> list[CodeSummary]:
        """The codes of its items, those first that take most work."""
        found = Counter(item.code for item in self.items)
        summaries = [CodeSummary(code, number) for code, number in found.items()]
        return sorted(summaries, key=lambda s: (-s.minutes, s.code.id))

    @property
    def minutes(self) -> int:
        """The work that is left to people."""
        return sum(summary.minutes for summary in self.codes())

    @property
    def level(self) -> str:
        """`A-1` ... `C-5`.

        A: nothing needs work; B: up to five days; C: more. The digit says how hard the hardest item is, 1 trivial.
        """
        hard = [item for item in self.items if item.verdict is not Verdict.CHANGED]
        letter = "A" if not hard else "B" if self.minutes <= REWRITE_MINUTES else "C"
        hardest = max((item.code.minutes for item in self.items), default=0)
        return f"{letter}-{next((digit for most, digit in DIFFICULTY if hardest <= most), 5)}"

    @property
    def converted_share(self) -> float:
        """The part of all objects, between 0 and 1, that arrive without a person's work."""
        objects = self.objects
        done = sum(each.status in (Status.CONVERTED, Status.CHANGED) for each in objects)
        return done / len(objects) if objects else 1.0


def attach(
    objects: Sequence[AssessedObject], names: dict[str, int], items: Iterable[ActionItem]
) -> list[AssessedObject]:
    """The objects with their items. names -- which object each `what` of an item is of; others are of the first."""
    found: list[list[ActionItem]] = [[] for _ in objects]
    for item in items:
        found[names.get(item.what, 0)].append(item)
    return [replace(o, items=(*o.items, *more)) for o, more in zip(objects, found, strict=True)]
