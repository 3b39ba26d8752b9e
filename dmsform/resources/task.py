"""The task: observed at its replication server and in its endpoints, put there, started, stopped, removed."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Event
from typing import Any, assert_never

from dmsform.addresses import Address
from dmsform.api.client import Client
from dmsform.api.models import PutTask, StopReason, TableState, TaskStatus, TaskView
from dmsform.diagnostics import Diagnostic, DiagnosticError, Severity, SourceRange
from dmsform.plan.intent import intend
from dmsform.plan.model import Action
from dmsform.plan.task import task_facts
from dmsform.plan.values import COMPUTED, MatchedTable, ObservedTask, RunState, TablePair
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner, Role
from dmsform.resources import codes
from dmsform.resources.endpoint import Connection, connection_digest, store_digest
from dmsform.resources.pair import unfit_pair
from dmsform.resources.source_view import SourceView, read_catalog, view_source
from dmsform.resources.stores import own_source
from dmsform.resources.target_view import view_target
from dmsform.resources.task_block import Task
from dmsform.state.snapshot import ResourceRecord
from dmsform.task.definition import EndpointDefinition, PlannedTable, TaskDefinition

STOP_SECONDS = 120.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose tasks these are. holder -- `user@host:directory`, shown to whoever collides with them."""

    lineage: str
    salt: str
    holder: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of a task's endpoints: its engine, how to reach it now, where it is declared."""

    address: Address
    engine: str
    connection: Connection
    subject: SourceRange


@dataclass(frozen=True, slots=True)
class Peers:
    """What a task works with. client -- None while its replication server does not run."""

    client: Client | None
    source: Side
    target: Side


def observe_task(
    task: Task,
    record: ResourceRecord | None,
    peers: Peers,
    scope: Scope,
    upstream: Mapping[Address, Action],
    departing: Collection[str] = (),
) -> tuple[ObservedTask, tuple[Diagnostic, ...]]:
    """The task as it stands, with warnings. The target is asked where something is to be loaded, and
    whether the tables of a finished task still stand there.

    upstream -- what happens to what the task depends on; departing -- names of tasks that the plan removes.
    Raises DiagnosticError.
    """
    if wrong := unfit_pair(provider(peers.source.engine), provider(peers.target.engine)):
        raise DiagnosticError(replace(wrong, subject=task.desired.subject, address=str(task.desired.address)))
    view = None
    if peers.client is not None and scope.lineage:
        view = peers.client.task(scope.lineage, task.name)
    observed = from_server(view, asked=peers.client is not None)
    observed = with_connections(observed, peers, scope)
    source = peers.source.connection.definition
    unknown = peers.source.connection.unknown or peers.target.connection.unknown
    if source is None:
        return replace(observed, unknown=unknown), ()
    with _about(peers.source.address, peers.source.subject):
        catalog = read_catalog(source)
    with _about(task.desired.address, task.desired.subject):
        seen = view_source(task, catalog, peers.target.engine)
    observed = replace(observed, tables=seen.matched, table_mappings=seen.document, unknown=unknown)
    warnings = [replace(w, address=w.address or str(task.desired.address)) for w in seen.warnings]
    facts = task_facts(task.desired, record, observed, upstream)
    loads = intend(facts).start or not facts.recorded
    if loads:
        _refuse_own_source(task, peers, seen)
    if loads or (facts.start and observed.state is RunState.FINISHED):
        looked = _with_target(task, observed, peers, scope, seen, departing)
        # A table that was emptied or altered since is left as it is; one that is gone is loaded again.
        if loads or task_facts(task.desired, record, looked, upstream).gone_tables:
            warnings += _preflight(looked, peers, seen)
            observed = looked
    return observed, tuple(warnings)


def _refuse_own_source(task: Task, peers: Peers, seen: SourceView) -> None:
    source, target = peers.source.connection.definition, peers.target.connection.definition
    if source is None or target is None:
        return
    with _about(peers.target.address, peers.target.subject):
        wrong = own_source(task.desired, source, target, seen.matched)
    if wrong:
        raise DiagnosticError(wrong)


def _with_target(
    task: Task, observed: ObservedTask, peers: Peers, scope: Scope, seen: SourceView, departing: Collection[str]
) -> ObservedTask:
    target = peers.target.connection.definition
    if target is None:
        return observed
    owner = Owner(scope.lineage, task.name, scope.holder)
    with _about(peers.target.address, peers.target.subject):
        tables = view_target(target, owner, observed.run, seen.tables, seen.matched, departing)
    return replace(observed, tables=tables)


def _preflight(observed: ObservedTask, peers: Peers, seen: SourceView) -> list[Diagnostic]:
    source, target = peers.source.connection.definition, peers.target.connection.definition
    tables: tuple[MatchedTable, ...] = observed.tables or ()
    loading = {t.pair for t in tables if not (t.facts and t.facts.completed)}
    mapped = [d.mapped for d, t in zip(seen.tables, tables, strict=True) if t.pair in loading]
    findings: list[Diagnostic] = []
    for side, role, definition in ((peers.source, Role.SOURCE, source), (peers.target, Role.TARGET, target)):
        if definition is not None and mapped:
            found = provider(definition.engine).probe.preflight(definition, role, mapped)
            findings += [_placed(d, side.address, side.subject) for d in found]
    if any(d.severity is Severity.ERROR for d in findings):
        raise DiagnosticError(findings)
    return findings


