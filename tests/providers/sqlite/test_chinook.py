"""Chinook, a public sample database: every table's rows are equal after the load."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dmsform.catalog.model import Table, TableName
from dmsform.catalog.types import Decimal as DecimalType
from dmsform.provider.registry import provider
from dmsform.testing.contract_values import map_whole
from tests.providers.pump import pump
from tests.providers.sqlite.harness import endpoint_of
from tests.servers import PostgresDatabase

CHINOOK = Path(__file__).parents[3] / ".." / "shared" / "data" / "chinook" / "Chinook_Sqlite.sqlite"
pytestmark = pytest.mark.skipif(not CHINOOK.exists(), reason="the sample databases are not beside the checkout")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy: the folder may be read-only."""
    path = tmp_path / "chinook.db"
    path.write_bytes(CHINOOK.read_bytes())
    return path


def tables_of(path: Path) -> tuple[Table, ...]:
    found = provider("sqlite").introspector.introspect(endpoint_of(path)).tables
    assert len(found) == 11
    return found


def rows_of(path: Path, table: Table) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f'SELECT * FROM "{table.name.name}"').fetchall()


def by_declaration(table: Table, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row in Python's types for what Chinook declares."""
    return tuple(_typed(c.native, value) for c, value in zip(table.columns, row, strict=True))


def _typed(declared: str, value: Any) -> Any:
    if value is None:
        return None
    if declared.startswith("NUMERIC"):
        return Decimal(repr(value))
    return datetime.fromisoformat(value) if declared == "DATETIME" else value


@pytest.mark.server
def test_to_postgresql(source: Path, postgres_database: PostgresDatabase) -> None:
    tables = tables_of(source)
    mapped = [map_whole(t, TableName("chinook", t.name.name)) for t in tables]
    assert pump(endpoint_of(source), postgres_database.endpoint(), *mapped) == 15_607
    for table in tables:
        expected = [by_declaration(table, row) for row in rows_of(source, table)]
        arrived = postgres_database.rows(f'SELECT * FROM chinook."{table.name.name}"')
        assert sorted(arrived, key=repr) == sorted(expected, key=repr), table.name
        assert table.primary_key is not None
        assert primary_key(postgres_database, table.name.name) == list(table.primary_key.columns)


def primary_key(database: PostgresDatabase, table: str) -> list[str]:
    """The key's columns in their order, as PostgreSQL has them."""
    query = (
        "SELECT a.attname FROM pg_index i, unnest(i.indkey::int[]) WITH ORDINALITY k(attnum, n) "
        "JOIN pg_attribute a USING (attnum) WHERE i.indisprimary AND a.attrelid = i.indrelid "
        f"AND i.indrelid = 'chinook.\"{table}\"'::regclass ORDER BY k.n"
    )
    return [name for (name,) in database.rows(query)]


@pytest.mark.server
def test_to_postgresql_and_back(source: Path, tmp_path: Path, postgres_database: PostgresDatabase) -> None:
    """Decimals come back as text with PostgreSQL's digits, everything else as it was."""
    middle, back = postgres_database.endpoint(), tmp_path / "back.db"
    tables = tables_of(source)
    pump(endpoint_of(source), middle, *(map_whole(t, TableName("chinook", t.name.name)) for t in tables))
    found = provider("postgresql").introspector.introspect(middle).tables
    assert pump(middle, endpoint_of(back), *(map_whole(t, TableName("main", t.name.name)) for t in found)) == 15_607
    for table in tables_of(back):
        (original,) = (t for t in tables if t.name == table.name)
        assert table.primary_key == original.primary_key
        arrived = [_decimals_of(table, row) for row in rows_of(back, table)]
        expected = [_decimals_of(original, row) for row in rows_of(source, original)]
        assert sorted(arrived, key=repr) == sorted(expected, key=repr), table.name


def _decimals_of(table: Table, row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        Decimal(str(value)) if isinstance(c.type, DecimalType) and value is not None else value
        for c, value in zip(table.columns, row, strict=True)
    )


def test_to_sqlite(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    tables = tables_of(source)
    mapped = [map_whole(t, t.name, same_engine=True) for t in tables]
    assert pump(endpoint_of(source), endpoint_of(target), *mapped) == 15_607
    for table in tables:
        assert [tuple(map(repr, r)) for r in rows_of(target, table)] == [
            tuple(map(repr, r)) for r in rows_of(source, table)
        ], table.name
    assert [(t.name, t.columns, t.primary_key) for t in tables_of(target)] == [
        (t.name, t.columns, t.primary_key) for t in tables
    ]
