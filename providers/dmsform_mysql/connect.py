"""Connections with the one set of session settings under which every type has its canonical text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pymysql
from pymysql.connections import Connection as DriverConnection

from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.errors import connect_error, diagnosed
from dmsform_mysql.settings import MysqlSettings

LOCK_TIMEOUT_SECONDS = 60
"""How long to wait behind another session's lock before giving up and trying again: never for ever."""

SQL_MODE = "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES"
"""Errors instead of silent changes; a key of 0 is a value; zero and invalid dates that a source holds are values."""

_SESSION = (
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
    f"SET SESSION time_zone = '+00:00', sql_mode = '{SQL_MODE}', sql_notes = 1, sql_auto_is_null = 0, "
    "sql_safe_updates = 0, sql_big_selects = 1, sql_select_limit = 18446744073709551615, "
    f"lock_wait_timeout = {LOCK_TIMEOUT_SECONDS}, innodb_lock_wait_timeout = {LOCK_TIMEOUT_SECONDS}, "
    # The other side of a copy may keep this one waiting.
    "net_read_timeout = 3600, net_write_timeout = 3600, wait_timeout = 86400, "
    "transaction_isolation = 'REPEATABLE-READ'",
)


@dataclass(frozen=True, slots=True)
class Server:
    """What answered: told apart by what it can do. version -- as numbers."""

    mariadb: bool
    version: tuple[int, ...]
    max_allowed_packet: int
    lower_case_table_names: int

    @property
    def label(self) -> str:
        """For people."""
        return f"{'MariaDB' if self.mariadb else 'MySQL'} {'.'.join(map(str, self.version))}"


class Connection:
    """A session of the driver, in autocommit mode, with what its server is. Results come as raw Python values."""

    def __init__(self, raw: DriverConnection[Any], server: Server) -> None:
        self.raw = raw
        self.server = server

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> int:
        """Run a statement; the number of rows it changed."""
        with self.raw.cursor() as cursor:
            return int(cursor.execute(statement, parameters))

    def rows(self, query: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.raw.cursor() as cursor:
            cursor.execute(query, parameters)
            return list(cursor.fetchall())

    def row(self, query: str, parameters: Sequence[Any] | None = None) -> tuple[Any, ...] | None:
        """The first row of a query."""
        return next(iter(self.rows(query, parameters)), None)

    @property
    def number(self) -> int:
        """The server's number of this session (CONNECTION_ID())."""
        return int(self.raw.thread_id())  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Close; an open transaction rolls back."""
        if self.raw.open:
            self.raw.close()


def settings_of(endpoint: EndpointDefinition) -> MysqlSettings:
    """The endpoint's settings, validated again: they may come from another process."""
    return MysqlSettings.model_validate(endpoint.settings)


def open_connection(endpoint: EndpointDefinition) -> Connection:
    """Connect in autocommit mode. Raises DiagnosticError: unreachable, authentication, missing database or grant."""
    try:
        raw = pymysql.connect(
            **settings_of(endpoint).arguments(), charset="utf8mb4", autocommit=True, local_infile=True,
            program_name="dmsform",
        )  # fmt: skip
    except (pymysql.Error, OSError) as error:
        raise connect_error(error, endpoint) from error
    try:
        with diagnosed(endpoint):
            return _prepared(raw)
    except BaseException:
        raw.close()
        raise


def _prepared(raw: DriverConnection[Any]) -> Connection:
    with raw.cursor() as cursor:
        cursor.execute("SELECT version(), @@version_comment, @@max_allowed_packet, @@lower_case_table_names")
        version, _, packet, folding = cursor.fetchone()
        mariadb = "mariadb" in version.lower()
        numbers = tuple(int(part) for part in version.split("-")[0].split(".") if part.isdigit())
        for statement in _SESSION:
            # MariaDB learnt the newer name of the isolation level's variable with version 11.1.
            cursor.execute(statement.replace("transaction_isolation", "tx_isolation") if mariadb else statement)
        cursor.execute(f"SET SESSION {'max_statement_time' if mariadb else 'max_execution_time'} = 0")
    return Connection(raw, Server(mariadb, numbers, int(packet), int(folding)))


@contextmanager
def connected(endpoint: EndpointDefinition) -> Iterator[Connection]:
    """A connection for the length of the context; closing it rolls an open transaction back."""
    connection = open_connection(endpoint)
    try:
        yield connection
    finally:
        connection.close()
