"""Values larger than the servers' max_allowed_packet, through all pairings: equal, or refused by column and value."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import TableName
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.registry import provider
from dmsform.testing.contract_values import map_whole
from tests.pairings.conftest import NewTarget
from tests.pairings.matrix.cells import FAMILY
from tests.pairings.matrix.reading import read
from tests.pairings.stores import ENGINES, MysqlStore, PostgresStore, SqliteStore, Store, table_names
from tests.providers.pump import pump

pytestmark = pytest.mark.server

LIMIT = 64 * 1024
LENGTH = 3 * LIMIT
PACKET_TOO_SMALL = "DMS551"
VALUES = {
    "b": bytes(range(256)) * (LENGTH // 256),
    "t": "é\t\\\n" * (LENGTH // 4),
    "j": '["' + "j" * LENGTH + '"]',
}
DECLARED = {
    "postgresql": {"b": "bytea", "t": "text", "j": "json"},
    "mysql": {"b": "longblob", "t": "longtext character set utf8mb4", "j": "json", "g": "geometry"},
    "mariadb": {"b": "longblob", "t": "longtext character set utf8mb4", "j": "json", "g": "geometry"},
    "sqlite": {"b": "BLOB", "t": "TEXT", "j": "JSON_TEXT"},
}
LINE = "ST_GeomFromText('LINESTRING(" + ",".join(f"{n} {n}" for n in range(LENGTH // 16)) + ")', 3857)"


@contextmanager
def small_packets(*stores: Store) -> Iterator[None]:
    """The servers of the family take little from now on; what is larger stands there already."""
    servers = {store.database.server.port: store.database for store in stores if isinstance(store, MysqlStore)}
    before = {port: int(database.value("SELECT @@GLOBAL.max_allowed_packet")) for port, database in servers.items()}
    for database in servers.values():
        database.execute(f"SET GLOBAL max_allowed_packet = {LIMIT}")
    try:
        yield
    finally:
        for port, database in servers.items():
            database.execute(f"SET GLOBAL max_allowed_packet = {before[port]}")


def _fill(store: Store, engine: str) -> None:
    columns = ", ".join(f"{name} {declared}" for name, declared in DECLARED[engine].items())
    create = f"CREATE TABLE big (id INTEGER PRIMARY KEY, {columns})"
    rows = [(1, *VALUES.values()), (2, b"", "", "1"), (3, None, None, None)]
    match store:
        case SqliteStore():
            with closing(sqlite3.connect(store.path)) as connection, connection:
                connection.execute(create)
                connection.executemany("INSERT INTO big VALUES (?, ?, ?, ?)", rows)
        case PostgresStore():
            with store.database.connect() as postgres:
                postgres.execute(create)
                postgres.cursor().executemany("INSERT INTO big VALUES (%s, %s, %s, %s)", rows)
        case MysqlStore():
            with store.database.connect() as mysql, mysql.cursor() as cursor:
                cursor.execute(create)
                cursor.executemany("INSERT INTO big (id, b, t, j) VALUES (%s, %s, %s, %s)", rows)
                cursor.execute(f"UPDATE big SET g = {LINE} WHERE id = 1")


def _mapped(source: Store, target: Store, name: str) -> MappedTable:
    origin, goal = source.endpoint("source"), target.endpoint("target")
    table = provider(origin.engine).introspector.introspect(origin).table(TableName(source.schema, "big"))
    assert table is not None
    whole = map_whole(table, TableName(target.schema, f"big_{name}"), same_engine=origin.engine == goal.engine)
    return replace(whole, columns=tuple(c for c in whole.columns if c.name in ("id", name)))


@pytest.mark.parametrize("target_engine", ENGINES)
@pytest.mark.parametrize("source_engine", ENGINES)
def test_what_is_larger_than_a_packet(new_target: NewTarget, source_engine: str, target_engine: str) -> None:
    source, target = new_target(source_engine), new_target(target_engine)
    _fill(source, source_engine)
    outcome = {}
    for name in DECLARED[source_engine]:
        mapped = _mapped(source, target, name)
        with small_packets(source, target):
            try:
                pump(source.endpoint("source"), target.endpoint("target"), mapped)
            except DiagnosticError as error:
                outcome[name] = [(d.code, d.place and d.place.column) for d in error.diagnostics]
                continue
        assert read(target, mapped.target, [name]) == read(source, mapped.source.name, [name])
    refused = _refused(source_engine, target_engine)
    assert outcome == {name: [(PACKET_TOO_SMALL, name)] for name in refused}
    arrived = {f"big_{name}" for name in DECLARED[source_engine] if name not in refused}
    assert {n for n in table_names(target) if n.startswith(("big_", "dmsform_load"))} == arrived


def _refused(source_engine: str, target_engine: str) -> set[str]:
    """Servers of the family put nothing together that is larger than a packet: no shape, and MySQL no document."""
    documents = {"j"} if source_engine == "mysql" else set()
    return documents | ({"g"} if {source_engine, target_engine} <= FAMILY else set())
