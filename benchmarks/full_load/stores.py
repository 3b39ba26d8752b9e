"""Throw-away servers, each with the table of the benchmark or room for it, and their own clients' commands."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dmsform.testing.debian import MARIADB, MYSQL, Recipe, programs
from dmsform.testing.mysql_server import MysqlServer, mariadb_server, mysql_server
from dmsform.testing.postgresql_server import PostgresServer, binaries, postgres_server

TABLE = "item"
_VERSION = ("--version",)
_CLIENTS = {
    "mysql": Recipe("mysql-client", MYSQL.version, MYSQL.suite, ("mysql-client-core",), "usr/bin/mysql",
                    ask_version=_VERSION),
    "mariadb": Recipe("mariadb-client", MARIADB.version, MARIADB.suite, ("mariadb-client-core",), "usr/bin/mariadb",
                      ask_version=_VERSION),
}  # fmt: skip
# Ten columns, some 145 bytes of row text each; every seventh note is NULL, every eleventh holds what must be escaped.
_POSTGRES_TABLE = f"""
CREATE TABLE public.{TABLE} (
  id integer NOT NULL, customer integer NOT NULL, quantity smallint NOT NULL, price numeric(12,2) NOT NULL,
  created timestamp NOT NULL, day date, name varchar(40) NOT NULL, note varchar(80), email varchar(60) NOT NULL,
  ratio double precision
)"""
_POSTGRES_ROWS = f"""
INSERT INTO public.{TABLE}
SELECT n, n % 100003, n % 1000, n * 1.01, timestamp '2001-01-01' + n * interval '37.000123 seconds',
       date '1990-01-01' + n % 12000, 'name ' || n,
       CASE WHEN n % 7 = 0 THEN NULL WHEN n % 11 = 0 THEN E'tab\\tand\\\\back ' || n
            ELSE 'note ' || left(encode(sha256(n::text::bytea), 'hex'), 32) END,
       'user' || n % 500000 || '@mail.example.org', n / 3e0
  FROM generate_series(1, %s) n
