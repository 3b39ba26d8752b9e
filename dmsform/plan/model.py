"""The plan as a value. Explaining and applying read the same list of changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dmsform.addresses import Address
from dmsform.diagnostics import Diagnostic, SourceRange


class Action(StrEnum):
    """What happens to a resource; the words are Terraform's."""

    NO_OP = "no-op"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One argument before and after. `unknown`: known after apply. `sensitive`: never shown, values are None."""

    path: str
    before: Any = None
    after: Any = None
    unknown: bool = False
    sensitive: bool = False
    forces_replacement: bool = False


class TableAction(StrEnum):
    """What a task does with one target table."""

    CREATE = "create and load"
    DROP_AND_CREATE = "drop, create and load"
    TRUNCATE = "truncate and load"
    LOAD_EXISTING = "load into the existing table"
    KEEP = "already loaded, left alone"
    LEAVE = "no longer selected, left on the target"


@dataclass(frozen=True, slots=True)
class TableImpact:
    """What happens to one target table.

    rows, bytes -- estimates of what is copied, None when the source has none. target_has_rows -- rows are there now.
    destroys -- whether rows or the table itself go. ddl -- statements that will run, in order. source_digest -- of the
    source table's definition. is_new -- not matched by the last apply. takes_along -- what hangs on a table that is
    dropped, and goes with it, in words.
    """

    source: str
    target: str
    action: TableAction
    rows: int | None = None
    bytes: int | None = None
    target_exists: bool = False
    target_has_rows: bool = False
    destroys: bool = False
    ddl: tuple[str, ...] = ()
    conversions: tuple[str, ...] = ()
    not_carried: tuple[str, ...] = ()
    source_digest: str = ""
    is_new: bool = False
    takes_along: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DataImpact:
    """What a task's change means for the data.

    unknown -- why the tables cannot be told yet (an endpoint that apply has still to start), else None;
    running -- what happens to the task's run, in words ("starts", "is left alone").
    """

    tables: tuple[TableImpact, ...] = ()
    unknown: str | None = None
    running: str = ""

    @property
    def destroys(self) -> bool:
        """Whether anything on the target goes."""
        return any(t.destroys for t in self.tables)


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One resource's change.

    reason -- why, in words, for the reader of the plan; subject -- the block's place in the configuration;
    depends_on -- what must be applied before; payload -- what apply needs besides, opaque to the reader, no secrets.
    """

    address: Address
    action: Action
    reason: str = ""
    attributes: tuple[AttributeChange, ...] = ()
    data: DataImpact | None = None
    subject: SourceRange | None = None
    depends_on: tuple[Address, ...] = ()
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutputChange:
    """One output's change; a sensitive one shows no values."""

    name: str
    action: Action
    before: Any = None
    after: Any = None
    unknown: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything apply will do, in an order that respects the dependencies.

    lineage, serial -- the state it was made from; config_digest -- of the configuration and the variables' values
    (sensitive ones by fingerprint); destroy -- made by `plan -destroy`.
    """

    lineage: str
    serial: int
    config_digest: str
    changes: tuple[ResourceChange, ...]
    outputs: tuple[OutputChange, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    variables: dict[str, Any] = field(default_factory=dict)
    destroy: bool = False
    version: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do (G8)."""
        return all(c.action is Action.NO_OP for c in self.changes) and all(
            o.action is Action.NO_OP for o in self.outputs
        )
