"""What travels over the replication server's HTTP API. Answers never carry secrets (G7)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from dmsform.task.definition import TaskDefinition


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TaskStatus(StrEnum):
    """AWS DMS's task states, as far as they occur here."""

    READY = "ready"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


class StopReason(StrEnum):
    """AWS DMS's stop reasons, as far as they occur here."""

    NORMAL = "NORMAL"
    RECOVERABLE_ERROR = "RECOVERABLE_ERROR"
    FATAL_ERROR = "FATAL_ERROR"
    FULL_LOAD_ONLY_FINISHED = "FULL_LOAD_ONLY_FINISHED"


class TableState(StrEnum):
    """AWS DMS's table states."""

    DOES_NOT_EXIST = "Table does not exist"
    BEFORE_LOAD = "Before load"
    FULL_LOAD = "Full load"
    COMPLETED = "Table completed"
    CANCELLED = "Table cancelled"
    ERROR = "Table error"
    RELOADING = "Table is being reloaded"


class TableStatistics(_Wire):
    """One table of a task (DMS's TableStatistics). Times are seconds since the epoch, UTC."""

    source_schema: str
    source_table: str
    target_schema: str
    target_table: str
    state: TableState
    full_load_rows: int = Field(default=0, description="rows copied so far")
    full_load_bytes: int = Field(
        default=0, description="bytes of row text (SQLite to SQLite: of values, about) copied so far"
    )
    estimated_rows: int | None = None
    estimated_bytes: int | None = None
    full_load_start_time: float | None = None
    full_load_end_time: float | None = None
    diagnostic: dict[str, Any] | None = Field(default=None, description="why the table is in error")


class TaskView(_Wire):
    """A task as the server tells of it. `definition_digest` lets apply see whether it must modify the task."""

    lineage: str
    name: str
    holder: str
    status: TaskStatus
    stop_reason: StopReason | None = None
    run: int
    definition_digest: str
    tables: tuple[TableStatistics, ...] = ()
    diagnostics: tuple[dict[str, Any], ...] = Field(default=(), description="why the task failed; warnings")
    started_at: float | None = None
    stopped_at: float | None = None
    restarts: int = Field(default=0, description="times the supervisor brought the process back in this run")
    process_id: int | None = None


class ServerView(_Wire):
    """The server itself."""

    server_id: str
    version: str
    process_id: int
    started_at: float
    data_dir: str
    tasks: int
    running: int


class PutTask(_Wire):
    """Create a task, or modify one that is not running. `state_serial` refuses a checkout that lags behind (G11)."""

    definition: TaskDefinition
    state_serial: int


class Event(_Wire):
    """One event of a task or of the server, in order of `number`."""

    number: int
    at: float
    task: str | None
    name: str
    table: str | None = None
    fields: dict[str, Any] = Field(default_factory=dict)


class Problem(_Wire):
    """The body of every answer that is not a success: diagnostics in their JSON form."""

    diagnostics: tuple[dict[str, Any], ...]


class EventsAnswer(_Wire):
    """Events in the order of their numbers."""

    events: tuple[Event, ...]


class TasksAnswer(_Wire):
    """All tasks of the server."""

    tasks: tuple[TaskView, ...]


class LogsAnswer(_Wire):
    """The last lines of a task's log, oldest first."""

    lines: tuple[str, ...]


class DeletedAnswer(_Wire):
    """A task was deleted; `warnings` are what could not be cleaned up, in their JSON form."""

    warnings: tuple[dict[str, Any], ...] = ()
