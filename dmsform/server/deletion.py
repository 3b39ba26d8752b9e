"""Deleting a task: stop it, release its control rows on the target, forget it. The target's data stay.

Killed at any point, the task is still known, so that the deletion can be asked for again.
"""

from __future__ import annotations

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner
from dmsform.server import codes
from dmsform.server.events import TaskKey
from dmsform.server.steps import ServerStep, reached
from dmsform.server.supervision import STOP_SECONDS
from dmsform.server.supervisor import Supervisor
from dmsform.server.tasks import Tasks


def delete_task(tasks: Tasks, supervisor: Supervisor, key: TaskKey) -> list[Diagnostic]:
    """Delete; returns warnings of what could not be cleaned up. Raises DiagnosticError when unknown or unstoppable."""
    tasks.stop(key)
    supervisor.wake()
    if not supervisor.wait_gone(key, STOP_SECONDS * 2):
        raise DiagnosticError(
            codes.TASK_DOES_NOT_STOP.error(
                f"The process of task {key.name} still runs {STOP_SECONDS * 2:.0f} seconds after it was asked to stop.",
                "Look into the task's log (dmsform task logs NAME), and delete it again.",
            )
        )
    warnings = _release(tasks, key)
    tasks.forget(key)
    return warnings


def _release(tasks: Tasks, key: TaskKey) -> list[Diagnostic]:
    try:
        definition = tasks.definition(key)
        control = provider(definition.target.engine).target_control
        if control is not None:
            control.release(definition.target, Owner(key.lineage, key.name, definition.holder))
    except DiagnosticError as error:
        return [_left(key, why) for why in error.diagnostics]
    reached(ServerStep.CONTROL_RELEASED)
    return []


def _left(key: TaskKey, why: Diagnostic) -> Diagnostic:
    return codes.CONTROL_NOT_RELEASED.warning(
        f"The control rows of task {key.name} on its target were not removed: {why.summary}: {why.detail}",
        "They only claim the target tables for this task. To remove them once the target can be reached again, delete "
        f"the rows with task = '{key.name}' from the tables of dmsform_control on the target.",
        address=f"task.{key.name}",
    )
