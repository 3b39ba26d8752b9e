"""A stale plan says what moved; a plan that still holds is not called stale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dmsform.diagnostics import ExitCode
from dmsform.plan.build import World, build
from dmsform.plan.model import Plan
from dmsform.plan.stale import stale
from dmsform.plan.values import MatchedTable, TargetFacts
from tests.plan.helpers import COPY, SHOP, TASK, endpoint, everything, instance, observed_task, table, task, world


def plan(*tables: MatchedTable) -> Plan:
    return build(with_tables(*tables))


def with_tables(*tables: MatchedTable) -> World:
    made = everything()
    return replace(made, observed={**made.observed, TASK: observed_task(*tables)})


BEFORE = plan(table("a"), table("b"))


def said(now: Plan, before: Plan = BEFORE, variables: tuple[str, ...] = ()) -> str:
    found = stale(before, now, variables)
    assert found is not None
    assert found.exit_code is ExitCode.STALE_PLAN
    return found.detail


def test_the_same_again_holds() -> None:
    assert stale(BEFORE, plan(table("a"), table("b"))) is None


def test_estimates_are_not_bound() -> None:
    assert stale(BEFORE, plan(table("a", rows=11), table("b", rows=99))) is None


def test_the_first_applys_lineage_is_no_change() -> None:
    assert stale(BEFORE, replace(BEFORE, lineage="new")) is None
    assert "went to serial 4" in said(replace(BEFORE, lineage="new", serial=4))
    assert "another one" in said(replace(BEFORE, lineage="new"), replace(BEFORE, lineage="old"))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (replace(BEFORE, serial=7), "from serial 0 to 7"),
        (replace(BEFORE, config_digest="x"), "the configuration changed"),
        (plan(table("a")), "does not match the table main.b"),
        (plan(table("a"), table("b"), table("c")), "matches the table main.c"),
        (plan(table("a", digest="d2"), table("b")), "main.a of task.shop: its definition changed on the source"),
        (plan(table("a", TargetFacts(exists=True)), table("b")), "public.a exists now"),
        (replace(BEFORE, changes=BEFORE.changes[:-1]), "task.shop would be a no-op"),
    ],
)
def test_what_moved_is_told(now: Plan, words: str) -> None:
    assert words in said(now)


def test_what_the_running_task_loaded_meanwhile_is_no_surprise() -> None:
    loaded = TargetFacts(exists=True, has_rows=True, completed=True)
    assert stale(BEFORE, plan(table("a", loaded), table("b"))) is None
    assert "its definition changed" in said(plan(table("a", loaded, digest="d2"), table("b")))
    assert "public.a is gone now" in said(BEFORE, plan(table("a", loaded), table("b")))


def test_rows_that_appeared_are_told() -> None:
    made = everything()

    def dropping(facts: TargetFacts) -> Plan:
        desired = (instance(), endpoint(SHOP), endpoint(COPY), task("drop-and-create"))
        return build(world(*desired, observed={**made.observed, TASK: observed_task(table("a", facts))}))

    assert "holds rows now" in said(dropping(TargetFacts(True, True)), dropping(TargetFacts(True, False)))


def test_a_changed_variable_is_named() -> None:
    assert "variable port has another value" in said(replace(BEFORE, config_digest="x"), variables=("port",))


def test_what_hangs_on_a_dropped_table_is_bound() -> None:
    def with_dependents(*words: str) -> Plan:
        change = next(c for c in BEFORE.changes if c.data and c.data.tables)
        assert change.data is not None
        tables = tuple(replace(t, takes_along=words) for t in change.data.tables)
        changed = replace(change, data=replace(change.data, tables=tables))
        return replace(BEFORE, changes=tuple(changed if c is change else c for c in BEFORE.changes))

    assert stale(with_dependents("index ix"), with_dependents("index ix")) is None
    assert "would go now: index ix, trigger tr" in said(
        with_dependents("index ix", "trigger tr"), with_dependents("index ix")
    )
