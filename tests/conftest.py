"""Fixtures shared by all tests: real servers, started by the test run itself and gone with it.

Each pytest-xdist worker starts a server of its own when the first test asks for it: that takes a second, and no
worker waits for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dmsform.testing.postgresql_server import PostgresServer
from dmsform.testing.postgresql_server import postgres_server as start_postgres_server
from tests.servers import PostgresDatabase


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
