"""G3, at the steps that are reached only in trouble: on resume, after a loss, with a table in error, while stopping."""

from __future__ import annotations

import os
import signal

import pytest

from dmsform.api.models import StopReason, TableState, TaskStatus
from dmsform.testing import faults
from dmsform.testing.faults import is_gone
from tests.server import test_kill
from tests.server.support import LINEAGE, NAME, Migration, Server, Trap, worker_of
from tests.server.test_kill import assert_loaded
from tests.servers import wait_until

pytestmark = pytest.mark.server
COVERED_HERE = {
    "task:TableKept", "task:TableRetried", "task:TableFailed", "task:TableInterrupted", "task:EndpointRetried",
    "task:ForeignKeysDropped", "task:ForeignKeysRetried",
    "server:TaskDied", "server:TaskStopped",
}  # fmt: skip


def test_every_step_is_covered() -> None:
    everywhere = {*faults.WORKER_STEPS, *faults.TASK_STEPS, *faults.TASK_STEPS_IN_TROUBLE, *faults.SERVER_STEPS}
    parametrised = {*faults.WORKER_STEPS, *faults.TASK_STEPS, *test_kill.APPLYING, *test_kill.DELETING}
    assert everywhere == parametrised | COVERED_HERE


def test_killed_when_a_table_is_kept(
    server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    server.start()
    server.apply(migration.definition())
    server.wait()
    server.stop()
    trap.arm(monkeypatch, "task:TableKept")
    server.start()
    server.client.start(LINEAGE, NAME)
    trap.wait()
    assert_loaded(server, migration)


def test_killed_when_a_table_is_retried(
    server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    trap.arm(monkeypatch, "task:TableRetried")
    server.start()
    with migration.held_up():
        server.apply(migration.definition())
        server.wait_event("TableLoadStarted")
        process = server.task().process_id
        assert process is not None
        os.kill(worker_of(process), signal.SIGKILL)
        trap.wait()
    assert_loaded(server, migration)


def test_killed_when_a_table_fails(
    server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    trap.arm(monkeypatch, "task:TableFailed")
    definition = migration.definition()
    migration.target.execute("CREATE TABLE t1 (a int)")
    server.start()
    server.apply(definition)
    trap.wait()
    task = server.wait()
    assert task.status is TaskStatus.FAILED
    assert [t.state for t in task.tables] == [TableState.ERROR, TableState.COMPLETED, TableState.COMPLETED]
    assert migration.target.rows("SELECT * FROM t1") == []
    migration.target.execute("DROP TABLE t1")
    server.client.resume(LINEAGE, NAME)
    assert_loaded(server, migration)


def test_killed_when_a_table_is_interrupted(
    server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    trap.arm(monkeypatch, "task:TableInterrupted")
    server.start()
    with migration.held_up():
        server.apply(migration.definition())
        server.wait_event("TableLoadStarted")
        server.client.stop(LINEAGE, NAME)
        trap.wait()
        task = server.wait()
    assert (task.status, task.stop_reason) == (TaskStatus.STOPPED, StopReason.NORMAL)
    assert task.tables[0].state is TableState.BEFORE_LOAD
    server.client.resume(LINEAGE, NAME)
    assert_loaded(server, migration)


def test_killed_when_an_endpoint_is_retried(
    server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    definition = migration.definition()
    trap.arm(monkeypatch, "task:EndpointRetried")
    server.start()
    database = migration.target
    with database.server.connect() as connection:
        connection.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS false")
        server.apply(definition)
        trap.wait()
        assert server.wait_event("EndpointRetried", seconds=60).fields["diagnostics"]
        connection.execute(f"ALTER DATABASE {database.name} ALLOW_CONNECTIONS true")
    assert_loaded(server, migration)


def test_killed_when_foreign_keys_are_off_for_a_reload(
    server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    migration.tie()
    server.start()
    server.apply(migration.definition())
    assert_loaded(server, migration)
    server.stop()
    trap.arm(monkeypatch, "task:ForeignKeysDropped")
    server.start()
    server.client.reload(LINEAGE, NAME)
    trap.wait()
    assert_loaded(server, migration, run=2)


HOLD = """
CREATE FUNCTION hold() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_query() LIKE '%FOREIGN KEY%' THEN PERFORM pg_catalog.pg_advisory_xact_lock(42); END IF;
END $$;
CREATE EVENT TRIGGER hold ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION hold();
"""
WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted)"


def test_killed_when_foreign_keys_are_tried_again(
    server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    migration.tie()
    migration.target.execute(HOLD)
    trap.arm(monkeypatch, "task:ForeignKeysRetried")
    server.start()
    with migration.target.connect() as connection:
        connection.execute("SELECT pg_advisory_lock(42)")
        server.apply(migration.definition(parallel_tables=1))
        wait_until(lambda: bool(migration.target.value(WAITING)), "a foreign key that waits")
        process = server.task().process_id
        assert process is not None
        os.kill(worker_of(process), signal.SIGKILL)
        trap.wait()
    assert_loaded(server, migration)


def test_server_killed_when_a_task_died(
    server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    trap.arm(monkeypatch, "server:TaskDied")
    server.start()
    with migration.held_up():
        server.apply(migration.definition())
        server.wait_event("TableLoadStarted")
        process = server.task().process_id
        assert process is not None
        os.kill(process, signal.SIGKILL)
        trap.wait()
    server.start()
    assert_loaded(server, migration)


def test_server_killed_when_it_says_that_a_task_stopped(
    server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    trap.arm(monkeypatch, "server:TaskStopped")
    server.start()
    with migration.held_up():
        server.apply(migration.definition())
        server.wait_event("TableLoadStarted")
        process = server.task().process_id
        assert process is not None
        os.kill(process, signal.SIGSTOP)  # it cannot roll back: the server has to say it in its stead
        server.client.stop(LINEAGE, NAME)
        os.kill(process, signal.SIGKILL)
        trap.wait()
    wait_until(lambda: is_gone(process), "the task's end")
    server.start()
    assert server.wait().status is TaskStatus.STOPPED
    server.client.resume(LINEAGE, NAME)
    assert_loaded(server, migration)
