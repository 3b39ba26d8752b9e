"""What the shared fixtures hand to tests: databases of real servers that the test run started itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any

import psycopg
import pymysql
import pytest

from dmsform.task.definition import EndpointDefinition
from dmsform.testing.debian import PackagesUnavailableError
from dmsform.testing.mysql_server import MysqlServer
from dmsform.testing.postgresql_server import PostgresServer


@dataclass(frozen=True)
class PostgresDatabase:
    """A database that one test has for itself, on the server of the test run."""

    server: PostgresServer
    name: str

    def connect(self, username: str | None = None, password: str | None = None) -> psycopg.Connection[tuple[Any, ...]]:
        """An autocommit connection, as the superuser unless told otherwise."""
        return self.server.connect(self.name, username, password)

    def execute(self, *statements: str) -> None:
        """Run statements, each in a transaction of its own."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.connect() as connection:
            return connection.execute(query).fetchall()

    def value(self, query: str) -> Any:
        """The first value of a query's first row."""
        return self.rows(query)[0][0]

    def settings(self, username: str | None = None, password: str | None = None) -> dict[str, Any]:
        """The arguments of an endpoint block for this database."""
        return self.server.settings(self.name, username, password)

    def endpoint(
        self, name: str = "warehouse", username: str | None = None, password: str | None = None
    ) -> EndpointDefinition:
        """This database as an endpoint."""
        return EndpointDefinition(name=name, engine="postgresql", settings=self.settings(username, password))


@dataclass(frozen=True)
class MysqlDatabase:
    """A database that one test has for itself, on the MySQL or MariaDB server of the test run."""

    server: MysqlServer
    name: str

    def connect(
        self, username: str | None = None, password: str | None = None, **options: Any
    ) -> pymysql.Connection[Any]:
        """An autocommit connection, as the superuser unless told otherwise; `options` are PyMySQL's."""
        return self.server.connect(self.name, username, password, **options)

    def execute(self, *statements: str) -> None:
        """Run statements, each in a transaction of its own."""
        self.server.execute(*statements, database=self.name)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())

    def value(self, query: str) -> Any:
        """The first value of a query's first row."""
        return self.rows(query)[0][0]

    def settings(self, username: str | None = None, password: str | None = None) -> dict[str, Any]:
        """The arguments of an endpoint block for this database."""
        return self.server.settings(self.name, username, password)

    def endpoint(
        self, name: str = "shop", username: str | None = None, password: str | None = None
    ) -> EndpointDefinition:
        """This database as an endpoint; engine mysql speaks to both servers."""
        return EndpointDefinition(name=name, engine="mysql", settings=self.settings(username, password))


@contextmanager
def packages_or_skip() -> Iterator[None]:
    """Skip what needs servers out of Debian's packages where those cannot be had; a run in CI must have them."""
    try:
        yield
    except PackagesUnavailableError as error:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            raise
        pytest.skip(str(error))


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Poll until the condition holds; fails the test at the deadline, naming what did not come."""
    deadline, pause = time.monotonic() + seconds, Event()
    while not condition():
        assert time.monotonic() < deadline, f"still waiting after {seconds} s: {what}"
        pause.wait(0.02)
