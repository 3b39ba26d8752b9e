"""Action items: what of a schema does not arrive on the target as it stands on the source, each with a stable code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What became of an object: it arrives and means something else, it is left to a person, or it cannot be there."""

    CHANGED = "converted with a change of meaning"
    NEEDS_WORK = "needs work"
    NOT_CONVERTIBLE = "not convertible"


@dataclass(frozen=True, slots=True)
class ItemCode:
    """What an action item is about.

    verdict -- of every item of this code; minutes -- of work that an occurrence takes a person who knows how;
    learning -- minutes that it takes once, to learn how.
    """

    id: str
    summary: str
    verdict: Verdict
    minutes: int
    learning: int = 0

    def item(self, what: str, reason: str, remedy: str, column: str | None = None) -> ActionItem:
        """An occurrence. what -- the object in words that name its kind first (`index orders_by_date`)."""
        return ActionItem(self, what, reason, remedy, column)


@dataclass(frozen=True, slots=True)
class ActionItem:
    """An object of a table that needs attention: what it is, why, and what to do."""

    code: ItemCode
    what: str
    reason: str
    remedy: str
    column: str | None = None

    @property
    def verdict(self) -> Verdict:
        """What became of the object."""
        return self.code.verdict

    def __str__(self) -> str:
        """`index by_date: ... (SC202)`."""
        return f"{self.what}: {self.reason} ({self.code.id})"
