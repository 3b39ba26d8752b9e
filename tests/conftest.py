"""Fixtures shared by all tests: real servers, started by the test run itself and gone with it.

Each pytest-xdist worker starts a server of its own when the first test asks for it: that takes a second, and no
worker waits for another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from dmsform.testing.mysql_server import MysqlServer
from dmsform.testing.mysql_server import mariadb_server as start_mariadb_server
from dmsform.testing.mysql_server import mysql_server as start_mysql_server
from dmsform.testing.postgresql_server import PostgresServer
from dmsform.testing.postgresql_server import postgres_server as start_postgres_server
from tests.memory import fast_directory
from tests.servers import MysqlDatabase, PostgresDatabase, packages_or_skip


def pytest_configure() -> None:
    """Temporary folders are in memory where that is possible, unless the caller says where they should be."""
    if "TMPDIR" not in os.environ and (fast := fast_directory()):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(fast))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL 18 server for the whole run."""
    with start_postgres_server(tmp_path_factory.mktemp("postgresql")) as server:
        yield server


@pytest.fixture
def make_postgres_database(postgres_server: PostgresServer) -> Iterator[Callable[[], PostgresDatabase]]:
    """Makes as many fresh databases as a test needs; all are dropped after it."""
    made: list[PostgresDatabase] = []

    def make() -> PostgresDatabase:
        made.append(PostgresDatabase(postgres_server, postgres_server.create_database()))
        return made[-1]

    yield make
    for database in made:
        postgres_server.drop_database(database.name)


@pytest.fixture
def postgres_database(make_postgres_database: Callable[[], PostgresDatabase]) -> PostgresDatabase:
    """A fresh database, dropped after the test."""
    return make_postgres_database()


@pytest.fixture(scope="session")
def mysql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MysqlServer]:
    """A MySQL 9.7 server for the whole run."""
    with packages_or_skip(), start_mysql_server(tmp_path_factory.mktemp("mysql")) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MysqlServer]:
    """A MariaDB 10.11 server for the whole run."""
    with packages_or_skip(), start_mariadb_server(tmp_path_factory.mktemp("mariadb")) as server:
        yield server


@pytest.fixture
def make_mysql_database(mysql_server: MysqlServer) -> Iterator[Callable[[], MysqlDatabase]]:
    """Makes as many fresh MySQL databases as a test needs; all are dropped after it."""
    with _databases(mysql_server) as make:
        yield make


@pytest.fixture
def make_mariadb_database(mariadb_server: MysqlServer) -> Iterator[Callable[[], MysqlDatabase]]:
    """Makes as many fresh MariaDB databases as a test needs; all are dropped after it."""
    with _databases(mariadb_server) as make:
        yield make


@pytest.fixture(params=["mysql", "mariadb"])
def mysql_family_server(request: pytest.FixtureRequest) -> MysqlServer:
    """Each of the two servers in turn, for tests that hold for both."""
    server: MysqlServer = request.getfixturevalue(f"{request.param}_server")
    return server


@pytest.fixture
def make_family_database(mysql_family_server: MysqlServer) -> Iterator[Callable[[], MysqlDatabase]]:
    """Makes fresh databases on the server of `mysql_family_server`; all are dropped after the test."""
    with _databases(mysql_family_server) as make:
        yield make


@contextmanager
def _databases(server: MysqlServer) -> Iterator[Callable[[], MysqlDatabase]]:
    made: list[MysqlDatabase] = []

    def make() -> MysqlDatabase:
        made.append(MysqlDatabase(server, server.create_database()))
        return made[-1]

    yield make
    for database in made:
        server.drop_database(database.name)
