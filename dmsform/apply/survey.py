"""Surveys the situation: reads configuration and state, looks at the world, builds the plan. Changes nothing."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dmsform.addresses import Address, Kind
from dmsform.api.client import Client
from dmsform.apply.request import Reporter, Request
from dmsform.diagnostics import Diagnostic, DiagnosticError, SourceRange, has_errors
from dmsform.language.config import Config
from dmsform.plan.build import World, build, decide, in_order
from dmsform.plan.model import Action, Plan
from dmsform.plan.values import Desired, Observed, ObservedTask
from dmsform.plan.variables import record_variables
from dmsform.provider.values import EmbeddedServer
from dmsform.resources.endpoint import Connection, Endpoint, connection, decode_endpoint, observe_endpoint
from dmsform.resources.replication_instance import Instance, data_dir_of, decode_instance, observe_instance
from dmsform.resources.stores import Loading, shared_targets
from dmsform.resources.task import Peers, Scope, Side, attributes_of, observe_task
from dmsform.resources.task_block import Task, decode_task
from dmsform.state.fingerprints import new_salt
from dmsform.state.machine import machine_id, user_name
from dmsform.state.snapshot import Snapshot

if TYPE_CHECKING:
    from dmsform.language.load import Module


@dataclass(frozen=True, slots=True)
class Declared:
    """The configuration's resources, decoded."""

    instances: Mapping[Address, Instance]
    endpoints: Mapping[Address, Endpoint]
    tasks: Mapping[Address, Task]

    @property
    def desired(self) -> list[Desired]:
        """All of them."""
        return [r.desired for kind in (self.instances, self.endpoints, self.tasks) for r in kind.values()]


@dataclass(frozen=True, slots=True)
class Survey:
    """The situation with the plan made from it."""

    module: Module
    config: Config
    snapshot: Snapshot
    scope: Scope
    declared: Declared
    observed: Mapping[Address, Observed]
    plan: Plan


def holder_of(directory: Path) -> str:
    """`user@host:directory`: whom others are told of when they collide with this checkout's tasks."""
    return f"{user_name()}@{socket.gethostname()}:{directory.absolute()}"


def read_module(request: Request) -> Module:
    """Parse the directory. Raises DiagnosticError."""
    from dmsform.language.load import parse_directory

    return parse_directory(request.directory)


def evaluate_config(request: Request, module: Module, known: Mapping[Address, Mapping[str, Any]]) -> Config:
    """Evaluate the configuration with what is known of applied resources. Raises DiagnosticError."""
    from dmsform.language.evaluate import evaluate

    return evaluate(module, request.variables, request.environ, known)


def known_attributes(snapshot: Snapshot) -> dict[Address, Mapping[str, Any]]:
    """What expressions may refer to: the attributes of every recorded resource."""
    return {r.address: attributes_of(r) for r in snapshot.resources}


def decode(config: Config) -> tuple[Declared, list[Diagnostic]]:
    """Decode every resource; what is wrong with any of them is in the list."""
    findings: list[Diagnostic] = []
    instances: dict[Address, Instance] = {}
    endpoints: dict[Address, Endpoint] = {}
    tasks: dict[Address, Task] = {}
    for block in config.resources:
        address = block.address
        if address.kind is Kind.REPLICATION_INSTANCE:
            instances[address] = decode_instance(block, config.directory, findings)
        elif address.kind is Kind.ENDPOINT:
            if endpoint := decode_endpoint(block, config.directory, findings):
                endpoints[address] = endpoint
        elif task := decode_task(block, findings):
            tasks[address] = task
    return Declared(instances, endpoints, tasks), findings