"""
_MYSQL_TABLE = f"""
CREATE TABLE {TABLE} (
  id int NOT NULL{{key}}, customer int NOT NULL, quantity smallint NOT NULL, price decimal(12,2) NOT NULL,
  created datetime(6) NOT NULL, day date, name varchar(40) NOT NULL, note varchar(80), email varchar(60) NOT NULL,
  ratio double
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"""
_DIGITS = (
    "(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 "
    "UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)"
)
_NUMBERS = "(SELECT {sum} + 1 AS n FROM {digits}) numbers".format(
    sum=" + ".join(f"d{place}.d * {10**place}" for place in range(7)),
    digits=" CROSS JOIN ".join(f"{_DIGITS} d{place}" for place in reversed(range(7))),
)
_MYSQL_ROWS = f"""
INSERT INTO {TABLE}
SELECT n, n % 100003, n % 1000, n * 1.01, timestamp '2001-01-01 00:00:00.000000' + INTERVAL n * 37000123 MICROSECOND,
       date '1990-01-01' + INTERVAL n % 12000 DAY, concat('name ', n),
       CASE WHEN n % 7 = 0 THEN NULL WHEN n % 11 = 0 THEN concat('tab\\tand\\\\back ', n)
            ELSE concat('note ', left(sha2(n, 256), 32)) END,
       concat('user', n % 500000, '@mail.example.org'), n / 3e0
  FROM {_NUMBERS} WHERE n <= %s
"""
SUMS = ("count(*)", "sum(id)", "sum(customer)", "sum(quantity)", "sum(price)", "sum(char_length(name))",
        "sum(char_length(note))", "sum(char_length(email))", "count(day)", "min(created)", "max(created)")  # fmt: skip
"""What a target must have in common with its source, apart from the sums of floats."""


@dataclass(frozen=True)
class Store(ABC):
    """A server with one database for the source table and one for the targets. engine -- a provider's name."""

    name: str

    engine: str = ""

    @abstractmethod
    def fill(self, rows: int) -> None:
        """Make the source table."""

    @abstractmethod
    def empty(self) -> None:
        """Drop the target table, if it is there."""

    @abstractmethod
    def sums(self, *, source: bool) -> tuple[Any, ...]:
        """`SUMS` of the source or the target table."""

    @abstractmethod
    def arguments(self, *, source: bool) -> dict[str, Any]:
        """The arguments of an endpoint block."""

    @property
    @abstractmethod
    def schemas(self) -> tuple[str, str]:
        """Where the source table and the target table stand."""

    @abstractmethod
    def version(self) -> str:
        """For the report."""


@dataclass(frozen=True)
class PostgresStore(Store):
    """PostgreSQL: two databases."""

    server: PostgresServer = None  # type: ignore[assignment]
    engine: str = "postgresql"

    def fill(self, rows: int) -> None:
        for database in ("origin", "goal"):
            self.server.create_database(database)
        with self.server.connect("origin") as connection:
            connection.execute(_POSTGRES_TABLE)
            connection.execute(_POSTGRES_ROWS.replace("%s", str(rows)))
            connection.execute(f"ALTER TABLE public.{TABLE} ADD PRIMARY KEY (id)")
            connection.execute(f"VACUUM ANALYZE public.{TABLE}")

    def empty(self) -> None:
        with self.server.connect("goal") as connection:
            connection.execute(f"DROP TABLE IF EXISTS public.{TABLE}")
            connection.execute("CHECKPOINT")

    def sums(self, *, source: bool) -> tuple[Any, ...]:
        with self.server.connect("origin" if source else "goal") as connection:
            row = connection.execute(f"SELECT {', '.join(SUMS)} FROM public.{TABLE}").fetchone()
            assert row is not None
            return row

    def arguments(self, *, source: bool) -> dict[str, Any]:
        return self.server.settings("origin" if source else "goal")

    @property
    def schemas(self) -> tuple[str, str]:
        return "public", "public"

    def version(self) -> str:
        with self.server.connect() as connection:
            return f"PostgreSQL {connection.info.server_version // 10000}"

    def psql(self, database: str, command: str) -> list[str]:
        """The client's words for one command."""
        return [str(binaries() / "psql"), "-qX", "-h", self.server.host, "-p", str(self.server.port), "-U",
                self.server.superuser, "-d", database, "-v", "ON_ERROR_STOP=1", "-c", command]  # fmt: skip

    def make_table(self) -> None:
        """The target table without its key, for the clients' pipe."""
        with self.server.connect("goal") as connection:
            connection.execute(_POSTGRES_TABLE)


@dataclass(frozen=True)
class MysqlStore(Store):
    """MySQL or MariaDB: two databases."""

    server: MysqlServer = None  # type: ignore[assignment]
    engine: str = "mysql"

    def fill(self, rows: int) -> None:
        for database in ("origin", "goal"):
            self.server.create_database(database)
        with self.server.connect("origin") as connection, connection.cursor() as cursor:
            cursor.execute(_MYSQL_TABLE.format(key=" PRIMARY KEY"))
            cursor.execute(_MYSQL_ROWS.replace("%s", str(rows)))
            cursor.execute(f"ANALYZE TABLE {TABLE}")

    def empty(self) -> None:
        self.server.execute(f"DROP TABLE IF EXISTS goal.{TABLE}")

    def sums(self, *, source: bool) -> tuple[Any, ...]:
        database = "origin" if source else "goal"
        with self.server.connect(database) as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(SUMS)} FROM {TABLE}")
            row = cursor.fetchone()
            assert row is not None
            return tuple(row)

    def arguments(self, *, source: bool) -> dict[str, Any]:
        return self.server.settings("origin" if source else "goal")

    @property
    def schemas(self) -> tuple[str, str]:
        return "origin", "goal"

    def version(self) -> str:
        with self.server.connect() as connection:
            label = "MariaDB" if self.server.flavor == "mariadb" else "MySQL"
            return f"{label} {connection.get_server_info()}"  # type: ignore[no-untyped-call]

    def client(self, database: str, command: str) -> list[str]:
        """The client's words for one command."""
        own = [] if self.server.flavor == "mariadb" else ["--get-server-public-key"]
        return [*programs(_CLIENTS[self.server.flavor]).command(), "--no-defaults", *own, "-h", self.server.host, "-P",
                str(self.server.port), "-u", self.server.superuser, "--default-character-set=utf8mb4",
                "--local-infile=1", "--quick", "--batch", "-N", "-e", command, database]  # fmt: skip

    def make_table(self, *, with_key: bool) -> None:
        """The target table, for the clients' pipe."""
        with self.server.connect("goal") as connection, connection.cursor() as cursor:
            cursor.execute(_MYSQL_TABLE.format(key=" PRIMARY KEY" if with_key else ""))


def environment(*stores: Store) -> dict[str, str]:
    """What the clients need beside their words: the passwords, which no process list shows."""
    given = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    for store in stores:
        match store:
            case PostgresStore():
                given["PGPASSWORD"] = store.server.password
            case MysqlStore():
                given["MYSQL_PWD"] = store.server.password
    return given


@contextmanager
def started(names: set[str], rows: int, folder: Path) -> Iterator[dict[str, Store]]:
    """Start the servers and make their source tables."""
    # Large enough that the log is not the limit, small enough for a machine with other work.
    mysql = ("innodb-buffer-pool-size=512M",)
    with ExitStack() as stack:
        stores: dict[str, Store] = {}
        if "postgresql" in names:
            options = ("shared_buffers=256MB", "maintenance_work_mem=256MB")
            server = stack.enter_context(postgres_server(folder / "postgresql", options=options))
            stores["postgresql"] = PostgresStore("postgresql", server=server)
        for name, start in (("mysql", mysql_server), ("mariadb", mariadb_server)):
            if name in names:
                stores[name] = MysqlStore(name, server=stack.enter_context(start(folder / name, options=mysql)))
        for store in stores.values():
            store.fill(rows)
        yield stores
