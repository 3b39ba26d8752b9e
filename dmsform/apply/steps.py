"""Names of apply's durable steps, for tests that kill it there; each is told right after it was done."""

from __future__ import annotations

from enum import StrEnum

from dmsform import faults


class ApplyStep(StrEnum):
    """What apply does durably."""

    LOCK_TAKEN = "LockTaken"
    SERVER_STARTED = "ServerStarted"
    EMBEDDED_SERVER_STARTED = "EmbeddedServerStarted"
    ENDPOINT_RECORDED = "EndpointRecorded"
    TASK_STOPPED = "TaskStopped"
    TASK_PUT = "TaskPut"
    TASK_RECORDED = "TaskRecorded"
    TASK_STARTED = "TaskStarted"
    TASK_DELETED = "TaskDeleted"
    SERVER_STOPPED = "ServerStopped"
    EMBEDDED_SERVER_STOPPED = "EmbeddedServerStopped"
    STATE_SAVED = "StateSaved"
    OUTPUTS_SAVED = "OutputsSaved"
    LOCK_RELEASED = "LockReleased"


def reached(step: ApplyStep) -> None:
    """Tell the fault hook: `apply.<Step>`."""
    faults.reached(f"apply.{step}")
