"""Embedded servers: they outlive their starter, keep password and port, and mend what a kill left behind."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.provider.values import EmbeddedServer
from dmsform_postgresql import embedded
from tests.servers import wait_until

_START = "import sys, pathlib; from dmsform_postgresql.embedded import start_server; "
_START += "start_server(pathlib.Path(sys.argv[1]), 'shop')"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A data directory whose server stops after the test."""
    folder = tmp_path / "warehouse"
    yield folder
    embedded.stop_server(folder)


def _value(server: EmbeddedServer, query: str) -> object:
    settings = server.settings
    info = {name: settings[name] for name in ("host", "port", "password")}
    with psycopg.connect(**info, dbname=settings["database"], user=settings["username"]) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def _pid(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def test_status_before_anything_is_none_and_stop_does_nothing(home: Path) -> None:
    assert embedded.server_status(home, "shop") is None
    embedded.stop_server(home)
    assert not home.exists()


def test_start_is_idempotent_and_stop_keeps_data_port_and_password(home: Path) -> None:
    first = embedded.start_server(home, "shop")
    assert first.running
    assert _value(first, "SHOW server_encoding") == "UTF8"
    with psycopg.connect(
        host=first.settings["host"], port=first.settings["port"], user="postgres", dbname="shop",
        password=first.settings["password"],
    ) as connection:  # fmt: skip
        connection.execute("CREATE TABLE kept (a int)")
    pid = _pid(home)
    assert embedded.start_server(home, "shop") == first
    assert _pid(home) == pid
    assert embedded.server_status(home, "shop") == first
    embedded.stop_server(home)
    stopped = embedded.server_status(home, "shop")
    assert stopped is not None
    assert not stopped.running
    assert stopped.settings == first.settings
    again = embedded.start_server(home, "shop")
    assert again == first
    assert _value(again, "SELECT count(*) FROM kept") == 0


def test_only_the_owner_may_read(home: Path) -> None:
    server = embedded.start_server(home, "shop")
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for name in ("password", "port", "server.log"):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600, name
    password = str(server.settings["password"]).encode()
    assert len(password) >= 24
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert password not in path.read_bytes()
        except OSError:
            continue
    assert password not in (home / "server.log").read_bytes()
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(
            host="127.0.0.1", port=server.settings["port"], user="postgres", password="guess", dbname="shop"
        )


def test_the_server_outlives_the_process_that_started_it(home: Path) -> None:
    subprocess.run([sys.executable, "-c", _START, str(home)], check=True)
    status = embedded.server_status(home, "shop")
    assert status is not None
    assert status.running
    assert _value(status, "SELECT current_database()") == "shop"
    assert os.getsid(_pid(home)) != os.getsid(0)


@pytest.mark.parametrize("left", ["data.new", "password"])
def test_a_start_killed_on_the_way_is_mended(home: Path, left: str) -> None:
    """Kill the starter as soon as a step's trace shows; the next start must come up all the same."""
    starter = subprocess.Popen([sys.executable, "-c", _START, str(home)], start_new_session=True)
    wait_until(lambda: (home / left).exists() or (home / "data").exists(), left)
    os.killpg(starter.pid, signal.SIGKILL)
    starter.wait()
    server = embedded.start_server(home, "shop")
    assert _value(server, "SELECT 1") == 1


def test_a_crashed_server_starts_again(home: Path) -> None:
    first = embedded.start_server(home, "shop")
    os.kill(_pid(home), signal.SIGKILL)
    wait_until(lambda: not (embedded.server_status(home, "shop") or first).running, "the crash")
    assert _value(embedded.start_server(home, "shop"), "SELECT 1") == 1


def test_a_pid_file_with_a_strangers_number_is_not_believed(home: Path) -> None:
    embedded.start_server(home, "shop")
    embedded.stop_server(home)
    (home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    status = embedded.server_status(home, "shop")
    assert status is not None
    assert not status.running


def test_a_taken_port_is_given_up(home: Path) -> None:
    first = embedded.start_server(home, "shop")
    embedded.stop_server(home)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", first.settings["port"]))
        stranger.listen()
        second = embedded.start_server(home, "shop")
    assert second.settings["port"] != first.settings["port"]
    assert _value(second, "SELECT 1") == 1


def test_a_server_that_does_not_start_shows_its_log(home: Path) -> None:
    embedded.start_server(home, "shop")
    embedded.stop_server(home)
    (home / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(DiagnosticError) as raised:
        embedded.start_server(home, "shop")
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "DMS533"
    assert "no_such_setting" in diagnostic.detail
    assert str(home) in diagnostic.remedy


def test_two_starts_at_once_make_one_server(home: Path) -> None:
    starters = [subprocess.Popen([sys.executable, "-c", _START, str(home)]) for _ in range(2)]
    assert [s.wait() for s in starters] == [0, 0]
    ports = _listening(home)
    assert len(ports) == 1


def _listening(home: Path) -> list[int]:
    def serves(path: Path) -> bool:
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            return False
        return str(home / "data").encode() in words and b"-p" in words

    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/cmdline") if serves(path)]
