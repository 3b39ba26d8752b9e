"""Outputs after the last step: evaluated with what the servers say of the tasks, recorded where they changed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dmsform.addresses import Address, Kind
from dmsform.api.client import Client
from dmsform.apply.request import Request
from dmsform.apply.session import StateSession
from dmsform.apply.steps import ApplyStep, reached
from dmsform.apply.survey import evaluate_config, known_attributes
from dmsform.diagnostics import DiagnosticError
from dmsform.plan.outputs import record_output
from dmsform.plan.values import COMPUTED
from dmsform.resources.replication_instance import data_dir_of
from dmsform.state.snapshot import OutputRecord, ResourceRecord, Snapshot

if TYPE_CHECKING:
    from dmsform.language.load import Module

SENSITIVE = "(sensitive value)"


def with_live_status(snapshot: Snapshot) -> Snapshot:
    """The snapshot with every task's status as its server tells it now; as recorded where the server is silent."""
    return replace(snapshot, resources=tuple(_live(r, snapshot) for r in snapshot.resources))


def save_outputs(request: Request, module: Module, session: StateSession, *, destroy: bool) -> None:
    """Evaluate the outputs and record them, if any differs from what is recorded. Raises DiagnosticError."""
    live = with_live_status(session.snapshot)
    outputs = () if destroy else evaluated(request, module, live)
    if outputs == session.snapshot.outputs:
        return
    moved = tuple(r for r in live.resources if r != session.snapshot.resource(r.address))
    session.put_outputs(outputs, moved)
    reached(ApplyStep.OUTPUTS_SAVED)


def evaluated(request: Request, module: Module, snapshot: Snapshot) -> tuple[OutputRecord, ...]:
    """The outputs by name, evaluated with what the snapshot knows. Raises DiagnosticError."""
    config = evaluate_config(request, module, known_attributes(snapshot))
    return tuple(sorted((record_output(o, snapshot.salt) for o in config.outputs), key=lambda o: o.name))


def shown(outputs: tuple[OutputRecord, ...]) -> dict[str, Any]:
    """Values by name, for people and programs; sensitive ones as their placeholder."""
    return {o.name: SENSITIVE if o.sensitive else o.value for o in outputs}


def _live(record: ResourceRecord, snapshot: Snapshot) -> ResourceRecord:
    if record.address.kind is not Kind.TASK:
        return record
    status = _status(record, snapshot)
    computed: Mapping[str, Any] = record.attributes.get(COMPUTED, {})
    if status is None or status == computed.get("status"):
        return record
    return replace(record, attributes={**record.attributes, COMPUTED: {**computed, "status": status}})


def _status(record: ResourceRecord, snapshot: Snapshot) -> str | None:
    instance = snapshot.resource(Address.parse(record.attributes["replication_instance"]))
    if instance is None:
        return None
    with suppress(DiagnosticError):
        view = Client.for_data_dir(data_dir_of(instance)).task(snapshot.lineage, record.address.name)
        return None if view is None else view.status.value
    return None
