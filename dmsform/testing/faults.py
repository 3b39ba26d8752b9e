"""Kill a process of the replication server at a named durable step, once; what is started again goes on.

The lists below name every step in explicit tuples, for parametrised tests; a test holds them against the events that
the code really has. `worker:` steps are reached in the process that loads a table, `task:` steps in the task's
process, `server:` steps in the server.
"""

from __future__ import annotations

import os
from pathlib import Path

from dmsform.faults import VARIABLE

WORKER_STEPS = (
    "worker:TableLoadStarted",
    "worker:TablePrepared",
    "worker:RowsCopied",
    "worker:RowsFinished",
    "worker:PrimaryKeyAdded",
    "worker:ObjectsAdded",
    "worker:SequencesSet",
    "worker:ProgressRecorded",
    "worker:TableCommitted",
)
"""Steps of a table's load, in their order."""

TASK_STEPS = (
    "task:TaskRunningStored",
    "task:CatalogRead",
    "task:TablesSelected",
    "task:OwnershipClaimed",
    "task:TableQueued",
    "task:TableLoadStarted",
    "task:TablePrepared",
    "task:RowsCopied",
    "task:RowsFinished",
    "task:PrimaryKeyAdded",
    "task:ObjectsAdded",
    "task:SequencesSet",
    "task:ProgressRecorded",
    "task:TableCommitted",
    "task:TableCompleted",
    "task:ForeignKeysAdded",
    "task:FullLoadFinished",
    "task:TaskOutcomeStored",
)
"""Steps of a task that meets no trouble; those of its workers are reached again when it hears of them."""

TASK_STEPS_IN_TROUBLE = (
    "task:TableKept",
    "task:TableRetried",
    "task:TableFailed",
    "task:TableInterrupted",
    "task:EndpointRetried",
    "task:ForeignKeysDropped",
    "task:ForeignKeysRetried",
)
"""Steps that a task reaches only on resume or reload, after a loss, with a table in error, when stopped."""

SERVER_STEPS = (
    "server:ServerStarted",
    "server:TaskStored",
    "server:TaskStartStored",
    "server:TaskReloadStored",
    "server:TaskStopStored",
    "server:TaskSpawnStored",
    "server:TaskSpawned",
    "server:TaskDied",
    "server:TaskStopped",
    "server:TaskControlReleased",
    "server:TaskForgotten",
)
"""Steps of the server itself."""


def fault(step: str, marker: Path, nth: int = 1) -> dict[str, str]:
    """The environment in which the first process to reach `step` for the n-th time kills itself.

    marker -- a file that must not exist yet; it holds the killed process's id afterwards.
    """
    return {VARIABLE: f"{step}@{nth}=kill:{marker}"}


def killed_process(marker: Path) -> int | None:
    """The id of the process that was killed; None as long as none was."""
    try:
        return int(marker.read_text() or "0") or None
    except FileNotFoundError:
        return None


def is_gone(process_id: int) -> bool:
    """Whether no such process runs any more; one that waits for its parent's notice (a zombie) is gone."""
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except FileNotFoundError:
        return not _signalable(process_id)
    return status.rpartition(")")[2].split()[0] in "ZX"


def _signalable(process_id: int) -> bool:
    if Path("/proc").joinpath("self").exists():
        return False
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True
