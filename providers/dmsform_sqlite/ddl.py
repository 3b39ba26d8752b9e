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
    AddPrimaryKey,
    CatalogChange,
    ColumnDesign,
    CreateEnum,
    CreateSchema,
    CreateTable,
    DropTable,
    TableDesign,
    TruncateTable,
)
from dmsform_sqlite.options import AUTOINCREMENT
from dmsform_sqlite.quoting import identifier, identifiers, qualified

_PLAIN_TYPE = re.compile(r"[A-Za-z_][\w ]*(\([\w ,.+-]*\))?")
_KEYWORDS = re.compile(
    r"\b(AS|CHECK|COLLATE|CONSTRAINT|DEFAULT|GENERATED|NOT|NULL|PRIMARY|REFERENCES|UNIQUE)\b", re.IGNORECASE
)


def render(change: CatalogChange) -> Sequence[str]:
    """The change as statements, without final semicolons."""
    match change:
        case CreateSchema() | CreateEnum() | AddPrimaryKey():
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
    numbered = AUTOINCREMENT in design.options
    lines = [_column(c, numbered=numbered and c.identity) for c in design.columns]
    if design.primary_key and not numbered:
        lines.append(f"PRIMARY KEY ({identifiers(design.primary_key.columns)})")
    body = ",\n".join(f"  {line}" for line in lines)
    options = ", ".join(option for option in design.options if option != AUTOINCREMENT)
    return f"CREATE TABLE {qualified(design.name.name)} (\n{body}\n)" + (f" {options}" if options else "")


def _column(column: ColumnDesign, *, numbered: bool) -> str:
    parts = [identifier(column.name)]
    if column.type:
        parts.append(_type(column.type))
    if not column.nullable:
        parts.append("NOT NULL")
    if numbered:
        parts.append("PRIMARY KEY AUTOINCREMENT")
    return " ".join(parts)


def _type(declared: str) -> str:
    """A declared type as it can stand in a statement: SQLite takes any quoted name for one."""
    if _PLAIN_TYPE.fullmatch(declared) and not _KEYWORDS.search(declared):
        return declared
    return identifier(declared)
