"""G3, O13: kill -9 of worker, task process or server at every named step; what resumes leaves the target identical."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from dmsform.api.local import server_view
from dmsform.api.models import StopReason, TableState, TaskStatus
from dmsform.diagnostics import DiagnosticError
from dmsform.task.definition import TaskDefinition
from dmsform.testing.faults import (
    SERVER_STEPS,
    TASK_STEPS,
    TASK_STEPS_IN_TROUBLE,
    WORKER_STEPS,
    fault,
    is_gone,
    killed_process,
)
from tests.server.support import LINEAGE, NAME, Migration, Server
from tests.servers import wait_until

pytestmark = pytest.mark.server
PATIENCE = 60.0


@dataclass(frozen=True)
class Trap:
    """The fault that is set for all processes of the test."""

    marker: Path

    def arm(self, monkeypatch: pytest.MonkeyPatch, step: str, nth: int = 1) -> None:
        for name, value in fault(step, self.marker, nth).items():
            monkeypatch.setenv(name, value)

    def wait(self) -> int:
        """Wait until it snapped, and until the process is gone."""
        wait_until(lambda: killed_process(self.marker) is not None, "the fault", PATIENCE)
        process = killed_process(self.marker)
        assert process is not None
        wait_until(lambda: is_gone(process), "the end of the killed process")
        return process


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return Trap(tmp_path / "killed")


def fill_for(step: str, migration: Migration) -> None:
    migration.fill()
    if "RowsCopied" in step:  # progress is told twice a second: the load must take longer
        migration.source.execute("INSERT INTO t3 (v) SELECT repeat(md5(g::text), 8) FROM generate_series(1, 400000) g")


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
    server.apply(migration.definition())
    trap.wait()
    assert_loaded(server, migration)
    assert server.task().restarts == 0, "only the worker died"
    assert [e.name for e in server.events()].count("TableRetried") == 1


@pytest.mark.parametrize("step", TASK_STEPS)
def test_killed_task_process(
    step: str, server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_for(step, migration)
    trap.arm(monkeypatch, step)
    server.start()
    server.apply(migration.definition())
    trap.wait()
    assert_loaded(server, migration)
    assert server.task().restarts == (0 if step == "task:TaskOutcomeStored" else 1)


@pytest.mark.parametrize("step", TASK_STEPS_IN_TROUBLE)
def test_killed_task_process_in_trouble(
    step: str, server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    server.start()
    definition = migration.definition()
    match step:
        case "task:TableKept":
            server.apply(definition)
            server.wait()
        case _:
            pytest.skip(f"see test_trouble.py for {step}")
    server.stop()
    trap.arm(monkeypatch, step)
    server.start()
    server.client.start(LINEAGE, NAME)
    trap.wait()
    assert_loaded(server, migration)


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


@pytest.mark.parametrize("step", [s for s in SERVER_STEPS if s in {
    "server:ServerStarted", "server:TaskStored", "server:TaskStartStored", "server:TaskSpawnStored",
    "server:TaskSpawned", "server:TaskReloadStored",
}])  # fmt: skip
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


@pytest.mark.parametrize("step", ["server:TaskControlReleased", "server:TaskForgotten", "server:TaskStopStored"])
def test_killed_server_deletes_in_the_end(
    step: str, server: Server, migration: Migration, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration.fill()
    server.start()
    server.apply(migration.definition())
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
    server.apply(migration.definition())
    server.wait_event("TablePrepared")
    process = server.task().process_id
    assert process is not None
    server.kill()
    wait_until(lambda: is_gone(process), "the orphan's end")
    assert server_view(server.data_dir) is None
    server.start()
    assert_loaded(server, migration)

