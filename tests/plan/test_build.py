"""The plan as a whole: what comes, goes, stays; in which order; what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dmsform.diagnostics import DiagnosticError, ExitCode
from dmsform.plan.build import build
from dmsform.plan.model import Action
from dmsform.plan.values import ObservedEndpoint, ObservedInstance, RunState
from dmsform.state.snapshot import Snapshot
from tests.plan.helpers import (
    COPY,
    HERE,
    MACHINE,
    MAIN,
    SHOP,
    TASK,
    actions,
    applied,
    endpoint,
    everything,
    finished,
    instance,
    observed_task,
    table,
    tables_of,
    task,
    world,
)

ALL = (instance(), endpoint(SHOP), endpoint(COPY), task())
LOADED = (table("customer"), table("note"))


def state() -> Snapshot:
    made = everything()
    return applied(made, build(made))


def test_everything_is_created_in_an_order_that_respects_dependencies() -> None:
    plan = build(everything())
    assert [c.action for c in plan.changes] == [Action.CREATE] * 4
    assert plan.changes[-1].address == TASK
    assert plan.changes[-1].subject == HERE
    assert tables_of(plan) == {"public.customer": "create and load", "public.note": "create and load"}


def test_the_plan_after_apply_is_empty() -> None:
    plan = build(finished(ALL, state(), *LOADED))
    assert actions(plan) == dict.fromkeys(actions(plan), "no-op")
    assert plan.is_empty


def test_a_removed_task_goes_and_its_data_stay() -> None:
    plan = build(finished(ALL[:3], state()))
    change = plan.changes[0]
    assert (change.address, change.action) == (TASK, Action.DELETE)
    assert change.data is not None
    assert not change.data.destroys
    assert "left alone on the target" in change.data.running
    assert set(tables_of(plan).values()) == {"no longer selected, left on the target"}


def test_destroy_removes_dependents_first() -> None:
    plan = build(world(snapshot=state(), destroy=True))
    assert [c.action for c in plan.changes] == [Action.DELETE] * 4
    assert plan.changes[0].address == TASK


@pytest.mark.parametrize("declared", [(), ALL[:3]])
def test_prevent_destroy_also_guards_a_removed_block(declared: tuple[object, ...]) -> None:
    made = world(*ALL[:3], task(prevent_destroy=True))
    snapshot = applied(made, build(made))
    with pytest.raises(DiagnosticError) as caught:
        build(world(*ALL[: len(declared)], snapshot=snapshot))
    found = caught.value.diagnostics[0]
    assert (found.code, found.exit_code) == ("DMS401", ExitCode.REFUSED)
    assert "prevent_destroy = false" in found.remedy


def test_disarming_prevent_destroy_is_a_change_of_its_own() -> None:
    made = world(*ALL[:3], task(prevent_destroy=True))
    snapshot = applied(made, build(made))
    plan = build(finished(ALL, snapshot, *LOADED))
    assert actions(plan)[str(TASK)] == "update"
    after = applied(finished(ALL, snapshot, *LOADED), plan)
    assert actions(build(finished(ALL[:3], after)))[str(TASK)] == "delete"


def test_another_target_replaces_the_task() -> None:
    other = replace(COPY, name="other")
    desired = (*ALL[:3], endpoint(other), task(target=other))
    plan = build(finished(desired, state(), *LOADED))
    assert actions(plan)[str(TASK)] == "replace"
    assert "target" in next(c.reason for c in plan.changes if c.address == TASK)


def test_another_engine_replaces_endpoint_and_task() -> None:
    desired = (instance(), endpoint(SHOP, engine="postgresql"), endpoint(COPY), task())
    plan = build(finished(desired, state(), *LOADED))
    assert actions(plan)[str(SHOP)] == actions(plan)[str(TASK)] == "replace"


def test_an_instance_of_another_machine_is_refused() -> None:
    seen = {MAIN: ObservedInstance("machine-2", running=False)}
    with pytest.raises(DiagnosticError) as caught:
        build(finished(ALL, state(), *LOADED, observed=seen))
    assert "host-1" in caught.value.diagnostics[0].detail
    with pytest.raises(DiagnosticError):
        build(replace(world(snapshot=state(), destroy=True), machine="machine-2"))


def test_a_dead_server_is_started_and_its_task_checked() -> None:
    seen = {MAIN: ObservedInstance(MACHINE, running=False), TASK: observed_task(*LOADED, asked=False)}
    plan = build(finished(ALL, state(), observed=seen))
    assert actions(plan)[str(MAIN)] == actions(plan)[str(TASK)] == "update"


def test_a_stopped_embedded_server_is_started() -> None:
    desired = (instance(), endpoint(SHOP), endpoint(COPY, embedded={"data_dir": "/data/pg"}), task())
    made = world(*desired)
    snapshot = applied(made, build(made))
    running = {COPY: ObservedEndpoint(running=True)}
    assert build(finished(desired, snapshot, *LOADED, observed=running)).is_empty
    stopped = {COPY: ObservedEndpoint(running=False)}
    assert actions(build(finished(desired, snapshot, *LOADED, observed=stopped)))[str(COPY)] == "update"


def test_a_changed_password_is_a_change_without_values() -> None:
    made = world(instance(), endpoint(SHOP, "Sesame1"), endpoint(COPY), task())
    snapshot = applied(made, build(made))
    same = (instance(), endpoint(SHOP, "Sesame1"), endpoint(COPY), task())
    assert build(finished(same, snapshot, *LOADED)).is_empty
    plan = build(finished((instance(), endpoint(SHOP, "Sesame2"), endpoint(COPY), task()), snapshot, *LOADED))
    change = next(c for c in plan.changes if c.address == SHOP)
    assert [(a.path, a.sensitive, a.before, a.after) for a in change.attributes] == [("password", True, None, None)]
    assert "Sesame" not in repr(plan)


def test_a_new_connection_reaches_a_finished_task() -> None:
    seen = {TASK: observed_task(*LOADED, state=RunState.FINISHED, connections={"source": "s2", "target": "t1"})}
    plan = build(finished(ALL, state(), observed=seen))
    assert actions(plan)[str(TASK)] == "update"


def test_another_store_behind_the_source_is_told() -> None:
    moved = {"source": "s2", "target": "t1"}
    seen = {TASK: observed_task(*LOADED, state=RunState.FINISHED, connections=moved, stores=moved)}
    plan = build(finished(ALL, state(), observed=seen))
    assert [w.code for w in plan.warnings] == ["DMS406"]
    assert "task reload shop" in plan.warnings[0].remedy
