"""kill -9 of the source's or the target's server at the stages of a load: it comes back, and a retry completes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dmsform.replication.task import End
from dmsform.testing.mysql_server import mariadb_server, mysql_server
from dmsform.testing.postgresql_server import postgres_server
from dmsform.testing.proxy import Rewrite
from tests.faults.conftest import MakeWay, Server
from tests.faults.places import Place, conversations
from tests.faults.stores import ENGINES
from tests.faults.way import SIDES, Standing
from tests.servers import packages_or_skip

pytestmark = [pytest.mark.server, pytest.mark.slow]

FEW = ("rows at 0.4", "the last answer")


@pytest.fixture(scope="module", params=ENGINES)
def mortal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is nobody else's, so that nobody else suffers; what it has committed outlives it."""
    folder = tmp_path_factory.mktemp("mortal")
    match request.param:
        case "postgresql":
            with postgres_server(folder, options=["synchronous_commit=on"]) as server:
                yield server
        case flavor:
            start = {"mysql": mysql_server, "mariadb": mariadb_server}[flavor]
            with packages_or_skip(), start(folder, options=["innodb-flush-log-at-trx-commit=2"]) as other:
                yield other


class Killer:
    """A function for `Rewrite`: kills the server when the first bytes come that go through it."""

    def __init__(self, server: Server) -> None:
        self.server: Server | None = server

    def __call__(self, data: bytes) -> bytes:
        if self.server is not None:
            self.server.crash()
            self.server = None
        return data


def kill(mortal: Server, make_way: MakeWay, side: str, stages: tuple[str, ...] = ()) -> None:
    way = make_way(Standing.NOTHING, **{f"{side}_server": mortal})
    every: list[Place] = conversations(way)[side].stages()
    places = [place for place in every if not stages or place.stage in stages]
    missed = []
    for place in places:
        killer = Killer(mortal)
        outcome = way.suffer(side, Rewrite(killer), **place.rule())
        if killer.server is not None:
            missed.append(place)
        assert outcome.end is End.FINISHED, (place, outcome)
        way.clear()
    # Loads differ by a few bytes, and the last ones may not come.
    assert len(missed) <= len(places) / 10, missed


@pytest.mark.parametrize("side", SIDES)
def test_a_server_is_killed(mortal: Server, make_way: MakeWay, side: str) -> None:
    kill(mortal, make_way, side, FEW)


@pytest.mark.torture
@pytest.mark.timeout(900)
@pytest.mark.parametrize("side", SIDES)
def test_a_server_is_killed_at_each_stage(mortal: Server, make_way: MakeWay, side: str) -> None:
    kill(mortal, make_way, side)
