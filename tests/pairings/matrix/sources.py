"""Fills the matrix into an engine: tables of some columns each, whose every row holds one cell."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from dmsform.catalog.model import Catalog, TableName
from dmsform.provider.registry import provider
from tests.pairings.matrix import mysql, postgresql, sqlite
from tests.pairings.matrix.cells import Cell, Column
from tests.pairings.stores import MysqlStore, PostgresStore, SqliteStore, Store

COLUMNS: dict[str, tuple[Column, ...]] = {
    "postgresql": postgresql.COLUMNS,
    **mysql.FAMILY_COLUMNS,
    "sqlite": sqlite.COLUMNS,
}
WIDTH = 12
"""Columns of a table: few enough that each gets the type it would get alone."""


@dataclass(frozen=True)
class Place:
    """A cell in its table: the column's name, and the number of the row."""

    name: str
    number: int
    column: Column
    cell: Cell


@dataclass(frozen=True)
class Group:
    """A table. columns -- by name."""

    name: str
    columns: dict[str, Column]

    def places(self) -> Iterator[Place]:
        """Every cell."""
        number = 0
        for name, column in self.columns.items():
            for cell in column.cells:
                number += 1
                yield Place(name, number, column, cell)


@dataclass(frozen=True)
class Source:
    """A store that holds an engine's part of the matrix."""

    engine: str
    store: Store
    catalog: Catalog


def groups(engine: str) -> list[Group]:
    """The tables of an engine's part."""
    columns = COLUMNS[engine]
    parts = [columns[start : start + WIDTH] for start in range(0, len(columns), WIDTH)]
    return [Group(f"g{n}", {f"c{k}": column for k, column in enumerate(part)}) for n, part in enumerate(parts)]


def fill(engine: str, store: Store) -> Source:
    """Write the cells, past the project."""
    statements = [statement for group in groups(engine) for statement in _statements(engine, group)]
    match store:
        case PostgresStore():
            store.database.execute(*postgresql.TYPES, *statements)
        case MysqlStore():
            with store.database.connect(sql_mode="STRICT_ALL_TABLES,ALLOW_INVALID_DATES") as connection:
                cursor = connection.cursor()
                for statement in ("SET time_zone = '+00:00'", *statements):
                    cursor.execute(statement)
        case SqliteStore():
            with closing(sqlite3.connect(store.path)) as connection:
                connection.executescript(";\n".join(["BEGIN", *statements, "COMMIT"]))
    endpoint = store.endpoint("source")
    return Source(engine, store, provider(endpoint.engine).introspector.introspect(endpoint))


def target_needs(store: Store) -> None:
    """Make what a target must have before: types that PostgreSQL takes over by name."""
    if isinstance(store, PostgresStore):
        store.database.execute(*postgresql.TYPES_EVERYWHERE)


def table_name(store: Store, group: Group) -> TableName:
    """The group's table in a store."""
    return TableName(store.schema, group.name)


def _statements(engine: str, group: Group) -> Iterator[str]:
    columns = ", ".join(f"{name} {column.declared}" for name, column in group.columns.items())
    yield f"CREATE TABLE {group.name} (id INTEGER PRIMARY KEY, {columns})"
    for place in group.places():
        declared, value = place.column.declared, place.cell.sql
        value = f"CAST({value} AS {declared})" if engine == "postgresql" else value
        yield f"INSERT INTO {group.name} (id, {place.name}) VALUES ({place.number}, {value})"
