"""The network fails at every stage of a read and of a load: the table is whole or not there; a retry completes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dmsform.catalog.mapping import MappedTable
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.values import Epoch
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.certificates import Authority
from dmsform.testing.postgresql_server import postgres_server
from dmsform.testing.proxy import BlackHole, Cut, Direction, Fault, FaultProxy, Garbage
from dmsform_postgresql.connect import connected
from tests.providers.postgresql.moves import OWNER, POSTGRES, claim, mapped_of, write_of
from tests.servers import PostgresDatabase, packages_or_skip

pytestmark = pytest.mark.server

ROWS = 4000
PLACES = {False: (0.0, 0.004, 0.05, 0.7, 0.98), True: (0.01, 0.3, 0.999)}
SIDES = ("source", "target")


@dataclass(frozen=True)
class Way:
    """A table on its way from one database to another, each reached through a proxy."""

    source: PostgresDatabase
    target: PostgresDatabase
    proxies: dict[str, FaultProxy]
    mapped: MappedTable
    epoch: Epoch
    arguments: dict[str, object]

    def endpoint(self, side: str) -> EndpointDefinition:
        database = self.source if side == "source" else self.target
        proxy = self.proxies[side]
        settings = {
            **database.settings(),
            "host": proxy.host,
            "port": proxy.port,
            "connect_timeout": 2,
            **self.arguments,
        }
        return EndpointDefinition(name=side, engine="postgresql", settings=settings)

    def move(self) -> None:
        assert POSTGRES.row_text_reader is not None
        assert POSTGRES.row_text_writer is not None
        write = write_of(self.mapped, self.epoch)
        with (
            POSTGRES.row_text_reader.read_row_text(self.endpoint("source"), self.mapped) as stream,
            POSTGRES.row_text_writer.load_row_text(self.endpoint("target"), write) as load,
        ):
            load.prepare()
            for buffer in stream:
                load.write_row_text(buffer)
            load.finish_rows(stream.rows)
            load.add_primary_key()
            load.set_sequences(stream.sequence_positions())
            load.record(stream.rows, stream.cut)
            load.commit()

    def stands(self) -> bool:
        """Whether the table is loaded; if it is, it is whole and vouched for, and nothing vouches for it else."""
        assert POSTGRES.target_control is not None
        records = POSTGRES.target_control.table_records(self.target.endpoint(), OWNER)
        there = bool(self.target.value("SELECT to_regclass('public.t') IS NOT NULL"))
        assert [r.rows for r in records] == ([ROWS] if there else [])
        if there:
            rows = "SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM t"
            assert self.target.value(rows) == self.source.value(rows)
        return there

    def lengths(self) -> dict[tuple[str, Direction], int]:
        """How many bytes a move takes, each way through each proxy."""
        self.move()
        found = {(s, d): p.delivered(d) for s, p in self.proxies.items() for d in Direction}
        assert self.stands()
        self.clear()
        return found

    def clear(self) -> None:
        """No faults, and no table."""
        for proxy in self.proxies.values():
            proxy.clear()
        self.target.execute("DROP TABLE IF EXISTS t", "DELETE FROM dmsform_control.tables")

    def suffer(self, side: str, direction: Direction, fault: Fault, after: int) -> DiagnosticError | None:
        """Move under a fault, then again without it."""
        self.proxies[side].set(fault, direction, after_bytes=after, times=1)
        failure = None
        try:
            self.move()
        except DiagnosticError as error:
            failure = error
        if not self.stands():
            assert failure is not None, "a move that says nothing has moved the table"
            self.proxies[side].clear()
            self.move()
            assert self.stands()
        self.clear()
        return failure


@contextmanager
def way(source: PostgresDatabase, target: PostgresDatabase, **arguments: object) -> Iterator[Way]:
    source.execute(
        "CREATE TABLE t (id serial PRIMARY KEY, v text)",
        f"INSERT INTO t (v) SELECT repeat(md5(n::text), 8) FROM generate_series(1, {ROWS}) n",
    )
    mapped = mapped_of(source, "t")
    with (
        FaultProxy(source.server.host, source.server.port) as one,
        FaultProxy(target.server.host, target.server.port) as other,
    ):
        proxies = {"source": one, "target": other}
        yield Way(source, target, proxies, mapped, claim(target, mapped.target), arguments)


@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_a_cut_anywhere(make_postgres_database: Callable[[], PostgresDatabase], reset: bool) -> None:
    with way(make_postgres_database(), make_postgres_database()) as moving:
        for (side, direction), length in moving.lengths().items():
            for place in PLACES[reset]:
                failure = moving.suffer(side, direction, Cut(reset=reset), int(length * place))
                assert failure is None or isinstance(failure, ConnectionLostError), (side, direction, place, failure)


def test_a_server_that_falls_silent_while_it_is_greeted(make_postgres_database: Callable[[], PostgresDatabase]) -> None:
    with way(make_postgres_database(), make_postgres_database()) as moving:
        moving.lengths()
        for side in SIDES:
            failure = moving.suffer(side, Direction.TO_CLIENT, BlackHole(), 0)
            assert isinstance(failure, ConnectionLostError)
            assert "timeout" in str(failure)


def test_a_server_that_falls_silent_later(
    make_postgres_database: Callable[[], PostgresDatabase],
) -> None:
    with way(make_postgres_database(), make_postgres_database(), stall_timeout=1) as moving:
        for (side, direction), length in moving.lengths().items():
            for place in (0.03, 0.7):
                failure = moving.suffer(side, direction, BlackHole(), int(length * place))
                assert isinstance(failure, ConnectionLostError), (side, direction, place, failure)
                assert re.search("stall_timeout|timeout expired", str(failure)), (side, direction, place, failure)


def test_a_statement_that_takes_its_time_is_waited_for(postgres_database: PostgresDatabase) -> None:
    settings = {**postgres_database.settings(), "stall_timeout": 1}
    with connected(EndpointDefinition(name="shop", engine="postgresql", settings=settings)) as connection:
        # Longer than the silence, so that the server is asked.
        assert connection.execute("SELECT count(pg_sleep(2.5))").fetchone() == (1,)


def test_bytes_that_came_in_between(
    make_postgres_database: Callable[[], PostgresDatabase],
) -> None:
    """Each end may wait for the other then."""
    with way(make_postgres_database(), make_postgres_database(), stall_timeout=1) as moving:
        for (side, direction), length in moving.lengths().items():
            for place in (0.3, 0.7):
                fault = Garbage(b"\0" * 37, insert=True)
                assert moving.suffer(side, direction, fault, int(length * place)) is not None, (side, direction)


def test_changed_bytes_are_noticed_where_the_connection_is_encrypted(tmp_path: Path) -> None:
    authority = Authority.make(tmp_path / "ca")
    with packages_or_skip(), postgres_server(tmp_path / "server", tls=authority.server()) as server:
        source, target = (PostgresDatabase(server, server.create_database()) for _ in range(2))
        with way(source, target, ssl_mode="require") as moving:
            for (side, direction), length in moving.lengths().items():
                for place in (0.1, 0.5, 0.9):
                    failure = moving.suffer(side, direction, Garbage(b"x" * 8), int(length * place))
                    assert failure is not None, (side, direction, place)
