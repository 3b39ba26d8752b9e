"""The quickstart's source: the same every time, consistent in itself, and carried to PostgreSQL value by value."""

from __future__ import annotations

import hashlib
import importlib.util
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dmsform.catalog.model import TableName
from dmsform.provider.registry import provider
from dmsform.testing.contract_values import map_whole
from tests.providers.pump import pump
from tests.providers.sqlite.harness import endpoint_of
from tests.providers.sqlite.oracle import (
    REFUSED,
    binary,
    boolean,
    clock,
    day,
    decimal,
    document,
    integer,
    moment,
    real,
    text,
    universal,
)
from tests.servers import PostgresDatabase

EXAMPLE = Path(__file__).parents[2] / "examples" / "01-quickstart"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """generate.py, which stands in no package."""
    spec = importlib.util.spec_from_file_location("quickstart_generate", EXAMPLE / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def shop(generator: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated file."""
    path = tmp_path_factory.mktemp("quickstart") / "shop.db"
    generator.generate(path, seed=1)
    return path


def tables_of(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        return [name for (name,) in connection.execute(query)]


def digest(path: Path) -> str:
    """A hash of all rows of all tables, storage classes included."""
    found = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        for table in tables_of(path):
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                found.update(repr(row).encode())
    return found.hexdigest()


def test_the_same_seed_gives_the_same_rows(generator: ModuleType, shop: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again.db", tmp_path / "other.db"
    generator.generate(again, seed=1)
    generator.generate(other, seed=2)
    assert digest(again) == digest(shop) != digest(other)


def test_size_and_consistency(shop: Path) -> None:
    with closing(sqlite3.connect(shop)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counts = [connection.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in tables_of(shop)]
    assert (len(counts), min(counts) > 0) == (22, True)
    assert 180_000 < sum(counts) < 220_000


def test_the_awkward_shapes_are_there(shop: Path) -> None:
    catalog = provider("sqlite").introspector.introspect(endpoint_of(shop))
    tables = {t.name.name: t for t in catalog}
    assert {"order", "OrderLine", "event_log"} < tables.keys()
    assert tables["event_log"].primary_key is None
    assert tables["order"].options == ("AUTOINCREMENT",)
    assert tables["review"].options == ("WITHOUT ROWID",)
    assert len((tables["address"].primary_key or pytest.fail("no key")).columns) == 2
    kinds = {type(c.type).__name__ for t in tables.values() for c in t.columns}
    assert kinds == {
        "Binary", "Boolean", "Date", "Decimal", "Float", "Integer", "Json", "Text", "Time", "Timestamp", "Uuid",
    }  # fmt: skip
    words = {words for t in tables.values() for words in t.not_carried}
    assert {"foreign key (manager) to employee", "foreign key (department) to department"} <= words
    assert {"foreign key (parent) to category", "foreign key (customer, ship_to) to address"} <= words


_ORACLES = {
    "Binary": binary, "Boolean": boolean, "Date": day, "Decimal": decimal, "Float": real, "Integer": integer,
    "Json": document, "Text": text, "Time": clock, "Timestamp": moment, "Uuid": universal,
}  # fmt: skip


@pytest.mark.server
def test_every_row_arrives_in_postgresql(shop: Path, postgres_database: PostgresDatabase) -> None:
    source = endpoint_of(shop)
    tables = provider("sqlite").introspector.introspect(source).tables
    mapped = [map_whole(t, TableName("shop", t.name.name)) for t in tables if t.kind == "table"]
    moved = pump(source, postgres_database.endpoint(), *mapped)
    found = 0
    for table in mapped:
        oracles = [_ORACLES[type(c.type).__name__] for c in table.columns]
        columns = ", ".join(f'"{c.name}"{"::text" if type(c.type).__name__ == "Json" else ""}' for c in table.columns)
        with closing(sqlite3.connect(shop)) as connection:
            names = ", ".join(f'"{c.name}"' for c in table.columns)
            rows = connection.execute(f'SELECT {names} FROM "{table.source.name.name}"').fetchall()
        expected = [tuple(None if v is None else o(v) for o, v in zip(oracles, row, strict=True)) for row in rows]
        assert not any(value is REFUSED for row in expected for value in row)
        arrived = postgres_database.rows(f'SELECT {columns} FROM shop."{table.target.name}"')
        assert _sorted(arrived) == _sorted(expected), table.target
        found += len(arrived)
    assert found == moved


def _sorted(rows: list[tuple[Any, ...]]) -> list[str]:
    return sorted(map(repr, rows))


def test_numbering_goes_on_behind_the_gaps(shop: Path, postgres_database: PostgresDatabase) -> None:
    source = endpoint_of(shop)
    catalog = provider("sqlite").introspector.introspect(source)
    table = catalog.table(TableName("main", "customer"))
    assert table is not None
    pump(source, postgres_database.endpoint(), map_whole(table, TableName("public", "customer")))
    insert = "INSERT INTO customer (email, name, vip, created_at) VALUES ('x', 'x', true, now()) RETURNING id"
    assert postgres_database.value(insert) == postgres_database.value("SELECT max(id) FROM customer")
    with closing(sqlite3.connect(shop)) as connection:
        (last,) = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'customer'").fetchone()
    assert postgres_database.value("SELECT max(id) FROM customer") == last + 1
