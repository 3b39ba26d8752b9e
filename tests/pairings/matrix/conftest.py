"""Fixtures of the matrix: each engine's part, filled once a run and only read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dmsform.testing.postgresql_server import PostgresServer
from tests.pairings.conftest import Family
from tests.pairings.matrix.sources import Source, fill
from tests.pairings.stores import MysqlStore, PostgresStore, SqliteStore, Store
from tests.servers import MysqlDatabase, PostgresDatabase

MatrixSource = Callable[[str], Source]


@pytest.fixture(scope="session")
def matrix_source(
    postgres_server: PostgresServer, family: Family, tmp_path_factory: pytest.TempPathFactory
) -> MatrixSource:
    """The part of an engine."""
    made: dict[str, Source] = {}

    def store(engine: str) -> Store:
        match engine:
            case "postgresql":
                return PostgresStore(PostgresDatabase(postgres_server, postgres_server.create_database()))
            case "sqlite":
                return SqliteStore(tmp_path_factory.mktemp("matrix") / "matrix.db")
            case _:
                server = family(engine)
                database = MysqlDatabase(server, server.create_database())
                return MysqlStore(database, database.name)

    def source(engine: str) -> Source:
        if engine not in made:
            made[engine] = fill(engine, store(engine))
        return made[engine]

    return source