def from_server(view: TaskView | None, *, asked: bool) -> ObservedTask:
    """What the server tells of a task. asked -- it could be asked; view -- None where it does not know the task."""
    if view is None:
        return ObservedTask(asked=asked)
    completed = frozenset[TablePair](
        ((t.source_schema, t.source_table), (t.target_schema, t.target_table))
        for t in view.tables
        if t.state is TableState.COMPLETED
    )
    return ObservedTask(
        state=run_state(view), definition_digest=view.definition_digest, run=view.run, completed=completed
    )


def run_state(view: TaskView) -> RunState:
    """How the task's run stands, of what the server says."""
    match view.status:
        case TaskStatus.READY:
            return RunState.READY
        case TaskStatus.STARTING | TaskStatus.RUNNING | TaskStatus.STOPPING:
            return RunState.RUNNING
        case TaskStatus.FAILED:
            return RunState.FAILED
        case TaskStatus.STOPPED:
            finished = view.stop_reason is StopReason.FULL_LOAD_ONLY_FINISHED
            return RunState.FINISHED if finished else RunState.STOPPED
        case _:
            assert_never(view.status)


def with_connections(observed: ObservedTask, peers: Peers, scope: Scope) -> ObservedTask:
    """The observation with digests of how the endpoints would be connected to now."""
    return replace(observed, **_connections(peers, scope))


def _connections(peers: Peers, scope: Scope) -> dict[str, Any]:
    if not scope.salt:
        return {}
    digests: dict[str, str | None] = {}
    stores: dict[str, str | None] = {}
    for role, side in (("source", peers.source), ("target", peers.target)):
        definition = side.connection.definition
        own = side.connection.own_server
        digests[role] = None if definition is None else connection_digest(definition, scope.salt, own_server=own)
        stores[role] = None if definition is None else store_digest(definition)
    return {"connections": digests, "stores": stores}


@contextmanager
def _about(address: Address, subject: SourceRange) -> Iterator[None]:
    """Give what is raised inside the place of the block that it is about."""
    try:
        yield
    except DiagnosticError as error:
        raise DiagnosticError([_placed(d, address, subject) for d in error.diagnostics]) from error


def _placed(diagnostic: Diagnostic, address: Address, subject: SourceRange) -> Diagnostic:
    return replace(diagnostic, subject=diagnostic.subject or subject, address=diagnostic.address or str(address))


def definition_of(task: Task, peers: Peers, scope: Scope, payload: Mapping[str, Any], run: int) -> TaskDefinition:
    """The definition that the server is given. Raises DiagnosticError when an endpoint is not ready."""
    planned = payload.get("planned")
    return TaskDefinition(
        lineage=scope.lineage,
        name=task.name,
        holder=scope.holder,
        run=max(1, run),
        migration_type=task.migration_type,
        source=_ready(peers.source),
        target=_ready(peers.target),
        table_mappings=payload.get("table_mappings") or task.document,
        settings=task.settings,
        planned=None if planned is None else tuple(PlannedTable.model_validate(p) for p in planned),
    )


def computed_attributes(view: TaskView, peers: Peers, scope: Scope, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What the state keeps of an applied task beside its arguments."""
    return {
        **_connections(peers, scope),
        "definition_digest": view.definition_digest,
        "run": view.run,
        "status": view.status.value,
        "tables": payload.get("tables"),
    }


def resolve_payload(task: Task, peers: Peers, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The payload, completed where the plan could not see the source: its endpoint can be reached by now."""
    if payload.get("tables") is not None:
        return payload
    with _about(peers.source.address, peers.source.subject):
        catalog = read_catalog(_ready(peers.source))
    with _about(task.desired.address, task.desired.subject):
        seen = view_source(task, catalog, peers.target.engine)
    tables = [{"source": list(t.source), "target": list(t.target), "load_digest": t.load_digest} for t in seen.matched]
    return {**payload, "tables": tables, "table_mappings": seen.document}


def put(client: Client, definition: TaskDefinition, serial: int) -> TaskView:
    """Create or modify the task; a running one that differs is stopped first. Raises DiagnosticError."""
    return client.put_task(PutTask(definition=definition, state_serial=serial))


def stop_and_wait(client: Client, lineage: str, name: str) -> None:
    """Stop a running task and wait until it has stopped. Raises DiagnosticError."""
    deadline, pause = time.monotonic() + STOP_SECONDS, Event()
    view = client.stop(lineage, name)
    while run_state(view) is RunState.RUNNING:
        if time.monotonic() > deadline:
            raise DiagnosticError(
                codes.TASK_DOES_NOT_STOP.error(
                    f"task.{name} still runs {STOP_SECONDS:.0f} seconds after it was asked to stop.",
                    f"Look into its log (dmsform task logs {name}), then apply again.",
                    address=f"task.{name}",
                )
            )
        pause.wait(_POLL_SECONDS)
        found = client.task(lineage, name)
        if found is None:
            return
        view = found


def _ready(side: Side) -> EndpointDefinition:
    definition = side.connection.definition
    if definition is None:
        raise DiagnosticError(
            codes.ENDPOINT_NOT_READY.error(
                f"{side.address} cannot be connected to: {side.connection.unknown}.",
                "Apply again; its server is then started first.",
                subject=side.subject,
                address=str(side.address),
            )
        )
    return definition


def attributes_of(record: ResourceRecord) -> Mapping[str, Any]:
    """What expressions may refer to of a recorded resource: its arguments and what apply learnt, never a secret."""
    plain = {name: value for name, value in record.attributes.items() if name != COMPUTED}
    return {**plain, **record.attributes.get(COMPUTED, {})}
