"""Reads columns past the project, each value in a form that loses nothing: see `meaning.Raw`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from psycopg import sql

from dmsform.catalog.model import TableName
from tests.pairings.matrix.meaning import Raw
from tests.pairings.stores import MysqlStore, PostgresStore, SqliteStore, Store

Values = dict[int, Raw]
"""By the number of the row."""

_BYTES = frozenset({
    "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector", "geometry", "point", "linestring",
    "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection",
})  # fmt: skip
_SHAPES = frozenset(name for name in _BYTES if not name.endswith(("binary", "blob", "vector")))


def read(store: Store, table: TableName, columns: list[str]) -> dict[str, Values]:
    """The columns of a table that numbers its rows in `id`."""
    match store:
        case PostgresStore():
            return _from_postgres(store, table, columns)
        case MysqlStore():
            return _from_mysql(store, table, columns)
        case SqliteStore():
            return _from_sqlite(store, table, columns)
        case _:
            raise AssertionError(store)


def _by_column(columns: list[str], rows: list[tuple[Any, ...]]) -> dict[str, Values]:
    return {name: {row[0]: row[place] for row in rows} for place, name in enumerate(columns, start=1)}


def _from_postgres(store: PostgresStore, table: TableName, columns: list[str]) -> dict[str, Values]:
    name = sql.Identifier(table.schema, table.name)
    with store.database.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        kinds = dict(
            connection.execute(
                "SELECT a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a "
                "WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0",
                [name.as_string(connection)],
            ).fetchall()
        )
        shown = sql.SQL(", ").join(
            sql.SQL(_POSTGRES.get(kinds[column], "{}::text")).format(sql.Identifier(column)) for column in columns
        )
        return _by_column(columns, connection.execute(sql.SQL("SELECT id, {} FROM {}").format(shown, name)).fetchall())


_POSTGRES = {
    "bytea": "{}",
    "real": "{}::float8",
    "double precision": "{}",
    "money": "{}::numeric::text",
    # Its cast to text shows a netmask that its text in rows has not.
    "inet": "CASE WHEN {0} IS NOT NULL THEN format('%s', {0}) END",
}


def _from_mysql(store: MysqlStore, table: TableName, columns: list[str]) -> dict[str, Values]:
    # Without converters: the server's own text of numbers and moments.
    with store.database.connect(conv={}) as connection, connection.cursor() as cursor:
        cursor.execute("SET time_zone = '+00:00'")
        cursor.execute(
            "SELECT COLUMN_NAME, DATA_TYPE, NUMERIC_PRECISION FROM information_schema.COLUMNS "
            f"WHERE TABLE_SCHEMA = '{table.schema}' AND TABLE_NAME = '{table.name}'"
        )
        kinds = {name: (kind, precision) for name, kind, precision in cursor.fetchall()}
        shown = ", ".join(_mysql_expression(column, *kinds[column]) for column in columns)
        floats = [column for column in columns if kinds[column][0] in ("float", "double")]
        # MariaDB prints a negative zero without its sign.
        signs = "".join(f", {column} = 0 AND ATAN2({column}, -1) < 0" for column in floats)
        cursor.execute(f"SELECT id, {shown}{signs} FROM `{table.schema}`.`{table.name}`")
        found = _by_column([*columns, *(f"sign of {c}" for c in floats)], [(int(r[0]), *r[1:]) for r in cursor])
        for column in floats:
            negative = {number for number, sign in found.pop(f"sign of {column}").items() if sign == "1"}
            found[column].update(dict.fromkeys(negative, "-0"))
    return {
        column: {number: _of_mysql(kinds[column][0], value) for number, value in values.items()}
        for column, values in found.items()
    }


def _mysql_expression(column: str, kind: str, precision: str) -> str:
    match kind:
        case "float" | "double":
            # FLOAT prints six digits.
            return f"CAST({column} AS DOUBLE)"
        case "bit":
            return f"LPAD(CONV(HEX({column}), 16, 2), {precision}, '0')"
        case _ if kind in _BYTES:
            return f"HEX({column})"
        case _:
            return column


def _of_mysql(kind: str, value: Any) -> Raw:
    if value is None:
        return None
    if kind in ("float", "double"):
        return float(value)
    if kind in _SHAPES:
        return _ewkb(bytes.fromhex(value))
    if kind in _BYTES:
        return bytes.fromhex(value)
    assert isinstance(value, str), (kind, value)
    return value


def _ewkb(stored: bytes) -> bytes:
    """MySQL's stored form of a shape (four bytes of SRID, then WKB) as EWKB (PostGIS manual, "EWKB")."""
    srid, wkb = stored[:4], stored[4:]
    if srid == bytes(4):
        return wkb
    kind = int.from_bytes(wkb[1:5], "little") | 0x20000000
    return wkb[:1] + kind.to_bytes(4, "little") + srid + wkb[5:]


def _from_sqlite(store: SqliteStore, table: TableName, columns: list[str]) -> dict[str, Values]:
    with closing(sqlite3.connect(store.path)) as connection:
        # Bytes of a text that are no UTF-8 stay apart from each other.
        connection.text_factory = lambda raw: raw.decode(errors="surrogateescape")
        query = f'SELECT id, {", ".join(columns)} FROM "{table.name}"'
        return _by_column(columns, connection.execute(query).fetchall())
