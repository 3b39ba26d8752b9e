"""Worlds for the planner's tests: one task from one endpoint to another, and what apply would make of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dmsform.addresses import Address, Kind
from dmsform.diagnostics import Point, SourceRange
from dmsform.plan.build import World
from dmsform.plan.model import Action, Plan
from dmsform.plan.outputs import record_output
from dmsform.plan.values import (
    COMPUTED,
    Desired,
    MatchedTable,
    Observed,
    ObservedEndpoint,
    ObservedInstance,
    ObservedTask,
    RunState,
    TargetFacts,
)
from dmsform.state.fingerprints import fingerprint
from dmsform.state.snapshot import ResourceRecord, Snapshot, StateChange, changed
from dmsform.task.settings import TaskSettings

MACHINE = "machine-1"
SALT = "00" * 16
MAIN = Address(Kind.REPLICATION_INSTANCE, "main")
SHOP = Address(Kind.ENDPOINT, "shop")
COPY = Address(Kind.ENDPOINT, "copy")
TASK = Address(Kind.TASK, "shop")
HERE = SourceRange("main.dms.hcl", Point(1, 1, 0), Point(2, 1, 9))
ABSENT, NOTHING = TargetFacts(), Snapshot()
DEFAULTS = {"settings": TaskSettings().model_dump(mode="json"), "start": True}


def instance(**more: Any) -> Desired:
    return Desired(MAIN, {"type": "local", "data_dir": "/data/main"}, HERE, **more)


def endpoint(address: Address, secret: str | None = None, /, **attributes: Any) -> Desired:
    secrets = {} if secret is None else {"password": secret}
    return Desired(address, {"engine": "sqlite", "path": f"/{address.name}.db", **attributes}, HERE, secrets)


def task(mode: str = "do-nothing", *, start: bool = True, target: Address = COPY, **more: Any) -> Desired:
    settings = TaskSettings.model_validate({"full_load": {"target_table_prep_mode": mode}})
    attributes = {
        "replication_instance": str(MAIN),
        "source": str(SHOP),
        "target": str(target),
        "migration_type": "full-load",
        "table_mappings": {"rules": [{"rule-id": "1"}]},
        "settings": settings.model_dump(mode="json"),
        "start": start,
    }
    return Desired(TASK, attributes, HERE, defaults=DEFAULTS, depends_on=(SHOP, target, MAIN), **more)


def table(name: str, facts: TargetFacts | None = ABSENT, digest: str = "d1", rows: int = 10) -> MatchedTable:
    return MatchedTable(
        ("main", name),
        ("public", name),
        f"source-{digest}",
        digest,
        rows,
        rows * 100,
        (f"CREATE TABLE {name}",),
        (f"DROP TABLE {name}",),
        (f"TRUNCATE {name}",),
        facts=facts,
    )


CONNECTIONS = {"source": "s1", "target": "t1"}


def observed_task(*tables: MatchedTable, state: RunState | None = None, **more: Any) -> ObservedTask:
    digest = "" if state is None else "on-server"
    completed = frozenset(t.pair for t in tables) if state is RunState.FINISHED else frozenset()
    given: dict[str, Any] = {
        "definition_digest": digest,
        "run": 0 if state is None else 1,
        "connections": CONNECTIONS,
        "stores": CONNECTIONS,
        "tables": tables,
        "completed": completed,
        **more,
    }
    return ObservedTask(state=state, **given)


def world(
    *desired: Desired,
    snapshot: Snapshot = NOTHING,
    observed: Mapping[Address, Observed] | None = None,
    **more: Any,
) -> World:
    seen: dict[Address, Observed] = {}
    for each in desired:
        match each.address.kind:
            case Kind.REPLICATION_INSTANCE:
                seen[each.address] = ObservedInstance(MACHINE, running=snapshot.resource(each.address) is not None)
            case Kind.ENDPOINT:
                seen[each.address] = ObservedEndpoint()
            case Kind.TASK:
                seen[each.address] = observed_task(table("customer"), table("note"))
    return World(snapshot, desired, {**seen, **(observed or {})}, MACHINE, **more)


def everything(**more: Any) -> World:
    return world(instance(), endpoint(SHOP), endpoint(COPY), task(), **more)


def applied(made: World, plan: Plan) -> Snapshot:
    """The state as apply leaves it after the plan."""
    wanted = {d.address: d for d in made.desired}
    put = [_record(wanted[c.address], c.payload) for c in plan.changes if c.action not in (Action.DELETE, Action.NO_OP)]
    gone = tuple(c.address for c in plan.changes if c.action is Action.DELETE)
    outputs = tuple(record_output(o, SALT) for o in made.outputs)
    start = replace(made.snapshot, lineage="one", salt=SALT)
    return changed(start, StateChange(tuple(put), gone, outputs))


def _record(desired: Desired, payload: Mapping[str, Any]) -> ResourceRecord:
    computed: dict[str, Any] = {}
    if desired.address.kind is Kind.TASK:
        computed = {
            "connections": CONNECTIONS,
            "stores": CONNECTIONS,
            "definition_digest": "on-server",
            "run": 1,
            "tables": payload["tables"],
        }
    if desired.address.kind is Kind.REPLICATION_INSTANCE:
        computed = {"machine": MACHINE, "host": "host-1"}
    secrets = {path: fingerprint(secret, SALT) for path, secret in desired.secrets.items()}
    attributes = {**desired.attributes, COMPUTED: computed}
    return ResourceRecord(
        desired.address, attributes, secrets, desired.depends_on, prevent_destroy=desired.prevent_destroy
    )


def actions(plan: Plan) -> dict[str, str]:
    """What happens to each resource."""
    return {str(c.address): c.action.value for c in plan.changes}


def tables_of(plan: Plan, address: Address = TASK) -> dict[str, str]:
    """What happens to each target table of a task."""
    data = next(c.data for c in plan.changes if c.address == address)
    assert data is not None
    return {t.target: t.action.value for t in data.tables}


def finished(desired: Sequence[Desired], snapshot: Snapshot, *tables: MatchedTable, **more: Any) -> World:
    """The world after the task has loaded these tables; they stand on the target."""
    standing = [replace(t, facts=None) for t in tables]
    seen: dict[Address, Observed] = {
        MAIN: ObservedInstance(MACHINE, running=True),
        TASK: observed_task(*standing, state=RunState.FINISHED),
    }
    return world(*desired, snapshot=snapshot, observed={**seen, **more.pop("observed", {})}, **more)
