"""Throw-away MySQL 9.7 and MariaDB 10.11 servers for tests: real, in two seconds, gone with their starter.

The programs are Debian's (see `dmsform.testing.debian`). An initialised data directory is kept beside them in the cache
and copied for each server.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pymysql
from pymysql.constants import ER
from pymysql.converters import escape_string

from dmsform.provider.unprivileged import runner
from dmsform.testing import throwaway
from dmsform.testing.certificates import Certificate
from dmsform.testing.debian import MARIADB, MYSQL, Programs, Recipe, cached, programs

Flavor = Literal["mysql", "mariadb"]

# Not one of these is for data that matters: a throw-away server never survives its machine.
_QUICK = ("innodb-flush-log-at-trx-commit=0", "innodb-doublewrite=OFF", "innodb-flush-method=nosync")
_OPTIONS = (
    *_QUICK, "sync-binlog=0", "innodb-buffer-pool-size=96M", "bind-address=127.0.0.1", "skip-name-resolve",
    "event-scheduler=OFF", "local-infile=ON", "log-bin=binlog", "binlog-row-image=FULL", "binlog-row-metadata=FULL",
    # Unlike the sessions of dmsform, so that a session that forgets its settings shows.
    "default-time-zone=+05:30",
)  # fmt: skip
_FLAVOR_OPTIONS: dict[Flavor, tuple[str, ...]] = {
    "mysql": (
        "mysqlx=OFF", "secure-file-priv=NULL", "gtid-mode=ON", "enforce-gtid-consistency=ON",
        "innodb-redo-log-capacity=256M",
        # Instruments cost time; those of metadata locks tell who waits for whom.
        "performance-schema-instrument=%=OFF", "performance-schema-instrument=wait/lock/metadata/sql/mdl=ON",
    ),
    "mariadb": (
        "binlog-format=ROW", "innodb-log-file-size=256M", "character-set-server=latin1", "plugin-load-add=auth_ed25519",
    ),
}  # fmt: skip
_SMALL_LOG: dict[Flavor, str] = {"mysql": "innodb-redo-log-capacity=8M", "mariadb": "innodb-log-file-size=8M"}
_RECIPES: dict[Flavor, Recipe] = {"mysql": MYSQL, "mariadb": MARIADB}
_MARIADB_TABLES = (
    "mysql_system_tables", "mysql_performance_tables", "mysql_system_tables_data", "maria_add_gis_sp_bootstrap",
    "mysql_sys_schema",
)  # fmt: skip


@dataclass(frozen=True)
class MysqlServer:
    """A running server. `password` is the superuser's; connections are over TCP."""

    host: str
    port: int
    superuser: str
    password: str
    data_dir: Path
    flavor: Flavor
    _life: throwaway.Life = field(repr=False, compare=False)

    def crash(self) -> None:
        """kill -9, and begin again with what is on disk: commits need innodb-flush-log-at-trx-commit=2 to be there."""
        self._life.crash()

    def settings(
        self, database: str | None = None, username: str | None = None, password: str | None = None
    ) -> dict[str, Any]:
        """The arguments of an endpoint block for this server; as the superuser unless told otherwise."""
        return {
            "host": self.host,
            "port": self.port,
            **({} if database is None else {"database": database}),
            "username": username or self.superuser,
            "password": self.password if password is None else password,
        }

    def connect(
        self,
        database: str | None = None,
        username: str | None = None,
        password: str | None = None,
        **options: Any,
    ) -> pymysql.Connection[Any]:
        """An autocommit connection in utf8mb4; `options` are PyMySQL's."""
        settings = self.settings(database, username, password)
        settings["user"] = settings.pop("username")
        defaults = {"autocommit": True, "charset": "utf8mb4", "connect_timeout": 10}
        return pymysql.connect(**{**settings, **defaults, **options})

    def execute(self, *statements: str, database: str | None = None) -> None:
        """Run statements as the superuser, one after the other."""
        with self.connect(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def create_database(self, name: str | None = None) -> str:
        """A fresh, empty database in the server's own character set; its name is made up unless given."""
        name = name or f"db_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {quoted(name)}")
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected to it."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT id FROM information_schema.processlist WHERE db = %s", (name,))
            for (session,) in cursor.fetchall():
                try:
                    cursor.execute("KILL %s", (session,))
                except pymysql.err.OperationalError as error:
                    if error.args[0] != ER.NO_SUCH_THREAD:
                        raise
            # A session elsewhere may still use a table of it; better a failure than waiting for a year.
            cursor.execute("SET lock_wait_timeout = 20")
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted(name)}")

    def create_user(
        self,
        name: str | None = None,
        password: str | None = None,
        plugin: str | None = None,
        *,
        require_ssl: bool = False,
    ) -> tuple[str, str]:
        """A user without rights, from any host; returns its name and password."""
        name, password = name or f"user_{secrets.token_hex(6)}", password or secrets.token_hex(8)
        secret = f"'{escape_string(password)}'"
        match self.flavor, plugin:
            case _, None:
                identified = f"BY {secret}"
            case "mysql", str():
                identified = f"WITH {plugin} BY {secret}"
            case _, str():
                identified = f"VIA {plugin} USING PASSWORD({secret})"
        require = " REQUIRE SSL" if require_ssl else ""
        self.execute(f"CREATE USER '{escape_string(name)}'@'%' IDENTIFIED {identified}{require}")
        return name, password


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return "`" + name.replace("`", "``") + "`"


