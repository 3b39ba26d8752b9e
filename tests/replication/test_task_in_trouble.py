"""A task whose workers, connections and ownership are taken from it: exactly once all the same (G1, G11)."""

from __future__ import annotations

import os
import signal

import pytest

from dmsform.provider import codes as provider_codes
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner
from dmsform.replication import codes
from dmsform.replication.retry import MAX_LOST_WORKERS
from dmsform.replication.task import End, Outcome
from dmsform.task.settings import ErrorBehavior, TaskSettings
from dmsform.testing.faults import is_gone
from tests.replication.running import Runner
from tests.server.support import LINEAGE, NAME, Migration
from tests.servers import wait_until

pytestmark = pytest.mark.server
_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'COPY%%'"
)


def kill_worker(runner: Runner) -> None:
    assert runner.executor is not None
    os.kill(runner.executor.worker_ids()[0], signal.SIGKILL)


def test_a_killed_worker_is_replaced(migration: Migration, runner: Runner) -> None:
    migration.fill()
    for event in ("TableLoadStarted", "TablePrepared", "TableCommitted"):
        runner.when(event, kill_worker)
    assert runner.run(migration.definition(parallel_tables=1)) == Outcome(End.FINISHED)
    assert 1 <= runner.names().count("TableRetried") <= 3
    migration.assert_identical()
    migration.assert_vouched()


def test_a_job_that_kills_its_workers_ends(migration: Migration, runner: Runner) -> None:
    migration.fill()

    class KillsAtT3(Runner):
        def observe(self, event: object) -> None:
            super().observe(event)  # type: ignore[arg-type]
            if type(event).__name__ == "TableLoadStarted" and "t3" in str(getattr(event, "table", "")):
                kill_worker(self)

    killer = KillsAtT3()
    with_held_up_commits = migration.definition(parallel_tables=1)
    migration.source.execute("INSERT INTO t3 (v) SELECT repeat(md5(g::text), 30) FROM generate_series(1, 30000) g")
    outcome = killer.run(with_held_up_commits)
    assert (outcome.end, [d.code for d in outcome.diagnostics]) == (End.FAILED, [codes.WORKER_LOST.id])
    assert killer.names("t3").count("TableRetried") == MAX_LOST_WORKERS - 1
    assert migration.target.value("SELECT to_regclass('t3') IS NULL")
    assert migration.target.value("SELECT count(*) FROM t2") == migration.source.value("SELECT count(*) FROM t2")


def test_a_lost_connection_is_retried(migration: Migration, runner: Runner) -> None:
    migration.fill()
    migration.source.execute("INSERT INTO t1 (v) SELECT repeat(md5(g::text), 30) FROM generate_series(1, 60000) g")
    cut: list[bool] = []

    def cut_connections(_: Runner) -> None:
        wait_until(lambda: bool(migration.target.rows(_OTHERS)), "a COPY to cut")
        cut.append(True)

    runner.when("TablePrepared", cut_connections)
    assert runner.run(migration.definition(parallel_tables=1)) == Outcome(End.FINISHED)
    assert cut == [True]
    assert runner.names("t1").count("TableRetried") == 1
    migration.assert_identical()


def test_retries_end_where_the_error_behavior_says(migration: Migration, runner: Runner) -> None:
    migration.fill(tables=1)
    settings = TaskSettings(error_behavior=ErrorBehavior(recoverable_error_count=2, recoverable_error_interval=0))
    definition = migration.definition(settings=settings)
    nowhere = definition.target.model_copy(update={"settings": {**definition.target.settings, "port": 1}})
    outcome = runner.run(definition.model_copy(update={"target": nowhere}))
    assert [d.code for d in outcome.diagnostics] == [codes.RETRIES_EXHAUSTED.id, provider_codes.UNREACHABLE.id]
    assert runner.names().count("EndpointRetried") == 2


def test_a_new_owner_ends_the_task_and_nothing_is_written(migration: Migration, runner: Runner) -> None:
    migration.fill()
    owner = Owner(LINEAGE, NAME, "grace@elsewhere:/project")
    control = provider("postgresql").target_control
    assert control is not None

    def take_over(_: Runner) -> None:
        control.claim(migration.target.endpoint(), owner, [])

    runner.when("OwnershipClaimed", take_over)
    outcome = runner.run(migration.definition())
    assert (outcome.end, {d.code for d in outcome.diagnostics}) == (End.FAILED, {provider_codes.NOT_OWNER.id})
    assert "grace@elsewhere" in outcome.diagnostics[0].detail
    assert not {"TableFailed", "FullLoadFinished"} & set(runner.names()), "it ends at once, for all tables"
    assert migration.target.rows("SELECT * FROM pg_tables WHERE schemaname = 'public'") == []
    assert control.table_records(migration.target.endpoint(), owner) in ((), [])


def test_an_old_epoch_cannot_commit_what_it_has_loaded(migration: Migration, runner: Runner) -> None:
    migration.fill(tables=1)
    migration.source.execute("INSERT INTO t1 (v) SELECT repeat(md5(g::text), 30) FROM generate_series(1, 60000) g")
    owner = Owner(LINEAGE, NAME, "grace@elsewhere:/project")
    control = provider("postgresql").target_control
    assert control is not None

    def take_over(_: Runner) -> None:
        control.claim(migration.target.endpoint(), owner, [])

    runner.when("TablePrepared", take_over)
    outcome = runner.run(migration.definition())
    assert (outcome.end, {d.code for d in outcome.diagnostics}) == (End.FAILED, {provider_codes.NOT_OWNER.id})
    assert migration.target.rows("SELECT * FROM pg_tables WHERE schemaname = 'public'") == []


def test_a_stop_rolls_back_what_runs(migration: Migration, runner: Runner) -> None:
    migration.fill()
    migration.source.execute("INSERT INTO t3 (v) SELECT repeat(md5(g::text), 30) FROM generate_series(1, 60000) g")
    workers: list[int] = []

    def stop(running: Runner) -> None:
        assert running.executor is not None
        assert running.stop is not None
        workers.extend(running.executor.worker_ids())
        running.stop.request()

    runner.when("TablePrepared", stop)
    definition = migration.definition(parallel_tables=1)
    assert runner.run(definition) == Outcome(End.INTERRUPTED)
    assert set(runner.names("t3")) >= {"TablePrepared", "TableInterrupted"}
    assert "TableCommitted" not in runner.names("t3")
    wait_until(lambda: all(map(is_gone, workers)), "the workers' end")
    assert migration.target.value("SELECT to_regclass('t3') IS NULL")
    assert runner.run(definition) == Outcome(End.FINISHED)
    migration.assert_identical()


def test_a_stop_waits_for_no_endpoint(migration: Migration, runner: Runner) -> None:
    settings = TaskSettings(error_behavior=ErrorBehavior(recoverable_error_interval=600))
    definition = migration.definition(settings=settings)
    nowhere = definition.source.model_copy(update={"settings": {**definition.source.settings, "port": 1}})
    runner.when("EndpointRetried", lambda running: running.stop.request() if running.stop else None)
    assert runner.run(definition.model_copy(update={"source": nowhere})) == Outcome(End.INTERRUPTED)