def survey(
    request: Request,
    module: Module,
    config: Config,
    snapshot: Snapshot,
    reporter: Reporter,
) -> Survey:
    """Look at everything and build the plan. Raises DiagnosticError with all errors of all resources."""
    declared, findings = decode(config)
    if has_errors(findings):
        raise DiagnosticError([*findings, *config.warnings])
    scope = Scope(snapshot.lineage, snapshot.salt, holder_of(request.directory))
    if request.destroy:
        declared = Declared({}, {}, {})
    observer = _Observer(declared, snapshot, scope, reporter)
    observer.observe_all()
    warnings = [*config.warnings, *findings, *observer.diagnostics]
    if has_errors(warnings):
        raise DiagnosticError(warnings)
    world = World(
        snapshot=snapshot,
        desired=declared.desired,
        observed=observer.observed,
        machine=machine_id(),
        config_digest=config.digest,
        outputs=() if request.destroy else config.outputs,
        variables=record_variables(config.variables, snapshot.salt or new_salt()),
        warnings=warnings,
        destroy=request.destroy,
    )
    return Survey(module, config, snapshot, scope, declared, observer.observed, build(world))


class _Observer:
    """Looks at one resource after the other, those first that others depend on."""

    def __init__(self, declared: Declared, snapshot: Snapshot, scope: Scope, reporter: Reporter) -> None:
        self.declared, self.snapshot, self.scope, self.reporter = declared, snapshot, scope, reporter
        self.observed: dict[Address, Observed] = {}
        self.diagnostics: list[Diagnostic] = []
        self._upstream: dict[Address, Action] = {}
        self._live: dict[Address, EmbeddedServer | None] = {}
        self._failed: set[Address] = set()

    def observe_all(self) -> None:
        """Fill `observed` and `diagnostics`; what depends on a resource in error is passed over."""
        for desired in in_order(self.declared.desired):
            address = desired.address
            if any(a in self._failed for a in desired.depends_on):
                self._failed.add(address)
                continue
            self.reporter.planning_started(address)
            try:
                self._observe(desired)
            except DiagnosticError as error:
                self._failed.add(address)
                self.diagnostics += [_placed(d, address, desired.subject) for d in error.diagnostics]
        try:
            self.diagnostics += shared_targets(self._loads())
        except DiagnosticError as error:
            self.diagnostics += error.diagnostics

    def _loads(self) -> list[Loading]:
        return [
            Loading(task.desired, self._side(task.target).connection.definition, found.tables)
            for address, task in self.declared.tasks.items()
            if isinstance(found := self.observed.get(address), ObservedTask) and found.tables
        ]

    def _observe(self, desired: Desired) -> None:
        address = desired.address
        record = self.snapshot.resource(address)
        if instance := self.declared.instances.get(address):
            self.observed[address] = observe_instance(instance.data_dir)
        elif endpoint := self.declared.endpoints.get(address):
            self.observed[address], self._live[address] = observe_endpoint(endpoint)
        else:
            task = self.declared.tasks[address]
            peers = self._peers(task)
            found, warnings = observe_task(task, record, peers, self.scope, self._upstream, self._departing())
            self.observed[address] = found
            self.diagnostics += warnings
        change, _ = decide(desired, record, self.observed[address], self._upstream)
        if change is not None:
            self._upstream[address] = change.action

    def _peers(self, task: Task) -> Peers:
        record = self.snapshot.resource(task.instance)
        data_dir = data_dir_of(record) if record else self.declared.instances[task.instance].data_dir
        client = None
        if observe_instance(data_dir).running:
            client = Client.for_data_dir(data_dir)
        return Peers(client, self._side(task.source), self._side(task.target))

    def _side(self, address: Address) -> Side:
        endpoint = self.declared.endpoints[address]
        return side_of(endpoint, connection(endpoint, self._live.get(address)))

    def _departing(self) -> set[str]:
        kept = set(self.declared.tasks)
        gone = {r.address for r in self.snapshot.resources if r.address.kind is Kind.TASK} - kept
        return {a.name for a in gone}


def side_of(endpoint: Endpoint, reached: Connection) -> Side:
    """An endpoint as one side of a task."""
    return Side(endpoint.desired.address, endpoint.engine, reached, endpoint.desired.subject)


def _placed(diagnostic: Diagnostic, address: Address, subject: SourceRange) -> Diagnostic:
    return replace(diagnostic, subject=diagnostic.subject or subject, address=diagnostic.address or str(address))