def mysql_server(
    directory: Path,
    *,
    options: Sequence[str] = (),
    tls: Certificate | None = None,
    small_disk: tuple[Path, int] | None = None,
) -> AbstractContextManager[MysqlServer]:
    """Start MySQL with its data in `directory` (created); it stops at the end of the context.

    options -- further options of mysqld without the dashes, `name=value`; tls -- what the server shows to clients, and
    the authority of their own certificates (without it MySQL makes its own certificate at first start, MariaDB has no
    TLS); small_disk -- a folder that the server sees as an empty disk of that many bytes. Raises
    PackagesUnavailableError when the programs cannot be had.
    """
    return _server("mysql", directory, options, tls, small_disk)


def mariadb_server(
    directory: Path,
    *,
    options: Sequence[str] = (),
    tls: Certificate | None = None,
    small_disk: tuple[Path, int] | None = None,
) -> AbstractContextManager[MysqlServer]:
    """Start MariaDB, otherwise like `mysql_server`."""
    return _server("mariadb", directory, options, tls, small_disk)


def _tls_options(directory: Path, tls: Certificate | None) -> list[str]:
    if tls is None:
        return []
    own = throwaway.placed(tls, directory / "tls")
    return [f"ssl-cert={own.certificate}", f"ssl-key={own.key}", f"ssl-ca={own.authority}"]


@contextmanager
def _server(
    flavor: Flavor,
    directory: Path,
    options: Sequence[str],
    tls: Certificate | None,
    small_disk: tuple[Path, int] | None,
) -> Iterator[MysqlServer]:
    password = secrets.token_hex(12)
    data_dir, log = _prepare(flavor, directory, password), directory / "server.log"
    given = [f"--{option}" for option in (*options, *_tls_options(directory, tls))]
    while True:
        # Killed rather than shut down: nobody reads its files again.
        life = throwaway.Life(
            log, end_by="KILL", ready=lambda: "ready for connections" in _text(log), small_disk=small_disk
        )
        server = MysqlServer("127.0.0.1", throwaway.free_port(), "root", password, data_dir, flavor, life)
        try:
            if life.begin([*_base_command(flavor, data_dir), *_own_options(server), *given]):
                _init_file(server).write_text("")  # done for good
                yield server
                return
        finally:
            life.end()
        if "Bind on TCP/IP port" not in _text(log):
            raise RuntimeError(f"the {flavor} server did not start:\n{_text(log)}")


