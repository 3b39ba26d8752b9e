"""Waits for tasks after the state's lock is released: follows their events, never asks more often than it must."""

from __future__ import annotations

from contextlib import suppress

from dmsform.addresses import Address, Kind
from dmsform.api.client import Client
from dmsform.api.models import TaskStatus, TaskView
from dmsform.apply import codes
from dmsform.apply.request import Reporter, RunningTask
from dmsform.diagnostics import DiagnosticError
from dmsform.resources.replication_instance import data_dir_of
from dmsform.state.snapshot import Snapshot

ACTIVE = frozenset({TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.STOPPING})
_LONG_POLL_SECONDS = 1.0


def wait_for(tasks: list[RunningTask], reporter: Reporter) -> tuple[TaskView, ...]:
    """The tasks as they came to rest, in the order given. Ctrl-C ends the waiting alone. Raises DiagnosticError."""
    waiting = dict(enumerate(tasks))
    seen = dict.fromkeys(waiting, 0)
    views: dict[int, TaskView] = {}
    while waiting:
        for index, task in list(waiting.items()):
            view = _view(task)
            reporter.task_progress(view)
            if view.status not in ACTIVE:
                views[index] = view
                del waiting[index]
                continue
            # The wait is shared: several tasks are looked at in turn, none longer than a second apart.
            events = _client(task).events(task.lineage, task.name, seen[index], wait=_LONG_POLL_SECONDS / len(waiting))
            seen[index] = events[-1].number if events else seen[index]
    return tuple(views[index] for index in sorted(views))


def running_in(snapshot: Snapshot) -> list[RunningTask]:
    """The recorded tasks that their servers say are at work; a server that does not answer runs none."""
    found = []
    for record in snapshot.resources:
        if record.address.kind is not Kind.TASK:
            continue
        instance = snapshot.resource(Address.parse(record.attributes["replication_instance"]))
        if instance is None:
            continue
        task = RunningTask(record.address.name, snapshot.lineage, data_dir_of(instance))
        with suppress(DiagnosticError):
            view = _client(task).task(task.lineage, task.name)
            found += [task] if view is not None and view.status in ACTIVE else []
    return found


def _client(task: RunningTask) -> Client:
    return Client.for_data_dir(task.data_dir)


def _view(task: RunningTask) -> TaskView:
    view = _client(task).task(task.lineage, task.name)
    if view is None:
        raise DiagnosticError(
            codes.TASK_GONE.error(
                f"task.{task.name} was removed from its replication server while this command waited for it.",
                "Plan again to see how things stand.",
                address=f"task.{task.name}",
            )
        )
    return view
