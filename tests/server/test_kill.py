"""G3, O13: kill -9 of worker, task process or server at every named step; what resumes leaves the target identical."""

from __future__ import annotations

import pytest

from dmsform.api.local import server_view
from dmsform.api.models import StopReason, TableState, TaskStatus
from dmsform.diagnostics import DiagnosticError
from dmsform.task.definition import TaskDefinition
from dmsform.testing.faults import (
    TASK_STEPS,
    WORKER_STEPS,
    is_gone,
)
from tests.server.support import LINEAGE, NAME, Migration, Server, Trap
from tests.servers import wait_until

pytestmark = pytest.mark.server
PATIENCE = 60.0
APPLYING = (
    "server:ServerStarted", "server:TaskStored", "server:TaskStartStored", "server:TaskSpawnStored",
    "server:TaskSpawned", "server:TaskReloadStored",
)  # fmt: skip
DELETING = ("server:TaskStopStored", "server:TaskControlReleased", "server:TaskForgotten")


def fill_for(step: str, migration: Migration) -> None:
    migration.fill()
    migration.tie()
    if "RowsCopied" in step:  # progress is told twice a second: the load must take longer
        migration.source.execute("INSERT INTO t3 (v) SELECT repeat(md5(g::text), 40) FROM generate_series(1, 120000) g")


def assert_loaded(server: Server, migration: Migration, run: int = 1) -> None:
    task = server.wait(seconds=PATIENCE)
    assert (task.status, task.stop_reason) == (TaskStatus.STOPPED, StopReason.FULL_LOAD_ONLY_FINISHED), task.diagnostics
    assert {t.state for t in task.tables} == {TableState.COMPLETED}
    assert {t.source_table for t in task.tables} == {"t1", "t2", "t3"}
    migration.assert_identical()
    migration.assert_vouched(run)


@pytest.mark.parametrize("step", WORKER_STEPS)
def test_killed_worker(
    step: str, server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_for(step, migration)
    trap.arm(monkeypatch, step)
    server.start()
    server.apply(migration.definition(parallel_tables=1))
    trap.wait()
    assert_loaded(server, migration)
    assert server.task().restarts == 0, "only the worker died"
    told = [(e.name, e.table) for e in server.events()]
    ((_, table),) = [t for t in told if t[0] == "TableRetried"]
    again = step != "worker:TableCommitted"
    assert told.count(("TableLoadStarted", table)) == (2 if again and step != "worker:TableLoadStarted" else 1)
    assert told.count(("TableKept", table)) == (0 if again else 1), "what was committed is not loaded twice"


@pytest.mark.parametrize("step", TASK_STEPS)
def test_killed_task_process(
    step: str, server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_for(step, migration)
    trap.arm(monkeypatch, step)
    server.start()
    server.apply(migration.definition(parallel_tables=1))
    trap.wait()
    assert_loaded(server, migration)
    assert server.task().restarts == (0 if step == "task:TaskOutcomeStored" else 1)


def persist(server: Server, definition: TaskDefinition, *, reload: bool = False) -> None:
    """Apply as a user does whose server dies: start it again and repeat, until the server took it."""
    for _ in range(3):
        try:
            server.start()
            server.apply(definition)
            if reload and server.wait().run == 1:
                server.client.reload(LINEAGE, NAME)
        except DiagnosticError:
            continue
        return
    raise AssertionError("the server did not take the task in three attempts")


@pytest.mark.parametrize("step", APPLYING)
def test_killed_server(
    step: str, server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    trap.arm(monkeypatch, step)
    reload = step == "server:TaskReloadStored"
    persist(server, migration.definition(), reload=reload)
    trap.wait()
    server.start()
    assert_loaded(server, migration, run=2 if reload else 1)


@pytest.mark.parametrize("step", DELETING)
def test_killed_server_deletes_in_the_end(
    step: str, server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    server.start()
    server.apply(migration.definition(parallel_tables=1))
    server.wait()
    server.stop()
    trap.arm(monkeypatch, step)
    server.start()
    with pytest.raises(DiagnosticError, match="broke off"):
        server.client.delete_task(LINEAGE, NAME)
    trap.wait()
    server.start()
    if server.client.task(LINEAGE, NAME) is not None:
        assert server.client.delete_task(LINEAGE, NAME) == []
    assert server.client.tasks() == ()
    migration.assert_identical()
    assert migration.target.value("SELECT count(*) FROM dmsform_control.tasks") == 0


def test_server_killed_in_the_middle_of_loads(server: Server, migration: Migration) -> None:
    fill_for("RowsCopied", migration)
    server.start()
    server.apply(migration.definition(parallel_tables=1))
    server.wait_event("TablePrepared")
    process = server.task().process_id
    assert process is not None
    server.kill()
    wait_until(lambda: is_gone(process), "the orphan's end")
    assert server_view(server.data_dir) is None
    server.start()
    assert_loaded(server, migration)
