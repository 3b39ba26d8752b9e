"""Tables that nobody thought of: from an engine to another and back, every value what it was, in both."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dmsform.catalog.model import TableName
from dmsform.provider.registry import provider
from dmsform.testing.contract_values import map_whole
from tests.pairings.conftest import NewTarget
from tests.pairings.matrix.generated import Generated, columns
from tests.pairings.matrix.meaning import meaning
from tests.pairings.matrix.reading import read
from tests.pairings.stores import ENGINES, MysqlStore, PostgresStore, SqliteStore, Store
from tests.providers.pump import pump

pytestmark = pytest.mark.server

# A failure is found again by `make torture`, which takes the time to make it small.
QUICK = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
LONG = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
NUMBERS = itertools.count()
Stores = Callable[[str, str], Store]


def _create(store: Store, engine: str, table: str, chosen: list[Generated], rows: list[tuple[Any, ...]]) -> None:
    """The table, written by the engine's own driver."""
    declared = [column.declared[engine] for column in chosen]
    listed = ", ".join(f"c{n} {kind}" for n, kind in enumerate(declared))
    create = f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {listed})"
    numbered = [(n, *row) for n, row in enumerate(rows, start=1)]
    match store:
        case SqliteStore():
            with closing(sqlite3.connect(store.path)) as connection, connection:
                connection.execute(create)
                marks = ", ".join("?" * (len(declared) + 1))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", numbered)
        case PostgresStore():
            marks = ", ".join(f"%s::{kind}" if kind != "boolean" else "%s::int::boolean" for kind in declared)
            with store.database.connect() as postgres:
                postgres.execute(create)
                postgres.cursor().executemany(f"INSERT INTO {table} VALUES (%s, {marks})", numbered)
        case MysqlStore():
            marks = ", ".join("CONV(%s, 2, 10) + 0" if kind == "bit(13)" else "%s" for kind in declared)
            with store.database.connect(sql_mode="STRICT_ALL_TABLES") as mysql, mysql.cursor() as cursor:
                cursor.execute("SET time_zone = '+00:00'")
                cursor.execute(create)
                cursor.executemany(f"INSERT INTO {table} VALUES (%s, {marks})", numbered)


def _move(source: Store, target: Store, table: str, into: str) -> TableName:
    origin, goal = source.endpoint("source"), target.endpoint("target")
    found = provider(origin.engine).introspector.introspect(origin).table(TableName(source.schema, table))
    assert found is not None
    name = TableName(target.schema, into)
    pump(origin, goal, map_whole(found, name, same_engine=origin.engine == goal.engine))
    return name


def _same(wanted: Store, found: Store, tables: tuple[TableName, TableName], chosen: list[Generated]) -> None:
    names = [f"c{n}" for n in range(len(chosen))]
    left, came = read(wanted, tables[0], names), read(found, tables[1], names)
    for name, column in zip(names, chosen, strict=True):
        assert left[name].keys() == came[name].keys()
        for number, value in left[name].items():
            assert meaning(column.kind, value) == meaning(column.kind, came[name][number]), (column.declared, value)


def _there_and_back(data: st.DataObject, stores: Stores, source_engine: str) -> None:
    target_engine = data.draw(st.sampled_from(ENGINES), "target")
    possible = [c for c in columns(frozenset({source_engine, target_engine})) if source_engine in c.declared]
    chosen = data.draw(st.lists(st.sampled_from(possible), min_size=1, max_size=8), "columns")
    rows = data.draw(st.lists(st.tuples(*(st.none() | c.values for c in chosen)), min_size=1, max_size=12), "rows")
    source, target, table = stores(source_engine, "source"), stores(target_engine, "target"), f"t{next(NUMBERS)}"
    _create(source, source_engine, table, chosen, rows)
    first = TableName(source.schema, table)
    there = _move(source, target, table, f"{table}_there")
    _same(source, target, (first, there), chosen)
    back = _move(target, source, there.name, f"{table}_back")
    _same(source, source, (first, back), chosen)


@pytest.fixture
def stores(new_target: NewTarget) -> Stores:
    """A source and a target of each engine for all examples."""
    made: dict[tuple[str, str], Store] = {}

    def store(engine: str, role: str) -> Store:
        key = (engine, role)
        if key not in made:
            made[key] = new_target(engine)
        return made[key]

    return store


@pytest.mark.parametrize("source_engine", ENGINES)
@given(data=st.data())
@QUICK
def test_there_and_back(stores: Stores, source_engine: str, data: st.DataObject) -> None:
    _there_and_back(data, stores, source_engine)


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("source_engine", ENGINES)
@given(data=st.data())
@LONG
def test_there_and_back_for_long(stores: Stores, source_engine: str, data: st.DataObject) -> None:
    _there_and_back(data, stores, source_engine)
