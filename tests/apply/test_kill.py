"""kill -9 of apply at every durable step: the next apply finishes the job, and then there is nothing left to do."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from dmsform import faults
from dmsform.apply import operations
from dmsform.apply.steps import ApplyStep
from dmsform.provider.registry import provider
from tests.apply.conftest import Move
from tests.apply.module import INSTANCE, OUTPUT, VARIABLE, endpoint, task

pytestmark = [pytest.mark.server, pytest.mark.slow]

CREATING = (
    ApplyStep.LOCK_TAKEN,
    ApplyStep.SERVER_STARTED,
    ApplyStep.ENDPOINT_RECORDED,
    ApplyStep.TASK_PUT,
    ApplyStep.TASK_RECORDED,
    ApplyStep.TASK_STARTED,
    ApplyStep.STATE_SAVED,
    ApplyStep.OUTPUTS_SAVED,
    ApplyStep.LOCK_RELEASED,
)
REMOVING = (ApplyStep.TASK_DELETED, ApplyStep.SERVER_STOPPED)
# Each has a test of its own.
ELSEWHERE = (ApplyStep.EMBEDDED_SERVER_STARTED, ApplyStep.EMBEDDED_SERVER_STOPPED, ApplyStep.TASK_STOPPED)


def killed(move: Move, command: str, step: ApplyStep) -> None:
    """Run the command in a process that kills itself at the step."""
    marker = move.module.directory / f"{step}.killed"
    status = move.module.run(command, **{faults.VARIABLE: f"apply.{step}=kill:{marker}"})
    assert marker.exists(), f"apply never came to {step}"
    assert status == -signal.SIGKILL


def test_every_step_is_tried() -> None:
    assert set(CREATING) | set(REMOVING) | set(ELSEWHERE) == set(ApplyStep)


@pytest.mark.parametrize("step", CREATING)
def test_killed_while_creating(move: Move, step: ApplyStep) -> None:
    killed(move, "apply", step)
    assert move.module.run("apply") == 0
    move.assert_moved()
    move.module.assert_nothing_to_do()


@pytest.mark.parametrize("step", REMOVING)
def test_killed_while_removing(move: Move, step: ApplyStep) -> None:
    move.module.apply()
    killed(move, "destroy", step)
    assert move.module.run("destroy") == 0
    assert move.module.state().resources == ()
    move.assert_moved()


def test_a_task_that_a_killed_apply_started_is_waited_for(move: Move) -> None:
    with move.target.connect() as blocker:
        blocker.execute("BEGIN")
        blocker.execute("CREATE TABLE note (body text)")
        killed(move, "apply", ApplyStep.LOCK_RELEASED)
        move.module.assert_nothing_to_do()
        request = move.module.request()
        found = operations.running_tasks(request)
        assert [t.name for t in found.tasks] == ["move"]
        blocker.execute("ROLLBACK")
    operations.wait_for_tasks(request, found, operations.Silent())
    assert found.outputs == {"status": "stopped"}
    assert operations.running_tasks(request).tasks == []
    move.assert_moved()
    move.module.assert_nothing_to_do()


def test_killed_when_it_has_stopped_a_running_task(move: Move) -> None:
    with move.target.connect() as blocker:
        # The load's CREATE TABLE waits for the end of this transaction, which nobody sees.
        blocker.execute("BEGIN")
        blocker.execute("CREATE TABLE note (body text)")
        assert move.module.begin().errors == []
        move.write("full_load {\n  parallel_tables = 2\n}")
        plan = move.module.plan()
        assert "stopped, modified and resumed" in next(c.data.running for c in plan.changes if c.data)
        killed(move, "apply", ApplyStep.TASK_STOPPED)
        blocker.execute("ROLLBACK")
    assert move.module.run("apply") == 0
    move.assert_moved()
    move.module.assert_nothing_to_do()


@pytest.fixture
def embedded(move: Move, tmp_path: Path) -> Iterator[Path]:
    """The target is a server of the module's own."""
    data_dir = tmp_path / "embedded"
    body = '  embedded {\n    data_dir = "embedded"\n  }\n'
    there = f'endpoint "there" {{\n  engine   = "postgresql"\n  database = "w"\n{body}}}\n'
    move.module.write(VARIABLE, INSTANCE, endpoint("here", move.source), there, task(), OUTPUT)
    yield data_dir
    servers = provider("postgresql").embedded
    assert servers is not None
    servers.stop_server(data_dir)


def test_killed_around_an_embedded_server(move: Move, embedded: Path) -> None:
    servers = provider("postgresql").embedded
    assert servers is not None
    plan = move.module.plan()
    data = next(c.data for c in plan.changes if str(c.address) == "task.move")
    assert data is not None
    assert "started by apply" in str(data.unknown)
    assert [t.target for t in data.tables] == ["public.item", "public.note"]
    killed(move, "apply", ApplyStep.EMBEDDED_SERVER_STARTED)
    assert move.module.run("apply") == 0
    move.module.assert_nothing_to_do()
    live = servers.server_status(embedded, "w")
    assert live is not None
    assert live.running
    state = (move.module.directory / "dmsform.state.db").read_bytes()
    assert str(live.settings["password"]).encode() not in state
    servers.stop_server(embedded)
    assert {str(c.address) for c in move.module.plan().changes if c.reason} >= {"endpoint.there"}
    move.module.apply()
    move.module.assert_nothing_to_do()
    killed(move, "destroy", ApplyStep.EMBEDDED_SERVER_STOPPED)
    assert move.module.run("destroy") == 0
    assert (embedded / "data").is_dir()
