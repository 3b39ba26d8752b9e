"""What commands call: plan, apply, wait, read. One function per wish; all I/O of the declaration side is behind it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dmsform.addresses import Address, Kind
from dmsform.apply import codes
from dmsform.apply.request import ApplyResult, Reporter, Request, RunningTask, Silent
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.plan.model import Plan
from dmsform.state.reading import read_snapshot
from dmsform.state.snapshot import OutputRecord, Snapshot

if TYPE_CHECKING:
    from dmsform.api.client import Client
    from dmsform.api.models import TaskView
    from dmsform.apply.endpoint_checks import EndpointReport
    from dmsform.catalog.assessment import Assessment
    from dmsform.language.load import Module
    from dmsform.state.lock import LockRecord
    from dmsform.state.store import StateStore

__all__ = [
    "ApplyResult", "Reporter", "Request", "RunningTask", "Silent", "apply_plan", "assess_task", "check_endpoints",
    "load_plan", "make_plan", "push_state", "read_outputs", "read_state", "running_tasks", "save_plan", "server_client",
    "unlock", "validate_directory", "wait_for_tasks",
]  # fmt: skip


def make_plan(request: Request, reporter: Reporter) -> Plan:
    """What apply would do; changes nothing. Raises DiagnosticError with all errors found.

    For a command that will change things a state locked by another is refused already here.
    """
    from dmsform.apply.survey import evaluate_config, known_attributes, read_module, survey

    module = read_module(request)
    if request.command != "plan" or request.lock_timeout:
        _wait_until_unlocked(request, module, reporter)
    snapshot = read_snapshot(_state_url(request, module), request.directory)
    config = evaluate_config(request, module, known_attributes(snapshot))
    return survey(request, module, config, snapshot, reporter).plan


def apply_plan(request: Request, plan: Plan, reporter: Reporter) -> ApplyResult:
    """Apply a plan under the state's lock, after proving that it still holds.

    Steps that fail are in the result's errors. Raises DiagnosticError before anything is changed (locked, stale, ...),
    and KeyboardInterrupt between two steps; the lock is released in any case.
    """
    from dmsform.apply.applying import apply_locked
    from dmsform.apply.survey import read_module

    request = replace(_with_variables(request, plan), destroy=plan.destroy)
    module = read_module(request)
    with _store(request, module) as store:
        return apply_locked(request, module, store, plan, reporter)


def wait_for_tasks(request: Request, result: ApplyResult, reporter: Reporter) -> tuple[TaskView, ...]:
    """Wait until the tasks of an apply have come to rest; brings the result's outputs up to date.

    KeyboardInterrupt ends the waiting, never the tasks.
    """
    from dmsform.apply.waiting import wait_for

    views = wait_for(result.tasks, reporter)
    if views:
        _refresh_outputs(request, result)
    return views


def running_tasks(request: Request) -> ApplyResult:
    """The tasks of the state that run now, to be waited for by an apply that finds nothing else to do.

    So an apply that was killed after it had started a task is finished by the next one. Raises DiagnosticError.
    """
    from dmsform.apply.outputs import shown
    from dmsform.apply.waiting import running_in

    snapshot = read_state(request)
    return ApplyResult(outputs=shown(snapshot.outputs), tasks=running_in(snapshot))


def save_plan(plan: Plan, path: Path) -> None:
    """Write a plan for a later apply. Raises DiagnosticError."""
    from dmsform.plan.file import write_plan

    write_plan(plan, path)


def load_plan(path: Path) -> Plan:
    """Read a saved plan. Raises DiagnosticError."""
    from dmsform.plan.file import read_plan

    return read_plan(path)


def read_state(request: Request) -> Snapshot:
    """The newest snapshot. Raises DiagnosticError."""
    from dmsform.apply.survey import read_module

    return read_snapshot(_state_url(request, read_module(request)), request.directory)


def read_outputs(request: Request) -> tuple[OutputRecord, ...]:
    """The outputs as last applied. Raises DiagnosticError."""
    return read_state(request).outputs


def validate_directory(directory: Path) -> tuple[Diagnostic, ...]:
    """Everything wrong or doubtful in a configuration, found without state, servers and variables' values."""
    from dmsform.apply.validating import validate

    return validate(directory)


