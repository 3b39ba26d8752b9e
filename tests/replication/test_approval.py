"""G6: nothing is destroyed that the plan did not name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic
from dmsform.provider.values import TableRecord, TargetTable
from dmsform.replication import codes
from dmsform.replication.approval import Approval, approve, check_source, is_complete, missing_tables, source_gone
from dmsform.task.definition import PlannedTable
from dmsform.task.settings import TargetTablePrepMode
from tests.replication.values import design, existing, mapped, planned, record, table

DROP = TargetTablePrepMode.DROP_AND_CREATE
TRUNCATE = TargetTablePrepMode.TRUNCATE_BEFORE_LOAD
NOTHING = TargetTablePrepMode.DO_NOTHING


def code(found: Approval | Diagnostic | None) -> str | None:
    return found.code if isinstance(found, Diagnostic) else None


def test_a_table_as_planned_passes() -> None:
    assert check_source(mapped(), planned()) is None
    assert check_source(mapped(), None) is None


def test_a_table_that_the_plan_does_not_name_is_refused() -> None:
    other = mapped(table(TableName("shop", "customers")))
    assert code(check_source(other, planned())) == codes.NOT_PLANNED.id
    assert code(check_source(mapped(target=TableName("store", "old_orders")), planned())) == codes.NOT_PLANNED.id


def test_a_table_that_changed_since_the_plan_is_refused() -> None:
    changed = check_source(mapped(table(columns=("id", "note"))), planned())
    assert code(changed) == codes.SOURCE_CHANGED.id
    assert changed is not None
    assert changed.place is not None
    assert changed.place.table == "shop.orders"


def test_estimates_are_no_change() -> None:
    assert check_source(mapped(table(size=10**9, rows=10**7)), planned()) is None


def test_a_planned_table_that_is_gone_is_named() -> None:
    assert missing_tables([mapped()], planned()) == []
    assert missing_tables([mapped()], None) == []
    gone = missing_tables([], planned())
    assert [source_gone(entry).code for entry in gone] == [codes.SOURCE_GONE.id]


def test_an_absent_target_is_created_in_every_mode() -> None:
    for mode in TargetTablePrepMode:
        assert approve(mapped(), planned(), None, None, 1, mode) == Approval(mode)


def test_what_the_plan_named_may_be_destroyed() -> None:
    plan = planned(exists=True, has_rows=True)
    assert approve(mapped(), plan, existing(has_rows=True), None, 1, DROP) == Approval(DROP, True, True)
    plan = planned(exists=True)
    assert approve(mapped(), plan, existing(has_rows=False), None, 1, TRUNCATE) == Approval(TRUNCATE, True, False)


def test_do_nothing_destroys_nothing() -> None:
    plan = planned(exists=True, has_rows=True)
    assert approve(mapped(), plan, existing(has_rows=True), None, 1, NOTHING) == Approval(NOTHING)


def test_a_target_that_appeared_is_refused() -> None:
    found = approve(mapped(), planned(), existing(has_rows=False), None, 1, DROP)
    assert code(found) == codes.TARGET_APPEARED.id


def test_a_target_that_got_rows_is_refused() -> None:
    found = approve(mapped(), planned(exists=True), existing(has_rows=True), None, 1, DROP)
    assert code(found) == codes.TARGET_FILLED.id


def test_without_sight_nothing_that_exists_is_destroyed() -> None:
    assert code(approve(mapped(), None, existing(has_rows=True), None, 1, DROP)) == codes.TARGET_UNSEEN.id
    assert approve(mapped(), None, existing(has_rows=False), None, 1, DROP) == Approval(NOTHING)


def test_a_reload_replaces_what_the_task_loaded_itself() -> None:
    for plan in (None, planned()):
        found = approve(mapped(), plan, existing(has_rows=True), record(run=1), 2, DROP)
        assert found == Approval(DROP, True, True)
        found = approve(mapped(), plan, existing(has_rows=True), record(run=1), 2, NOTHING)
        assert found == Approval(TRUNCATE, True, True)


def test_an_own_table_that_was_emptied_is_filled_again() -> None:
    assert approve(mapped(), planned(), existing(has_rows=False), record(), 1, DROP) == Approval(NOTHING)


def test_a_record_for_another_target_approves_nothing() -> None:
    elsewhere = record(run=1, target=TableName("store", "old_orders"))
    found = approve(mapped(), planned(), existing(has_rows=True), elsewhere, 2, DROP)
    assert code(found) == codes.TARGET_APPEARED.id


@given(
    plan=st.one_of(st.none(), st.builds(lambda e, r: planned(exists=e or r, has_rows=r), st.booleans(), st.booleans())),
    target=st.one_of(st.none(), st.builds(lambda r: existing(has_rows=r), st.booleans())),
    own=st.one_of(st.none(), st.builds(record, st.integers(1, 3))),
    run=st.integers(1, 3),
    mode=st.sampled_from(TargetTablePrepMode),
)
def test_rows_go_only_by_plan_or_reload(
    plan: tuple[PlannedTable, ...] | None,
    target: TargetTable | None,
    own: TableRecord | None,
    run: int,
    mode: TargetTablePrepMode,
) -> None:
    found = approve(mapped(), plan, target, own, run, mode)
    if isinstance(found, Approval) and found.may_destroy_rows:
        reloaded = own is not None and own.run < run
        assert reloaded or (plan is not None and plan[0].target_has_rows)
    if isinstance(found, Approval) and found.may_destroy:
        reloaded = own is not None and own.run < run
        assert reloaded or (plan is not None and plan[0].target_exists)


def test_complete_is_what_this_run_recorded_and_nobody_touched() -> None:
    full = existing(has_rows=True)
    assert is_complete(record(), 1, full, design(), same_load=True)
    assert is_complete(record(run=2), 1, full, design(), same_load=True), "the server forgot a reload"
    assert not is_complete(None, 1, full, design(), same_load=True)
    assert not is_complete(record(), 2, full, design(), same_load=True)
    assert not is_complete(record(), 1, full, design(), same_load=False)


def test_dropped_emptied_or_altered_is_not_complete() -> None:
    assert not is_complete(record(), 1, None, design(), same_load=True)
    assert not is_complete(record(rows=5), 1, existing(has_rows=False), design(), same_load=True)
    assert is_complete(record(rows=0), 1, existing(has_rows=False), design(), same_load=True)
    assert not is_complete(record(), 1, existing(has_rows=True), design(("id", "note")), same_load=True)
    assert is_complete(record(), 1, existing(has_rows=True, columns=("id", "note")), design(), same_load=True)
    moved = record(target=TableName("store", "old_orders"))
    assert not is_complete(moved, 1, existing(has_rows=True), design(), same_load=True)