def _text(log: Path) -> str:
    return log.read_text(errors="replace")


def _own_options(server: MysqlServer) -> list[str]:
    options = (
        *_OPTIONS, *_FLAVOR_OPTIONS[server.flavor], f"port={server.port}", f"server-id={server.port}",
        # Relative to the data directory: the whole path may be longer than a socket's name can be.
        "socket=server.sock", "pid-file=server.pid", f"init-file={_init_file(server)}",
        # Of its own: a server that starts deletes the temporary tables of others that it finds there.
        f"tmpdir={server.data_dir.parent / 'tmp'}",
    )  # fmt: skip
    return [f"--{option}" for option in options]


def _init_file(server: MysqlServer) -> Path:
    return server.data_dir.parent / "init.sql"


def _base_command(flavor: Flavor, data_dir: Path) -> list[str]:
    found: Programs = programs(_RECIPES[flavor])
    usr = found.root / "usr"
    return [
        *found.command(), "--no-defaults", f"--datadir={data_dir}", f"--basedir={usr}",
        f"--lc-messages-dir={usr / 'share' / 'mysql'}", f"--plugin-dir={usr / 'lib' / 'mysql' / 'plugin'}",
    ]  # fmt: skip


def _prepare(flavor: Flavor, directory: Path, password: str) -> Path:
    """A fresh data directory, and the statements that give the superuser its password at the server's start."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    runner().own(directory)
    template, data_dir = _template(flavor), directory / "data"
    # With owners and modes; as a copy on write where the file system can.
    subprocess.run(["cp", "-a", "--reflink=auto", str(template / "data"), str(data_dir)], check=True)
    temporary = directory / "tmp"
    temporary.mkdir(mode=0o700)
    runner().own(temporary)
    init = directory / "init.sql"
    init.write_text(
        "SET sql_log_bin = 0;\n"
        f"ALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';\n"
        "RENAME USER 'root'@'localhost' TO 'root'@'%';\n"
    )
    runner().give(init)
    return data_dir


def _template(flavor: Flavor) -> Path:
    recipe = _RECIPES[flavor]
    found = programs(recipe)
    # Files belong to whoever made them, and newer programs make their own.
    made_by = (os.geteuid(), runner(), _QUICK, (found.root / found.program).stat().st_mtime_ns)
    digest = hashlib.sha256(repr(made_by).encode()).hexdigest()[:12]
    return cached(f"{recipe.name}-{recipe.version}-data-{digest}", lambda folder: _initialize(flavor, folder))


def _initialize(flavor: Flavor, folder: Path) -> None:
    runner().own(folder)
    data_dir = folder / "data"
    data_dir.mkdir(mode=0o700)
    runner().own(data_dir)
    command = [*runner().prefix, *_base_command(flavor, data_dir), f"--{_SMALL_LOG[flavor]}"]
    command += [f"--{option}" for option in _QUICK]
    statements = b""
    match flavor:
        case "mysql":
            command += ["--initialize-insecure", "--mysqlx=OFF", "--secure-file-priv=NULL"]
        case "mariadb":
            command += ["--bootstrap", "--log-warnings=0", "--enforce-storage-engine=", "--max-allowed-packet=8M"]
            statements = _mariadb_bootstrap()
    done = subprocess.run(command, input=statements, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{flavor} could not initialise {data_dir}:\n{done.stderr.decode(errors='replace')}")
    # Each server makes an identity of its own.
    (data_dir / "auto.cnf").unlink(missing_ok=True)


def _mariadb_bootstrap() -> bytes:
    """What mariadb-install-db tells a server that has no system tables yet."""
    folder = programs(MARIADB).root / "usr" / "share" / "mysql"
    files = [(folder / f"{name}.sql").read_bytes() for name in _MARIADB_TABLES]
    return b"\n".join([b"CREATE DATABASE mysql;", b"USE mysql;", b"SET @auth_root_socket = 'root';", *files])
