"""G8 as a property: whatever was declared and planned, planning again after applying it finds nothing to do."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dmsform.plan.build import build
from dmsform.plan.codec import plan_from_json, plan_to_json
from dmsform.plan.model import Action
from dmsform.plan.stale import stale
from dmsform.plan.values import Desired, MatchedTable, TargetFacts
from dmsform.state.document import snapshot_from_json, snapshot_to_json
from dmsform.state.snapshot import Snapshot
from tests.plan.helpers import COPY, SHOP, applied, endpoint, finished, instance, table, task, world

NAMES = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2)
ATTRIBUTES = st.dictionaries(st.sampled_from(["port", "ssl_mode", "options"]), VALUES | st.dictionaries(NAMES, VALUES))
MODES = st.sampled_from(["do-nothing", "drop-and-create", "truncate-before-load"])
TABLES = st.lists(NAMES, min_size=1, unique=True).flatmap(
    lambda names: st.tuples(*(st.builds(table, st.just(n), digest=st.sampled_from(["d1", "d2"])) for n in names))
)


@st.composite
def declarations(draw: st.DrawFn) -> tuple[Desired, ...]:
    return (
        instance(prevent_destroy=False),
        endpoint(SHOP, None, **draw(ATTRIBUTES)),
        endpoint(COPY, None, **draw(ATTRIBUTES)),
        task(draw(MODES), prevent_destroy=draw(st.booleans())),
    )


def through_the_store(snapshot: Snapshot) -> Snapshot:
    return snapshot_from_json(snapshot_to_json(snapshot))


def loaded(tables: tuple[MatchedTable, ...]) -> tuple[MatchedTable, ...]:
    facts = TargetFacts(exists=True, has_rows=True, completed=True)
    return tuple(MatchedTable(**{**_fields(t), "facts": facts}) for t in tables)


def _fields(of: MatchedTable) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__dataclass_fields__}


@settings(deadline=None, max_examples=60)
@given(declarations(), TABLES)
def test_from_nothing(desired: tuple[Desired, ...], tables: tuple[MatchedTable, ...]) -> None:
    first = world(*desired)
    snapshot = through_the_store(applied(first, build(first)))
    again = build(finished(desired, snapshot, *first_tables(), observed={}))
    assert again.is_empty
    assert stale(again, build(finished(desired, snapshot, *first_tables()))) is None


def first_tables() -> tuple[MatchedTable, ...]:
    return (table("customer"), table("note"))


@settings(deadline=None, max_examples=60)
@given(declarations(), declarations(), TABLES)
def test_from_one_declaration_to_another(
    before: tuple[Desired, ...], after: tuple[Desired, ...], tables: tuple[MatchedTable, ...]
) -> None:
    first = world(*before)
    snapshot = through_the_store(applied(first, build(first)))
    second = finished(after, snapshot, *tables)
    plan = build(second)
    assert plan_from_json(plan_to_json(plan)) == plan
    third = through_the_store(applied(second, plan))
    again = build(finished(after, third, *loaded(tables)))
    assert again.is_empty, [(c.reason, c.attributes) for c in again.changes if c.action is not Action.NO_OP]
