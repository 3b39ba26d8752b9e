"""Tasks and servers by the names of the configuration: which server to ask, and under which lineage."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from dmsform.addresses import Address, Kind
from dmsform.api.client import Client
from dmsform.api.models import TaskStatus, TaskView
from dmsform.cli import codes
from dmsform.cli.lookup import find_named, find_resource
from dmsform.cli.options import make_request
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.resources.replication_instance import data_dir_of
from dmsform.state.snapshot import Snapshot

ACTIVE = frozenset({TaskStatus.STARTING, TaskStatus.RUNNING, TaskStatus.STOPPING})
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class RemoteTask:
    """A task on its server."""

    client: Client
    lineage: str
    name: str

    def view(self) -> TaskView:
        """The task as it stands. Raises DiagnosticError when its server does not know it."""
        found = self.client.task(self.lineage, self.name)
        if found is None:
            raise DiagnosticError(_unknown_to_server(self.name))
        return found

    def watch(self, show: Callable[[TaskView], None]) -> TaskView:
        """Show the task again and again until it has come to rest; returns how it stands then."""
        number = 0
        while True:
            view = self.view()
            show(view)
            if view.status not in ACTIVE:
                return view
            began = time.monotonic()
            events = self.client.events(self.lineage, self.name, number, wait=_POLL_SECONDS)
            number = events[-1].number if events else number
            _rest(_POLL_SECONDS - (time.monotonic() - began))


def _rest(seconds: float) -> None:
    """Events may come thick and fast; a reader does not need more than two looks a second."""
    if seconds > 0:
        time.sleep(seconds)


def state_of(ctx: click.Context) -> Snapshot:
    """The state of this directory's configuration."""
    from dmsform.apply import operations

    return operations.read_state(make_request(ctx))


def task_named(snapshot: Snapshot, name: str) -> RemoteTask:
    """The task of that name. Raises DiagnosticError when the state does not have it."""
    record = find_named(snapshot, Kind.TASK, name)
    instance = find_resource(snapshot, str(record.attributes["replication_instance"]))
    return RemoteTask(Client.for_data_dir(data_dir_of(instance)), snapshot.lineage, record.address.name)


def all_tasks(snapshot: Snapshot) -> list[RemoteTask]:
    """Every task in the state."""
    return [task_named(snapshot, r.address.name) for r in snapshot.resources if r.address.kind is Kind.TASK]


def instances(snapshot: Snapshot, name: str | None = None) -> list[tuple[Address, Path]]:
    """The replication instances in the state, or the one of that name, each with its data directory."""
    if name is not None:
        record = find_named(snapshot, Kind.REPLICATION_INSTANCE, name)
        return [(record.address, data_dir_of(record))]
    found = (r for r in snapshot.resources if r.address.kind is Kind.REPLICATION_INSTANCE)
    return [(r.address, data_dir_of(r)) for r in found]


def _unknown_to_server(name: str) -> Diagnostic:
    return codes.UNKNOWN_RESOURCE.error(
        f'The replication server does not know the task "{name}", although the state has it.',
        "Run `dmsform apply`: it gives the task to the server again; tables that are complete stay.",
        address=f"task.{name}",
    )
