"""What planning starts from: what is desired, and what was observed of the world. Frozen, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from dmsform.addresses import Address
from dmsform.diagnostics import SourceRange

COMPUTED = "computed"
"""The attribute of a record under which apply keeps what it learnt; it is never compared with the configuration."""


@dataclass(frozen=True, slots=True)
class Desired:
    """A resource as declared, its defaults filled in.

    attributes -- JSON values or UNKNOWN, no secrets; secrets -- by the path of their argument, in the clear;
    defaults -- what an attribute that an older version did not record stands for.
    """

    address: Address
    attributes: Mapping[str, Any]
    subject: SourceRange
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    depends_on: tuple[Address, ...] = ()
    prevent_destroy: bool = False


@dataclass(frozen=True, slots=True)
class ObservedInstance:
    """A replication instance as it stands. machine -- this machine's id; running -- its server answers."""

    machine: str
    running: bool


@dataclass(frozen=True, slots=True)
class ObservedEndpoint:
    """An endpoint as it stands. running -- of an embedded server, None for a server that is not ours."""

    running: bool | None = None


class RunState(StrEnum):
    """How a task's run stands on its server."""

    READY = "ready"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"


TablePair: TypeAlias = tuple[tuple[str, str], tuple[str, str]]
"""Source and target of a table, each (schema, name)."""


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What stands on the target under a table's name.

    completed -- this task's control rows say it is loaded; dependents -- what goes with the table if it is dropped;
    is_view -- what stands there is no table.
    """

    exists: bool = False
    has_rows: bool = False
    completed: bool = False
    dependents: tuple[str, ...] = ()
    is_view: bool = False


@dataclass(frozen=True, slots=True)
class MatchedTable:
    """A source table that the mapping selects, as it would be loaded.

    source_digest -- of the source's definition; load_digest -- of all that decides what the target table holds;
    rows, bytes -- estimates; *_ddl -- statements for each way to prepare the target; target -- None: cannot be seen.
    """

    source: tuple[str, str]
    target: tuple[str, str]
    source_digest: str
    load_digest: str
    rows: int | None = None
    bytes: int | None = None
    create_ddl: tuple[str, ...] = ()
    drop_ddl: tuple[str, ...] = ()
    truncate_ddl: tuple[str, ...] = ()
    conversions: tuple[str, ...] = ()
    not_carried: tuple[str, ...] = ()
    facts: TargetFacts | None = None

    @property
    def pair(self) -> TablePair:
        """Source and target."""
        return self.source, self.target


@dataclass(frozen=True, slots=True)
class ObservedTask:
    """A task as it stands.

    asked -- the server could be asked; state -- None when it does not know the task; definition_digest, run -- the
    server's; connections -- digests of the endpoints as they would be sent now, None while unknown; stores -- the same
    of what alone says which store they lead to; both by `source` and `target`;
    tables -- what the mapping matches, None when the source cannot be seen; unknown -- why something cannot be seen;
    table_mappings -- the document that the server is to be given, None while unknown;
    completed -- pairs that the server knows to be loaded.
    """

    asked: bool = True
    state: RunState | None = None
    definition_digest: str = ""
    run: int = 0
    connections: Mapping[str, str | None] = field(default_factory=dict)
    stores: Mapping[str, str | None] = field(default_factory=dict)
    tables: tuple[MatchedTable, ...] | None = None
    table_mappings: dict[str, Any] | None = None
    unknown: str | None = None
    completed: frozenset[TablePair] = frozenset()


Observed: TypeAlias = ObservedInstance | ObservedEndpoint | ObservedTask
