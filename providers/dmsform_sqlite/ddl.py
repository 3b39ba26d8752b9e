"""Schema changes as SQLite's statements. Pure.

The primary key is part of CREATE TABLE: SQLite cannot add one later. The table's rows stand in its order, so that
there is nothing to be won by building it after the load either.
"""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`

from __future__ import annotations

import re
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
from dmsform_sqlite.options import AUTOINCREMENT, KEY_BESIDE_ROWID
from dmsform_sqlite.quoting import identifier, identifiers, qualified

_PLAIN_TYPE = re.compile(r"[A-Za-z_][\w ]*(\([\w ,.+-]*\))?")
_KEYWORDS = re.compile(
    r"\b(AS|CHECK|COLLATE|CONSTRAINT|DEFAULT|GENERATED|NOT|NULL|PRIMARY|REFERENCES|UNIQUE)\b", re.IGNORECASE
)


def render(change: CatalogChange) -> Sequence[str]:
    """The change as statements, without final semicolons."""
    match change:
        case CreateSchema() | CreateEnum() | AddPrimaryKey() | AddObjects() | AddForeignKey() | DropForeignKey():
            return ()
        case CreateTable(design=design):
            return (_create_table(design),)
        case DropTable(name=table):
            return (f"DROP TABLE {qualified(table.name)}",)
        case TruncateTable(name=table):
            return (f"DELETE FROM {qualified(table.name)}",)
        case _:
            assert_never(change)


def _create_table(design: TableDesign) -> str:
    key, inline = _key_of_column(design)
    lines = [_column(c, key if c.name == inline else "") for c in design.columns]
    if design.primary_key and inline is None:
        lines.append(f"PRIMARY KEY ({identifiers(design.primary_key.columns)})")
    body = ",\n".join(f"  {line}" for line in lines)
    options = ", ".join(option for option in design.options if option not in (AUTOINCREMENT, KEY_BESIDE_ROWID))
    return f"CREATE TABLE {qualified(design.name.name)} (\n{body}\n)" + (f" {options}" if options else "")


def _key_of_column(design: TableDesign) -> tuple[str, str | None]:
    """The key as a column has to declare it, and that column; None where the table can declare its key."""
    if AUTOINCREMENT in design.options:
        return "PRIMARY KEY AUTOINCREMENT", next(c.name for c in design.columns if c.identity)
    if KEY_BESIDE_ROWID in design.options and design.primary_key:
        return "PRIMARY KEY DESC", design.primary_key.columns[0]
    return "", None


def _column(column: ColumnDesign, key: str) -> str:
    parts = [identifier(column.name)]
    if column.type:
        parts.append(_type(column.type))
    if not column.nullable:
        parts.append("NOT NULL")
    if key:
        parts.append(key)
    return " ".join(parts)


def _type(declared: str) -> str:
    """A declared type as it can stand in a statement: SQLite takes any quoted name for one."""
    if _PLAIN_TYPE.fullmatch(declared) and not _KEYWORDS.search(declared):
        return declared
    return identifier(declared)
