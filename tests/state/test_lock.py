"""The lock: refusal with the holder's name, waiting, takeover from a dead process, force-unlock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from dmsform.diagnostics import DiagnosticError, ExitCode
from dmsform.state.lock import force_unlock, hold_lock, read_lock
from dmsform.state.machine import Process, is_dead, start_time, this_process
from dmsform.state.snapshot import StateChange
from dmsform.state.store import StateStore
from tests.servers import wait_until
from tests.state.helpers import fill, locked

URL = "sqlite:///dmsform.state.db"

HOLD_FOR_EVER = """
import sys, time
from pathlib import Path
from dmsform.state.lock import hold_lock
from dmsform.state.store import StateStore

directory = Path(sys.argv[1])
with StateStore("sqlite:///dmsform.state.db", directory) as store:
    with hold_lock(store, command="apply", directory=directory):
        print("held", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def store(tmp_path: Path) -> StateStore:
    return StateStore(URL, tmp_path)


def holder(directory: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD_FOR_EVER, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_command_is_refused_with_the_holders_name(store: StateStore, tmp_path: Path) -> None:
    process = holder(tmp_path)
    try:
        with pytest.raises(DiagnosticError) as caught, locked(store, tmp_path):
            pass
    finally:
        process.communicate()
    found = caught.value.diagnostics[0]
    here = this_process()
    assert found.exit_code is ExitCode.LOCKED
    assert f"{here.user}@{here.host}:{process.pid}" in found.detail
    assert str(tmp_path) in found.detail
    assert "dmsform force-unlock" in found.remedy
    with locked(store, tmp_path) as held:
        assert held.warnings == ()
    store.database.close()


def test_the_lock_of_a_killed_process_is_taken_over(store: StateStore, tmp_path: Path) -> None:
    process = holder(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with locked(store, tmp_path) as held:
        assert [w.code for w in held.warnings] == ["DMS209"]
        assert str(process.pid) in held.warnings[0].detail
    assert read_lock(store) is None
    store.database.close()


def test_waiting_for_the_holder(store: StateStore, tmp_path: Path) -> None:
    process = holder(tmp_path)
    told: list[str] = []

    def on_wait(name: str) -> None:
        told.append(name)
        assert process.stdin is not None
        process.stdin.close()

    with hold_lock(store, command="apply", directory=tmp_path, timeout=30, on_wait=on_wait):
        assert len(told) == 1
        assert told[0].endswith(f":{process.pid}")
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
    store.database.close()


def test_the_lock_is_released_when_the_command_fails(store: StateStore, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), locked(store, tmp_path):
        raise KeyboardInterrupt
    assert read_lock(store) is None
    store.database.close()


def test_force_unlock_disarms_the_holder(store: StateStore, tmp_path: Path) -> None:
    filled = fill(store, tmp_path)
    with locked(store, tmp_path) as held:
        with pytest.raises(DiagnosticError, match="DMS211"):
            force_unlock(store, "another id")
        assert force_unlock(store, held.record.lock_id).lock_id == held.record.lock_id
        with pytest.raises(DiagnosticError, match="DMS210"):
            store.save(filled, StateChange(), held.author)
    with pytest.raises(DiagnosticError, match="DMS211"):
        force_unlock(store, held.record.lock_id)
    store.database.close()


def test_the_heartbeat_is_written(store: StateStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dmsform.state.lock.HEARTBEAT_SECONDS", 0.02)
    with locked(store, tmp_path) as held:

        def beaten() -> bool:
            standing = read_lock(store)
            return standing is not None and standing.heartbeat_at > held.record.heartbeat_at

        wait_until(beaten, "the heartbeat")
    store.database.close()


def test_many_at_once_go_one_after_another(tmp_path: Path) -> None:
    inside: list[int] = []
    overlaps: list[int] = []

    def one(number: int) -> None:
        with (
            StateStore(URL, tmp_path) as store,
            hold_lock(store, command="apply", directory=tmp_path, timeout=60),
        ):
            inside.append(number)
            overlaps.append(len(inside))
            inside.remove(number)

    threads = [Thread(target=one, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == [1, 1, 1, 1]


HERE = Process("u", "h", "m", 10, "ns", "boot", "500")


@pytest.mark.parametrize(
    ("other", "started_now", "dead"),
    [
        (HERE, "500", False),
        (HERE, None, True),
        (HERE, "900", True),
        (replace(HERE, boot="earlier"), "500", True),
        (replace(HERE, host="elsewhere"), None, False),
        (replace(HERE, machine="elsewhere"), None, False),
        (replace(HERE, namespace="container"), None, False),
        (replace(HERE, boot=None), None, False),
        (replace(HERE, started=None), None, False),
    ],
)
def test_dead_means_certainly_dead(other: Process, started_now: str | None, dead: bool) -> None:
    assert is_dead(other, HERE, lambda _pid: started_now) is dead


def test_this_process_is_alive() -> None:
    assert not is_dead(this_process(), this_process())
    assert start_time(2**22 + 1) is None
