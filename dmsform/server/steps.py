"""Names of the server's own durable steps, for its event log and for tests that kill it there."""

from __future__ import annotations

from enum import StrEnum

from dmsform import faults


class ServerStep(StrEnum):
    """What a server process does durably; told after it is done."""

    SERVER_STARTED = "ServerStarted"
    TASK_STORED = "TaskStored"
    TASK_START_STORED = "TaskStartStored"
    TASK_RELOAD_STORED = "TaskReloadStored"
    TASK_STOP_STORED = "TaskStopStored"
    TASK_SPAWN_STORED = "TaskSpawnStored"
    TASK_SPAWNED = "TaskSpawned"
    TASK_DIED = "TaskDied"
    TASK_STOPPED = "TaskStopped"
    CONTROL_RELEASED = "TaskControlReleased"
    TASK_FORGOTTEN = "TaskForgotten"


class ProcessStep(StrEnum):
    """What a task process does durably in the store, beside its events."""

    RUNNING_STORED = "TaskRunningStored"
    OUTCOME_STORED = "TaskOutcomeStored"


def reached(step: ServerStep | ProcessStep) -> None:
    """Tell the fault hook."""
    faults.reached(f"server:{step}" if isinstance(step, ServerStep) else f"task:{step}")
