"""A table's load as a self-contained value: it may run in any process, on any machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic
from dmsform.provider.values import Epoch, Owner, TableWrite
from dmsform.task.definition import EndpointDefinition


class Plane(StrEnum):
    """How rows travel: as row text, or as Python values between endpoints of one engine that types values."""

    ROW_TEXT = "row text"
    TYPED = "typed"


@dataclass(frozen=True, slots=True)
class TableJob:
    """Everything a worker needs to load one table. The endpoints hold secrets and stay out of its text."""

    source: EndpointDefinition = field(repr=False)
    target: EndpointDefinition = field(repr=False)
    write: TableWrite
    plane: Plane

    @property
    def table(self) -> TableName:
        """The source table's name."""
        return self.write.mapped.source.name


@dataclass(frozen=True, slots=True)
class ForeignKeyJob:
    """Everything a worker needs to add a loaded table's foreign keys. table -- the source table's name."""

    target: EndpointDefinition = field(repr=False)
    owner: Owner
    epoch: Epoch
    design: TableDesign
    table: TableName


Job: TypeAlias = TableJob | ForeignKeyJob
"""What a worker does."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table's load was committed: rows and bytes that moved in this attempt."""

    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class KeysAdded:
    """A table's foreign keys stand, those apart that could not be added: `refused` says why."""

    refused: tuple[Diagnostic, ...] = ()


Result: TypeAlias = Loaded | KeysAdded
"""What becomes of a job that neither fails nor is lost."""


def load_order(mapped: MappedTable) -> tuple[int, int, int, TableName]:
    """Sorting key of the queue: DMS's load order first (higher first, none last), then the biggest, then by name.

    The biggest first keeps the end of the load short: no large table starts when all others are done.
    """
    size = mapped.source.estimated_bytes or mapped.source.estimated_rows or 0
    order = mapped.load_order
    return (order is None, -(order or 0), -size, mapped.source.name)
