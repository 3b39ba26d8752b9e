"""Fixtures of the pairings: sample databases as sources, made once a run, and fresh stores as targets."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dmsform.testing.mysql_server import MysqlServer
from dmsform.testing.postgresql_server import PostgresServer
from tests.pairings.samples import DATA, fill_mysql, fill_postgres, fill_sqlite
from tests.pairings.stores import MysqlStore, PostgresStore, SqliteStore, Store
from tests.servers import MysqlDatabase, PostgresDatabase

Family = Callable[[str], MysqlServer]
SampleSource = Callable[[str, str], Store]
NewTarget = Callable[[str], Store]


@pytest.fixture(scope="session")
def family(request: pytest.FixtureRequest) -> Family:
    """The running server of `mysql` or `mariadb`, started when it is first asked for."""

    def server(engine: str) -> MysqlServer:
        found: MysqlServer = request.getfixturevalue(f"{engine}_server")
        return found

    return server


@pytest.fixture(scope="session")
def sample_source(
    postgres_server: PostgresServer, family: Family, tmp_path_factory: pytest.TempPathFactory
) -> SampleSource:
    """A sample database in an engine; each is made once, and only read by the tests."""
    if not DATA.exists():
        pytest.skip("the sample databases (../shared/data) are not here")
    made: dict[tuple[str, str], Store] = {}

    def mysql(engine: str, sample: str) -> MysqlStore:
        server = family(engine)
        database = MysqlDatabase(server, server.create_database())
        fill_mysql(database, sample)
        return MysqlStore(database, database.name)

    def make(engine: str, sample: str) -> Store:
        match engine:
            case "postgresql":
                database = PostgresDatabase(postgres_server, postgres_server.create_database())
                fill_postgres(database, sample)
                return PostgresStore(database)
            case "sqlite":
                path = tmp_path_factory.mktemp(sample) / f"{sample}.db"
                other = source("mariadb", sample) if sample == "sakila" else None
                fill_sqlite(path, sample, other.database if isinstance(other, MysqlStore) else None)
                return SqliteStore(path)
            case _:
                return mysql(engine, sample)

    def source(engine: str, sample: str) -> Store:
        key = (engine, sample)
        if key not in made:
            made[key] = make(*key)
        return made[key]

    return source


@pytest.fixture
def new_target(
    make_postgres_database: Callable[[], PostgresDatabase], family: Family, tmp_path: Path
) -> Iterator[NewTarget]:
    """Fresh stores of engines, as many as a test needs; those on servers are dropped after it."""
    made: list[MysqlDatabase] = []
    numbers = itertools.count()

    def make(engine: str) -> Store:
        match engine:
            case "postgresql":
                return PostgresStore(make_postgres_database())
            case "sqlite":
                return SqliteStore(tmp_path / f"target{next(numbers)}.db")
            case _:
                server = family(engine)
                made.append(MysqlDatabase(server, server.create_database()))
                return MysqlStore(made[-1], made[-1].name)

    yield make
    for database in made:
        database.server.drop_database(database.name)