def unlock(request: Request, lock_id: str) -> LockRecord:
    """Remove the state's lock of that id; returns what was removed. Raises DiagnosticError."""
    from dmsform.apply.survey import read_module
    from dmsform.state.lock import force_unlock

    with _store(request, read_module(request)) as store:
        return force_unlock(store, lock_id)


def check_endpoints(request: Request, names: Sequence[str], reporter: Reporter) -> tuple[EndpointReport, ...]:
    """Connect to the endpoints of these names, or all, and make the checks of every task that uses them.

    Changes nothing. Raises DiagnosticError where the configuration is wrong.
    """
    from dmsform.apply import endpoint_checks
    from dmsform.apply.survey import read_module

    module = read_module(request)
    snapshot = read_snapshot(_state_url(request, module), request.directory)
    return endpoint_checks.check_endpoints(request, module, snapshot, names, reporter)


def assess_task(request: Request, name: str, reporter: Reporter) -> Assessment:
    """What would become of each object of a task's source on its target. Connects to the source alone; changes nothing.

    Raises DiagnosticError where the configuration is wrong, or the source cannot be read.
    """
    from dmsform.apply import assessing
    from dmsform.apply.survey import read_module

    module = read_module(request)
    snapshot = read_snapshot(_state_url(request, module), request.directory)
    return assessing.assess_task(request, module, snapshot, name, reporter)


def push_state(request: Request, path: Path) -> Snapshot:
    """Make a rescued state (`errored.dmsform.json`) the state again. Raises DiagnosticError."""
    from dmsform.apply.survey import read_module
    from dmsform.state.errored import push_errored
    from dmsform.state.lock import hold_lock

    with (
        _store(request, read_module(request)) as store,
        hold_lock(store, command=request.command, directory=request.directory, timeout=request.lock_timeout) as held,
    ):
        return push_errored(store, path, held.author)


def server_client(request: Request, name: str) -> tuple[Client, str]:
    """The client for a task's or a replication instance's server, and the state's lineage. Raises DiagnosticError."""
    from dmsform.api.client import Client
    from dmsform.resources.replication_instance import data_dir_of

    snapshot = read_state(request)
    task = snapshot.resource(Address(Kind.TASK, name))
    address = (
        Address.parse(task.attributes["replication_instance"]) if task else Address(Kind.REPLICATION_INSTANCE, name)
    )
    instance = snapshot.resource(address)
    if instance is None:
        known = ", ".join(str(r.address) for r in snapshot.resources) or "nothing"
        raise DiagnosticError(
            codes.NO_SUCH_TASK.error(
                f'The state has no task or replication instance "{name}"; it has {known}.',
                "Apply the configuration first, or name one that is there (dmsform state list).",
            )
        )
    return Client.for_data_dir(data_dir_of(instance)), snapshot.lineage


def _state_url(request: Request, module: Module) -> str:
    from dmsform.language.evaluate import state_url

    return state_url(module, request.variables, request.environ)


def _store(request: Request, module: Module) -> StateStore:
    from dmsform.state.store import StateStore

    return StateStore(_state_url(request, module), request.directory)


def _wait_until_unlocked(request: Request, module: Module, reporter: Reporter) -> None:
    from dmsform.state.lock import wait_until_unlocked

    with _store(request, module) as store:
        wait_until_unlocked(store, request.lock_timeout, reporter.state_lock_waiting)


def _with_variables(request: Request, plan: Plan) -> Request:
    """The request with the plan's own values for variables that are not sensitive: a saved plan brings them along."""
    from dmsform.language.variables import VariableInput

    recorded = tuple(
        VariableInput("json", f"{name}={json.dumps(known['value'])}")
        for name, known in plan.variables.items()
        if not known["sensitive"]
    )
    return replace(request, variables=(*request.variables, *recorded))


def _refresh_outputs(request: Request, result: ApplyResult) -> None:
    """A finished task's outputs say so; if that cannot be recorded now, the next apply does it."""
    from dmsform.apply.outputs import save_outputs, shown
    from dmsform.apply.session import StateSession
    from dmsform.apply.survey import read_module
    from dmsform.state.lock import hold_lock

    module = read_module(request)
    with suppress(DiagnosticError), _store(request, module) as store:
        with hold_lock(store, command=request.command, directory=request.directory) as held:
            session = StateSession(store, held, store.read(), request.directory)
            save_outputs(request, module, session, destroy=False)
        result.outputs = shown(session.snapshot.outputs)
