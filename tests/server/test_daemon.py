"""The server as a process: detached, alone, private; its tasks die with it and come back with the next one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dmsform.api.client import Client
from dmsform.api.local import ensure_server, server_view
from dmsform.api.models import StopReason, TableState, TaskStatus
from dmsform.diagnostics import DiagnosticError
from dmsform.server import codes
from dmsform.testing.faults import is_gone
from tests.server.support import LINEAGE, NAME, Migration, Server
from tests.server.test_kill import assert_loaded
from tests.servers import wait_until

_STARTER = """
import pathlib, sys
from dmsform.api.local import ensure_server
print(ensure_server(pathlib.Path(sys.argv[1])).process_id)
"""


def test_it_outlives_its_starter_in_a_session_of_its_own(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STARTER, str(server.data_dir)], capture_output=True, text=True, check=True
    )
    process = int(done.stdout)
    view = server_view(server.data_dir)
    assert view is not None
    assert view.process_id == process
    assert os.getsid(process) == process
    server.stop()
    wait_until(lambda: is_gone(process), "the server's end")
    assert server_view(server.data_dir) is None


def test_everything_in_its_directory_is_private(server: Server) -> None:
    server.start()
    for path in server.data_dir.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_ensuring_twice_finds_the_same_server(server: Server) -> None:
    assert server.start().process_id == server.start().process_id


def test_a_second_server_is_refused(server: Server) -> None:
    server.start()
    command = [sys.executable, "-m", "dmsform.server", "--data-dir", str(server.data_dir)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == codes.SERVER_RUNS_ALREADY.exit_code
    assert codes.SERVER_RUNS_ALREADY.id in done.stderr
    assert server_view(server.data_dir) is not None, "the first one still answers"


def test_why_it_does_not_start_is_said(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(DiagnosticError, match="others may enter it"):
        ensure_server(tmp_path / "open")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(server: Server, how: signal.Signals) -> None:
    process = server.start().process_id
    os.kill(process, how)
    wait_until(lambda: is_gone(process), "the server's end")
    assert {p.name for p in server.data_dir.iterdir()} & {"api.sock", "server.json"} == set()


def test_a_long_path_gets_a_socket_elsewhere(tmp_path: Path) -> None:
    server = Server(tmp_path / ("long" * 30))
    try:
        server.start()
        assert server.client.status().data_dir == str(server.data_dir)
        assert not (server.data_dir / "api.sock").exists()
    finally:
        server.kill()


@pytest.mark.server
def test_a_stop_of_the_server_interrupts_and_the_next_goes_on(server: Server, migration: Migration) -> None:
    migration.fill()
    server.start()
    with migration.held_up():
        server.apply(migration.definition())
        server.wait_event("TableLoadStarted")
        process = server.task().process_id
        assert process is not None
        server.stop()
        assert is_gone(process)
    server.start()
    assert_loaded(server, migration)
    assert server.task().restarts == 0


@pytest.mark.server
def test_a_killed_server_takes_its_tasks_and_their_workers_along(server: Server, migration: Migration) -> None:
    migration.fill()
    server.start()
    with migration.held_up():
        server.apply(migration.definition())
        server.wait_event("TableLoadStarted")
        process = server.task().process_id
        family = [p.pid for p in psutil.Process(process).children(recursive=True)]
        assert family
        server.kill()
        wait_until(lambda: all(is_gone(p) for p in (process or 0, *family)), "the end of all")


@pytest.mark.server
def test_a_task_that_keeps_dying_is_brought_back(server: Server, migration: Migration) -> None:
    migration.fill()
    server.start()
    (server.data_dir / "secret.key").rename(server.data_dir / "hidden.key")  # every process of it fails at once
    server.apply(migration.definition())
    died = server.wait_event("TaskDied")
    assert died.fields["how"] == "ended with status 1"
    server.wait_event("TaskDied", after=died.number)
    (server.data_dir / "hidden.key").rename(server.data_dir / "secret.key")
    assert_loaded(server, migration)
    assert server.task().restarts >= 2


@pytest.mark.server
def test_a_copied_directory_does_not_run_the_tasks(server: Server, migration: Migration, tmp_path: Path) -> None:
    migration.fill()
    server.start()
    with migration.held_up():
        server.apply(migration.definition())
        server.wait_event("TableLoadStarted")
        server.kill()
    shutil.copytree(server.data_dir, tmp_path / "copy", ignore=shutil.ignore_patterns("*.sock"))
    copy = Server(tmp_path / "copy")
    copy.data_dir.chmod(0o700)
    try:
        copy.start()
        task = copy.task()
        assert (task.status, task.stop_reason) == (TaskStatus.STOPPED, StopReason.RECOVERABLE_ERROR)
        assert [d["code"] for d in task.diagnostics] == [codes.DIRECTORY_COPIED.id]
        server.start()
        assert copy.client.status().server_id != server.client.status().server_id
        assert_loaded(server, migration)
    finally:
        copy.kill()


def test_a_server_whose_directory_was_removed_ends_and_leaves_its_successor_alone(server: Server) -> None:
    old = server.start().process_id
    shutil.rmtree(server.data_dir)
    new = server.start()
    assert new.process_id != old
    wait_until(lambda: is_gone(old), "the end of the old server")
    assert server.client.status() == new
    assert (server.data_dir / "server.json").exists()


def test_a_stranger_is_no_server(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="does not answer"):
        Client.for_data_dir(tmp_path).status()
    assert server_view(tmp_path) is None


@pytest.mark.server
def test_stop_start_and_reload(server: Server, migration: Migration) -> None:
    migration.fill()
    server.start()
    with migration.held_up():
        server.apply(migration.definition())
        server.wait_event("TableLoadStarted")
        server.client.stop(LINEAGE, NAME)
        task = server.wait()
        assert (task.status, task.stop_reason) == (TaskStatus.STOPPED, StopReason.NORMAL)
        assert task.tables[0].state is TableState.BEFORE_LOAD
    server.client.resume(LINEAGE, NAME)
    assert_loaded(server, migration)
    migration.source.execute("DELETE FROM t1 WHERE id < 10")
    server.client.reload(LINEAGE, NAME)
    assert_loaded(server, migration, run=2)
