"""Fixtures: a way between two databases of an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dmsform.testing.mysql_server import MysqlServer
from dmsform.testing.postgresql_server import PostgresServer
from dmsform_mysql import batches
from tests.faults.stores import ENGINES, Store, new_store
from tests.faults.way import Standing, Way, way_between

Server = PostgresServer | MysqlServer
MakeWay = Callable[..., Way]


@pytest.fixture
def make_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWay]:
    """Makes ways between a database of each of two servers; the databases are dropped after the test.

    Without a source or a target server it is the one that this test process has of the other's engine.
    """
    monkeypatch.setattr(batches, "BATCH_BYTES", 150_000)  # several statements, for so few rows
    made: list[Store] = []
    with ExitStack() as stack:

        def common(other: Server) -> Server:
            engine = "postgres" if isinstance(other, PostgresServer) else other.flavor
            found: Server = request.getfixturevalue(f"{engine}_server")
            return found

        def make(
            standing: Standing,
            source_server: Server | None = None,
            target_server: Server | None = None,
            **settings: Any,
        ) -> Way:
            known = source_server or target_server
            assert known is not None
            source, target = new_store(source_server or common(known)), new_store(target_server or common(known))
            made.extend((source, target))
            source.fill()
            return stack.enter_context(way_between(source, target, standing, **settings))

        yield make
    for store in made:
        store.database.server.drop_database(store.database.name)


@pytest.fixture(params=ENGINES)
def way(request: pytest.FixtureRequest, make_way: MakeWay) -> Way:
    """A way between two databases of each engine in turn, to where nothing stands."""
    engine = {"postgresql": "postgres"}.get(request.param, request.param)
    server = request.getfixturevalue(f"{engine}_server")
    return make_way(Standing.NOTHING, server, server)


@pytest.fixture(params=[(engine, standing) for engine in ENGINES for standing in Standing], ids=str)
def standing_way(request: pytest.FixtureRequest, make_way: MakeWay) -> Way:
    """A way between two databases of each engine in turn, to all that may stand there."""
    engine, standing = request.param
    server = request.getfixturevalue({"postgresql": "postgres"}.get(engine, engine) + "_server")
    return make_way(standing, server, server)
