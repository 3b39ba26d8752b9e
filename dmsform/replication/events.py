"""What happens in a task, as a closed union of frozen values: every durable step has a name here.

One `Observer` hears all of them: the server's progress and log, and the tests that kill a process at each step. An
event is told *after* its step is done, so that a process killed while telling it has done the step but told nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Protocol, TypeAlias, get_args

from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic
from dmsform.provider.values import Epoch, Position


@dataclass(frozen=True, slots=True)
class SelectedTable:
    """A table that the mapping selects, with the source's own estimates (None: it keeps none)."""

    source: TableName
    target: TableName
    estimated_rows: int | None = None
    estimated_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class CatalogRead:
    """The source's catalogue was read: so many tables and views."""

    tables: int


@dataclass(frozen=True, slots=True)
class TablesSelected:
    """The mapping was applied; `warnings` are what it had to say."""

    tables: tuple[SelectedTable, ...]
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnershipClaimed:
    """The task owns its rows in the target's control tables, under this epoch."""

    epoch: Epoch


@dataclass(frozen=True, slots=True)
class TableKept:
    """The table was completed earlier in this run and is as it was left."""

    table: TableName
    rows: int


@dataclass(frozen=True, slots=True)
class TableQueued:
    """The table's job waits for a worker."""

    table: TableName


@dataclass(frozen=True, slots=True)
class TableLoadStarted:
    """A worker took the table's job; nothing was changed yet."""

    table: TableName


@dataclass(frozen=True, slots=True)
class TablePrepared:
    """The target table stands as the preparation mode wants it, in a transaction still open."""

    table: TableName


@dataclass(frozen=True, slots=True)
class RowsCopied:
    """Progress: rows and bytes sent so far in this attempt. Told at most twice a second per table."""

    table: TableName
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class RowsFinished:
    """All rows were sent and the target took as many, read in the snapshot at `cut`."""

    table: TableName
    rows: int
    bytes: int
    cut: Position


@dataclass(frozen=True, slots=True)
class PrimaryKeyAdded:
    """The primary key was built where the load created the table."""

    table: TableName


@dataclass(frozen=True, slots=True)
class ObjectsAdded:
    """So many indexes, unique constraints and checks were built where the load created the table."""

    table: TableName
    objects: int


@dataclass(frozen=True, slots=True)
class SequencesSet:
    """So many numbered columns go on where the source's stand."""

    table: TableName
    sequences: int


@dataclass(frozen=True, slots=True)
class ProgressRecorded:
    """The control row that vouches for the table was written; not committed yet."""

    table: TableName


@dataclass(frozen=True, slots=True)
class TableCommitted:
    """Rows and control row were committed together."""

    table: TableName
    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class TableCompleted:
    """The task knows that the table is complete. `digest` is of what was loaded (`job.load_digest`)."""

    table: TableName
    rows: int
    bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class TableRetried:
    """The table's attempt was lost and rolled back; it is tried again after `delay` seconds."""

    table: TableName
    attempt: int
    delay: float
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class TableFailed:
    """The table is in error; the others go on. `gone`: it does not exist on the source any more."""

    table: TableName
    diagnostics: tuple[Diagnostic, ...]
    gone: bool = False


@dataclass(frozen=True, slots=True)
class TableInterrupted:
    """The task was stopped: the table's attempt was rolled back, it is as before its load."""

    table: TableName


@dataclass(frozen=True, slots=True)
class EndpointRetried:
    """An endpoint's connection was lost before the loads began; tried again after `delay` seconds."""

    attempt: int
    delay: float
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class ForeignKeysDropped:
    """These foreign keys, in words, are off the target's tables until these are loaded."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForeignKeysAdded:
    """The foreign keys of a loaded table stand, those apart that were refused."""

    table: TableName
    keys: int
    refused: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignKeysRetried:
    """The attempt to add a table's foreign keys was lost; it is made again after `delay` seconds."""

    table: TableName
    attempt: int
    delay: float
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class FullLoadFinished:
    """No table is left to load: so many are complete, so many in error."""

    completed: int
    errored: int


JobEvent: TypeAlias = (
    TableLoadStarted
    | TablePrepared
    | RowsCopied
    | RowsFinished
    | PrimaryKeyAdded
    | ObjectsAdded
    | SequencesSet
    | ProgressRecorded
    | TableCommitted
)
"""What a worker tells while it loads a table."""

TaskEvent: TypeAlias = (
    CatalogRead
    | TablesSelected
    | OwnershipClaimed
    | TableKept
    | TableQueued
    | JobEvent
    | TableCompleted
    | TableRetried
    | TableFailed
    | TableInterrupted
    | EndpointRetried
    | ForeignKeysDropped
    | ForeignKeysAdded
    | ForeignKeysRetried
    | FullLoadFinished
)
"""What a task process tells: its own steps and its workers'."""

JOB_EVENTS: tuple[type, ...] = get_args(JobEvent)
TASK_EVENTS: tuple[type, ...] = get_args(TaskEvent)


class Observer(Protocol):
    """Hears every event of a task, in order, on the task's own thread."""

    def observe(self, event: TaskEvent) -> None:
        """Take note; must not raise."""
        ...


@dataclass(frozen=True, slots=True)
class Observers:
    """Tells each of several observers, in order."""

    each: tuple[Observer, ...]

    def observe(self, event: TaskEvent) -> None:
        """Tell all."""
        for observer in self.each:
            observer.observe(event)


def name_of(event: TaskEvent) -> str:
    """The event's name, as logs, the API and fault steps spell it."""
    return type(event).__name__


def table_of(event: TaskEvent) -> TableName | None:
    """The source table the event is about, None when it is about the task."""
    found = getattr(event, "table", None)
    return found if isinstance(found, TableName) else None


def fields_of(event: TaskEvent) -> dict[str, Any]:
    """What the event says besides name and table, as plain JSON values; lists of tables as their number."""
    return {f.name: _plain(getattr(event, f.name)) for f in fields(event) if f.name != "table"}


def _plain(value: Any) -> Any:
    match value:
        case tuple() if value and isinstance(value[0], Diagnostic):
            return [d.to_json() for d in value]
        case tuple() if value and isinstance(value[0], SelectedTable):
            return len(value)
        case tuple():
            return list(value)
        case _:
            return value
