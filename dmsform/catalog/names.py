"""How tables are named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class TableName:
    """A table's schema and name, as the store spells them. SQLite's one schema is `main`."""

    schema: str
    name: str

    def __str__(self) -> str:
        """`schema.name`, for people; never SQL."""
        return f"{self.schema}.{self.name}"
