"""A task's run from definition to outcome, PostgreSQL to PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.provider import codes as provider_codes
from dmsform.replication import codes
from dmsform.replication.task import End, Outcome
from dmsform.task.definition import MigrationType
from dmsform.task.settings import ErrorBehavior, TargetTablePrepMode, TaskSettings
from tests.replication.running import Runner
from tests.server.support import EVERYTHING, Migration

pytestmark = pytest.mark.server
STEPS = [
    "TableQueued", "TableLoadStarted", "TablePrepared", "RowsFinished", "PrimaryKeyAdded", "ObjectsAdded",
    "SequencesSet", "ProgressRecorded", "TableCommitted", "TableCompleted",
]  # fmt: skip


def codes_of(outcome: Outcome) -> list[str]:
    return [d.code for d in outcome.diagnostics]


def test_every_step_is_told_in_order(migration: Migration, runner: Runner) -> None:
    migration.fill()
    assert runner.run(migration.definition()) == Outcome(End.FINISHED)
    assert runner.names()[:3] == ["CatalogRead", "TablesSelected", "OwnershipClaimed"]
    assert runner.names()[-1] == "FullLoadFinished"
    for table in ("t1", "t2", "t3"):
        assert runner.names(table) == STEPS
    migration.assert_identical()
    migration.assert_vouched()


def test_the_biggest_table_starts_first(migration: Migration, runner: Runner) -> None:
    migration.fill(rows=2000)
    runner.run(migration.definition(parallel_tables=1))
    tables = [str(getattr(e, "table", "")) for e in runner.events if type(e).__name__ == "TableLoadStarted"]
    assert tables == ["public.t3", "public.t2", "public.t1"]


def test_completed_tables_are_kept(migration: Migration, runner: Runner) -> None:
    migration.fill()
    definition = migration.definition()
    runner.run(definition)
    known = runner.digests()
    assert runner.run(definition, known).end is End.FINISHED
    assert [n for n in runner.names("t1") if n != "TableKept"] == []
    assert runner.run(definition, {}).end is End.FINISHED, "without the server's memory, by the control rows alone"
    assert "TableQueued" not in runner.names()


def test_a_table_emptied_or_dropped_since_loads_again(migration: Migration, runner: Runner) -> None:
    migration.fill()
    definition = migration.definition()
    runner.run(definition)
    migration.target.execute("TRUNCATE t1", "DROP TABLE t2")
    assert runner.run(definition).end is End.FINISHED
    assert (runner.names("t1"), runner.names("t2"), runner.names("t3")) == (STEPS, STEPS, ["TableKept"])
    migration.assert_identical()


def test_a_table_to_be_loaded_otherwise_loads_again(migration: Migration, runner: Runner) -> None:
    migration.fill()
    runner.run(migration.definition())
    known = runner.digests()
    few = {
        "rule-type": "selection", "rule-id": "2", "rule-name": "few", "rule-action": "include",
        "object-locator": {"schema-name": "public", "table-name": "t1"},
        "filters": [{"filter-type": "source", "column-name": "id",
                     "filter-conditions": [{"filter-operator": "lte", "value": "10"}]}],
    }  # fmt: skip
    others: dict[str, Any] = EVERYTHING["rules"][0] | {"object-locator": {"schema-name": "public", "table-name": "t3"}}
    outcome = runner.run(migration.definition(mappings={"rules": [few, others]}, planned=migration.plan()[::2]), known)
    assert outcome.end is End.FINISHED, outcome
    assert (runner.names("t1"), runner.names("t3")) == (STEPS, ["TableKept"])
    assert migration.target.value("SELECT count(*) FROM t1") == 10


@pytest.mark.parametrize("mode", list(TargetTablePrepMode))
def test_a_new_run_loads_everything_again(mode: TargetTablePrepMode, migration: Migration, runner: Runner) -> None:
    migration.fill()
    definition = migration.definition(preparation=mode)
    runner.run(definition)
    migration.source.execute("DELETE FROM t1 WHERE id < 10", "INSERT INTO t2 (v) VALUES ('new')")
    again = definition.model_copy(update={"run": 2})
    assert runner.run(again, runner.digests()).end is End.FINISHED
    assert runner.names("t1") == STEPS
    migration.assert_identical()
    migration.assert_vouched(run=2)


def test_a_table_in_error_does_not_stop_the_others(migration: Migration, runner: Runner) -> None:
    migration.fill()
    definition = migration.definition()
    migration.target.execute("CREATE TABLE t2 (a int)", "INSERT INTO t2 VALUES (1)")
    outcome = runner.run(definition)
    assert (outcome.end, codes_of(outcome)) == (End.FAILED, [codes.TARGET_APPEARED.id])
    assert (runner.names("t1"), runner.names("t2")) == (STEPS, ["TableFailed"])
    assert migration.target.rows("SELECT * FROM t2") == [(1,)], "what nobody planned to destroy is there"


def test_what_changed_since_the_plan_is_refused(migration: Migration, runner: Runner) -> None:
    migration.fill()
    definition = migration.definition()
    migration.source.execute(
        "ALTER TABLE t1 ADD COLUMN note text", "DROP TABLE t2", "CREATE TABLE t4 (id int PRIMARY KEY)"
    )
    outcome = runner.run(definition)
    expected = {codes.SOURCE_CHANGED.id, codes.SOURCE_GONE.id, codes.NOT_PLANNED.id}
    assert (outcome.end, set(codes_of(outcome))) == (End.FAILED, expected)
    assert runner.names("t3") == STEPS
    assert migration.target.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [("t3",)]


def test_a_plan_that_could_not_see_destroys_nothing(migration: Migration, runner: Runner) -> None:
    migration.fill()
    migration.target.execute(
        "CREATE TABLE t1 (id bigint, v text)",
        "INSERT INTO t1 VALUES (1, 'mine')",
        "CREATE TABLE t2 (id bigint PRIMARY KEY, v text NOT NULL)",
    )
    outcome = runner.run(migration.definition(plan=False))
    assert (outcome.end, codes_of(outcome)) == (End.FAILED, [codes.TARGET_UNSEEN.id])
    assert migration.target.rows("SELECT * FROM t1") == [(1, "mine")]
    assert runner.names("t2") == runner.names("t3") == STEPS


def test_do_nothing_refuses_rows(migration: Migration, runner: Runner) -> None:
    migration.fill(tables=1)
    migration.target.execute("CREATE TABLE t1 (id bigint, v text)", "INSERT INTO t1 VALUES (1, 'mine')")
    outcome = runner.run(migration.definition(preparation=TargetTablePrepMode.DO_NOTHING))
    assert codes_of(outcome) == [provider_codes.TARGET_HOLDS_ROWS.id]
    assert migration.target.rows("SELECT * FROM t1") == [(1, "mine")]


def test_a_mapping_without_tables_is_refused_or_finishes(migration: Migration, runner: Runner) -> None:
    outcome = runner.run(migration.definition())
    assert outcome.end is End.FAILED
    assert outcome.diagnostics[0].remedy
    allowed = TaskSettings(error_behavior=ErrorBehavior(fail_on_no_tables_captured=False))
    assert runner.run(migration.definition(settings=allowed)) == Outcome(End.FINISHED)


def test_changes_are_refused_by_name(migration: Migration, runner: Runner) -> None:
    outcome = runner.run(migration.definition(migration_type=MigrationType.CDC))
    assert codes_of(outcome) == [codes.UNSUPPORTED_MIGRATION.id]
