"""The stores of the pairings: a database of each engine, read by its own driver."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import sql

from dmsform.catalog.model import Column, TableName
from dmsform.catalog.types import Geometry, Text
from dmsform.task.definition import EndpointDefinition
from tests.servers import MysqlDatabase, PostgresDatabase

ENGINES = ("postgresql", "mysql", "mariadb", "sqlite")
_PLAIN = frozenset({
    "bool", "int2", "int4", "int8", "numeric", "float4", "float8", "text", "varchar", "bpchar", "date", "time",
    "timestamp", "timestamptz", "interval", "bytea",
})  # fmt: skip

Row = tuple[Any, ...]


class Store(ABC):
    """A database that a test moves from or to. schema -- where its tables stand."""

    schema: str

    @abstractmethod
    def endpoint(self, name: str) -> EndpointDefinition:
        """The store as an endpoint."""

    @abstractmethod
    def read(self, table: TableName, columns: Sequence[Column]) -> list[Row]:
        """All rows, as the driver hands them out."""


@dataclass(frozen=True)
class PostgresStore(Store):
    """A database of PostgreSQL. Types of its own are read as their text."""

    database: PostgresDatabase
    schema: str = "public"

    def endpoint(self, name: str) -> EndpointDefinition:
        return self.database.endpoint(name)

    def read(self, table: TableName, columns: Sequence[Column]) -> list[Row]:
        name = sql.Identifier(table.schema, table.name)
        with self.database.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            kinds = dict(
                connection.execute(
                    "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid "
                    "WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0",
                    [name.as_string(connection)],
                ).fetchall()
            )
            shown = [
                sql.SQL("{}" if kinds[c.name] in _PLAIN else "{}::text").format(sql.Identifier(c.name)) for c in columns
            ]
            query = sql.SQL("SELECT {} FROM ONLY {}").format(sql.SQL(", ").join(shown), name)
            return connection.execute(query).fetchall()


@dataclass(frozen=True)
class MysqlStore(Store):
    """A database of MySQL or MariaDB."""

    database: MysqlDatabase
    schema: str = field(default="")

    def endpoint(self, name: str) -> EndpointDefinition:
        return self.database.endpoint(name)

    def read(self, table: TableName, columns: Sequence[Column]) -> list[Row]:
        names = ", ".join(_backticked(c.name) for c in columns)
        with self.database.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SET time_zone = '+00:00'")
            cursor.execute(f"SELECT {names} FROM {_backticked(table.schema)}.{_backticked(table.name)}")
            rows: list[Row] = list(cursor.fetchall())
        shapes = [n for n, c in enumerate(columns) if isinstance(c.type, Geometry)]
        return [_with_shapes(row, shapes) for row in rows] if shapes else rows


@dataclass(frozen=True)
class SqliteStore(Store):
    """A file of SQLite."""

    path: Path
    schema: str = "main"

    def endpoint(self, name: str) -> EndpointDefinition:
        return EndpointDefinition(name=name, engine="sqlite", settings={"path": str(self.path)})

    def read(self, table: TableName, columns: Sequence[Column]) -> list[Row]:
        names = ", ".join('"' + c.name.replace('"', '""') + '"' for c in columns)
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(f'SELECT {names} FROM "{table.name}"').fetchall()
        finally:
            connection.close()


def padded(column: Column) -> bool:
    """Whether blanks at the end of the column's texts mean nothing."""
    return isinstance(column.type, Text) and (column.type.padded or column.native.startswith("char("))


def _backticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _with_shapes(row: Row, shapes: Sequence[int]) -> Row:
    return tuple(_ewkb(value) if n in shapes and value is not None else value for n, value in enumerate(row))


def _ewkb(stored: bytes) -> bytes:
    """MySQL's stored form of a shape (four bytes of SRID, then WKB) as EWKB (PostGIS manual, "EWKB")."""
    srid, wkb = stored[:4], stored[4:]
    if srid == bytes(4):
        return wkb
    kind = int.from_bytes(wkb[1:5], "little") | 0x20000000
    return wkb[:1] + kind.to_bytes(4, "little") + srid + wkb[5:]


def table_names(store: Store) -> list[str]:
    """The tables that stand in a store's schema."""
    match store:
        case PostgresStore():
            rows = store.database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        case MysqlStore():
            rows = store.database.rows(
                f"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{store.schema}'"
            )
        case SqliteStore():
            with closing(sqlite3.connect(store.path)) as connection:
                rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        case _:
            raise AssertionError(store)
    return [name for (name,) in rows]
