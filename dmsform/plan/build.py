"""Builds the plan from what is declared, recorded and observed. Pure: the same input gives the same plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dmsform
from dmsform.addresses import Address, Kind
from dmsform.diagnostics import Diagnostic, DiagnosticError, has_errors
from dmsform.graph import Edge, dependency_order, destruction_order
from dmsform.language.config import Output
from dmsform.plan import codes
from dmsform.plan.differences import removal
from dmsform.plan.endpoint import decide_endpoint
from dmsform.plan.model import Action, Plan, ResourceChange
from dmsform.plan.outputs import decide_outputs
from dmsform.plan.replication_instance import decide_instance, on_other_machine
from dmsform.plan.task import decide_task, decide_task_removal
from dmsform.plan.values import (
    Desired,
    Observed,
    ObservedEndpoint,
    ObservedInstance,
    ObservedTask,
)
from dmsform.state.snapshot import ResourceRecord, Snapshot

NOT_DECLARED = "its block was removed from the configuration"
DESTROYED = "everything in the state is to be destroyed"


@dataclass(frozen=True, slots=True)
class World:
    """Everything a plan is built from. desired -- empty for `destroy`; machine -- the id of this machine."""

    snapshot: Snapshot
    desired: Sequence[Desired]
    observed: Mapping[Address, Observed]
    machine: str
    config_digest: str = ""
    outputs: Sequence[Output] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[Diagnostic] = ()
    destroy: bool = False


def build(world: World) -> Plan:
    """The plan. Raises DiagnosticError with every error there is."""
    changes, diagnostics = _declared(world)
    gone, more = _removed(world)
    diagnostics += more
    diagnostics += _protected(world, [*gone, *changes])
    if has_errors(diagnostics):
        raise DiagnosticError([*diagnostics, *world.warnings])
    return Plan(
        lineage=world.snapshot.lineage,
        serial=world.snapshot.serial,
        config_digest=world.config_digest,
        changes=(*gone, *changes),
        outputs=decide_outputs(world.outputs, world.snapshot.outputs),
        warnings=(*world.warnings, *diagnostics),
        variables=dict(world.variables),
        destroy=world.destroy,
        version=dmsform.__version__,
    )


def decide(
    desired: Desired, record: ResourceRecord | None, observed: Observed, upstream: Mapping[Address, Action]
) -> tuple[ResourceChange | None, tuple[Diagnostic, ...]]:
    """One resource's change and what is to be told; no change where an error forbids one."""
    match observed:
        case ObservedInstance():
            decided = decide_instance(desired, record, observed)
            return (None, (decided,)) if isinstance(decided, Diagnostic) else (decided, ())
        case ObservedEndpoint():
            return decide_endpoint(desired, record, observed), ()
        case ObservedTask():
            decision = decide_task(desired, record, observed, upstream)
            return decision.change, decision.diagnostics


def in_order(desired: Sequence[Desired]) -> list[Desired]:
    """Every resource after those it depends on."""
    by_address = {d.address: d for d in desired}
    edges = [Edge(d.address, a, d.subject) for d in desired for a in d.depends_on]
    return [by_address[a] for a in dependency_order(by_address, edges)]


def _declared(world: World) -> tuple[list[ResourceChange], list[Diagnostic]]:
    changes: list[ResourceChange] = []
    diagnostics: list[Diagnostic] = []
    upstream: dict[Address, Action] = {}
    for desired in in_order(world.desired):
        record = world.snapshot.resource(desired.address)
        change, found = decide(desired, record, world.observed[desired.address], upstream)
        diagnostics += found
        if change is not None:
            changes.append(change)
            upstream[desired.address] = change.action
    return changes, diagnostics


def _removed(world: World) -> tuple[list[ResourceChange], list[Diagnostic]]:
    kept = {d.address for d in world.desired}
    records = {r.address: r for r in world.snapshot.resources if r.address not in kept}
    edges = [Edge(r.address, a) for r in records.values() for a in r.dependencies]
    reason = DESTROYED if world.destroy else NOT_DECLARED
    wrong = [
        found
        for r in records.values()
        if r.address.kind is Kind.REPLICATION_INSTANCE and (found := on_other_machine(r, world.machine))
    ]
    return [removal_change(records[a], reason) for a in destruction_order(records, edges)], wrong


def removal_change(record: ResourceRecord, reason: str) -> ResourceChange:
    """The change that removes a recorded resource; what its removal leaves behind is said."""
    if record.address.kind is Kind.TASK:
        return decide_task_removal(record, reason)
    return ResourceChange(
        address=record.address,
        action=Action.DELETE,
        reason=f"{reason}{_what_stays(record)}",
        attributes=removal(record),
        depends_on=record.dependencies,
    )


def _what_stays(record: ResourceRecord) -> str:
    if record.address.kind is Kind.REPLICATION_INSTANCE:
        return f"; its server is stopped, its data directory {record.attributes.get('data_dir')} stays"
    embedded = record.attributes.get("embedded")
    if embedded:
        return f"; its server is stopped, its data stay in {embedded.get('data_dir')}"
    return "; the data store itself is left alone"


def _protected(world: World, changes: Sequence[ResourceChange]) -> list[Diagnostic]:
    declared = {d.address: d for d in world.desired}
    found = []
    for change in changes:
        if change.action not in (Action.DELETE, Action.REPLACE):
            continue
        desired, record = declared.get(change.address), world.snapshot.resource(change.address)
        # Where the block is gone, what it last said still holds.
        protected = desired.prevent_destroy if desired else record is not None and record.prevent_destroy
        if protected:
            found.append(_refused(change))
    return found


def _refused(change: ResourceChange) -> Diagnostic:
    return codes.PREVENT_DESTROY.error(
        f"{change.address} has lifecycle.prevent_destroy, and this plan would destroy it: {change.reason}.",
        "Undo the change; or, to destroy it on purpose, first apply its block with `prevent_destroy = false`.",
        subject=change.subject,
        address=str(change.address),
    )
