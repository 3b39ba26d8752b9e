"""Schema changes as statements of MySQL and MariaDB, which run on both. Pure.

The primary key is part of CREATE TABLE: InnoDB keeps the rows in its order, so that a later one would write the table
anew, and AUTO_INCREMENT takes a key.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from dmsform.catalog.changes import (
    AddForeignKey,
    AddObjects,
    AddPrimaryKey,
    CatalogChange,
    ColumnDesign,
    CreateEnum,
    CreateSchema,
    CreateTable,
    DropForeignKey,
    DropTable,
    TableDesign,
    TruncateTable,
)
from dmsform_mysql.options import key_prefixes
from dmsform_mysql.portable import BINARY_COLLATION, portable
from dmsform_mysql.quoting import identifier, qualified

_TABLE = f"ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 {BINARY_COLLATION}"


def render(change: CatalogChange) -> Sequence[str]:
    """The change as statements, without final semicolons.

    All but TruncateTable commit by themselves; that one is a DELETE, which can be rolled back.
    """
    match change:
        case CreateSchema(schema=schema):
            return (f"CREATE DATABASE IF NOT EXISTS {identifier(schema)} DEFAULT CHARACTER SET utf8mb4",)
        case CreateTable(design=design):
            return (_create_table(design),)
        case CreateEnum() | AddPrimaryKey() | AddObjects() | AddForeignKey() | DropForeignKey():
            return ()
        case DropTable(name=table):
            return (f"DROP TABLE {qualified(table)}",)
        case TruncateTable(name=table):
            return (f"DELETE FROM {qualified(table)}",)
        case _:
            assert_never(change)


def needs_index(design: TableDesign) -> str | None:
    """The column that numbers itself without being the key's first: the servers want an index of it."""
    first = design.primary_key.columns[0] if design.primary_key else None
    return next((c.name for c in design.columns if c.identity and c.name != first), None)


def _create_table(design: TableDesign) -> str:
    lines = [_column(column) for column in design.columns]
    if design.primary_key:
        lines.append(f"PRIMARY KEY ({_key(design.primary_key.columns, key_prefixes(design.options))})")
    if (numbered := needs_index(design)) is not None:
        lines.append(f"KEY ({identifier(numbered)})")
    body = ",\n".join(f"  {line}" for line in lines)
    # MariaDB reads the clause and does nothing; a comment says so.
    where = f" /*!80000 TABLESPACE {identifier(design.table_tablespace)} */" if design.table_tablespace else ""
    return f"CREATE TABLE {qualified(design.name)} (\n{body}\n) {_TABLE}{where}"


def _key(columns: Sequence[str], prefixes: dict[str, int]) -> str:
    return ", ".join(identifier(c) + (f"({prefixes[c]})" if c in prefixes else "") for c in columns)


def _column(column: ColumnDesign) -> str:
    # Said in either case: a TIMESTAMP that says nothing is NOT NULL and changes by itself in some servers.
    parts = [identifier(column.name), portable(column.type), "NULL" if column.nullable else "NOT NULL"]
    if column.identity:
        parts.append("AUTO_INCREMENT")
    return " ".join(parts)
