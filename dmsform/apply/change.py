"""Creates and updates resources: evaluates each block anew with what is known by then, acts, records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never

from dmsform.addresses import Address, Kind
from dmsform.api.client import Client
from dmsform.api.models import TaskView
from dmsform.apply.request import Request, RunningTask
from dmsform.apply.session import StateSession
from dmsform.apply.steps import ApplyStep, reached
from dmsform.apply.survey import (
    Declared,
    Survey,
    decode,
    evaluate_config,
    known_attributes,
    side_of,
)
from dmsform.diagnostics import DiagnosticError, has_errors
from dmsform.plan.intent import Intent, intend
from dmsform.plan.model import Action, ResourceChange
from dmsform.plan.task import task_facts
from dmsform.plan.values import COMPUTED, Desired, ObservedTask, RunState
from dmsform.resources.endpoint import (
    connection,
    observe_endpoint,
    recorded_attributes,
    start_embedded,
)
from dmsform.resources.replication_instance import start_instance
from dmsform.resources.task import (
    Peers,
    Scope,
    computed_attributes,
    definition_of,
    from_server,
    put,
    resolve_payload,
    run_state,
    stop_and_wait,
    with_connections,
)
from dmsform.resources.task_block import Task
from dmsform.state.fingerprints import fingerprint
from dmsform.state.snapshot import ResourceRecord
from dmsform.task.definition import TaskDefinition


@dataclass(frozen=True, slots=True)
class PutTask:
    """A task that this apply has put on its server, to be confirmed at the end with the state's last serial."""

    client: Client
    definition: TaskDefinition


class Changer:
    """Applies changes one after the other. `running` and `given` are what it leaves behind."""

    def __init__(self, request: Request, survey: Survey, session: StateSession) -> None:
        self.request, self.survey, self.session = request, survey, session
        # What this apply sends carries the serial it began with: a copy of the state that lags behind has a lower one.
        self.serial = session.snapshot.serial
        self.scope = Scope(session.snapshot.lineage, session.snapshot.salt, survey.scope.holder)
        self.running: list[RunningTask] = []
        self.given: list[PutTask] = []

    def apply(self, change: ResourceChange) -> None:
        """Create, update, or create in the place of what was removed. Raises DiagnosticError."""
        declared = self._declared()
        match change.address.kind:
            case Kind.REPLICATION_INSTANCE:
                self._instance(declared, change)
            case Kind.ENDPOINT:
                self._endpoint(declared, change)
            case Kind.TASK:
                self._task(declared, change)
            case _:
                assert_never(change.address.kind)

    def unchanged(self, change: ResourceChange) -> None:
        """Note a task that runs and is left alone: it is waited for all the same."""
        if change.address.kind is not Kind.TASK:
            return
        task, observed = self.survey.declared.tasks[change.address], self.survey.observed[change.address]
        if isinstance(observed, ObservedTask) and observed.state is RunState.RUNNING:
            self._runs(task.name, self.survey.declared, task.instance)

    def _declared(self) -> Declared:
        config = evaluate_config(self.request, self.survey.module, known_attributes(self.session.snapshot))
        declared, findings = decode(config)
        if has_errors(findings):
            raise DiagnosticError(findings)
        return declared

    def _instance(self, declared: Declared, change: ResourceChange) -> None:
        instance = declared.instances[change.address]
        computed = start_instance(instance)
        reached(ApplyStep.SERVER_STARTED)
        self._record(instance.desired, {**instance.desired.attributes, COMPUTED: dict(computed)})

    def _endpoint(self, declared: Declared, change: ResourceChange) -> None:
        endpoint = declared.endpoints[change.address]
        live = None
        if endpoint.embedded is not None:
            live = start_embedded(endpoint)
            reached(ApplyStep.EMBEDDED_SERVER_STARTED)
        self._record(endpoint.desired, recorded_attributes(endpoint, live))
        reached(ApplyStep.ENDPOINT_RECORDED)

    def _task(self, declared: Declared, change: ResourceChange) -> None:
        task = declared.tasks[change.address]
        peers = self._peers(declared, task)
        client = peers.client
        assert client is not None, "the instance was applied before"
        view = client.task(self.scope.lineage, task.name)
        payload = resolve_payload(task, peers, change.payload)
        definition = definition_of(task, peers, self.scope, payload, 1 if view is None else view.run)
        intent = self._intent(task, change, peers, view)
        if view is not None and run_state(view) is RunState.RUNNING and intent.put:
            stop_and_wait(client, self.scope.lineage, task.name)
            reached(ApplyStep.TASK_STOPPED)
        if intent.put:
            view = put(client, definition, self.serial)
            self.given.append(PutTask(client, definition))
            reached(ApplyStep.TASK_PUT)
        assert view is not None, "a task that the server does not know is put"
        computed = computed_attributes(view, peers, self.scope, payload)
        self._record(task.desired, {**task.desired.attributes, COMPUTED: computed})
        reached(ApplyStep.TASK_RECORDED)
        if intent.start:
            client.start(self.scope.lineage, task.name)
            reached(ApplyStep.TASK_STARTED)
        if intent.start or run_state(view) is RunState.RUNNING:
            self._runs(task.name, declared, task.instance)

    def _intent(self, task: Task, change: ResourceChange, peers: Peers, view: TaskView | None) -> Intent:
        """What is to be done now that the server can be asked; at planning it may not have run."""
        record = None if change.action is Action.REPLACE else self.survey.snapshot.resource(change.address)
        seen = self.survey.observed[change.address]
        assert isinstance(seen, ObservedTask)
        now = with_connections(replace(from_server(view, asked=True), tables=seen.tables), peers, self.scope)
        return intend(task_facts(task.desired, record, now, {}))

    def _peers(self, declared: Declared, task: Task) -> Peers:
        sides = []
        for address in (task.source, task.target):
            endpoint = declared.endpoints[address]
            sides.append(side_of(endpoint, connection(endpoint, observe_endpoint(endpoint)[1])))
        client = Client.for_data_dir(declared.instances[task.instance].data_dir)
        return Peers(client, sides[0], sides[1])

    def _record(self, desired: Desired, attributes: Mapping[str, Any]) -> None:
        salt = self.scope.salt
        self.session.put(
            ResourceRecord(
                address=desired.address,
                attributes=dict(attributes),
                secrets={path: fingerprint(secret, salt) for path, secret in desired.secrets.items()},
                dependencies=desired.depends_on,
                prevent_destroy=desired.prevent_destroy,
            )
        )

    def _runs(self, name: str, declared: Declared, instance: Address) -> None:
        self.running.append(RunningTask(name, self.scope.lineage, declared.instances[instance].data_dir))
