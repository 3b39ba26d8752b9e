"""Enumerations of other engines as types of PostgreSQL: under which name, or as text where it has none. Pure."""

from __future__ import annotations

import hashlib

from dmsform.catalog.mapping import MappedColumn, MappedTable
from dmsform.catalog.types import Enumeration
from dmsform_postgresql.quoting import MAX_NAME_BYTES, identifier, too_long


def enumeration_of(column: MappedColumn) -> Enumeration | None:
    """The column's enumeration, if PostgreSQL can have it: labels are told apart byte by byte, up to 63 of them."""
    if not isinstance(column.type, Enumeration) or why_text(column.type):
        return None
    return column.type


def why_text(enumeration: Enumeration) -> str | None:
    """Why PostgreSQL can have no such enumeration; None where it can."""
    labels = enumeration.labels
    if not labels:
        return "it has no labels"
    if long := next((label for label in labels if too_long(label)), None):
        return f"its label '{long[:20]}...' has {len(long.encode())} bytes, and PostgreSQL's end at {MAX_NAME_BYTES}"
    if any("\0" in label for label in labels):
        return "a label holds U+0000"
    return "it has a label twice" if len(set(labels)) < len(labels) else None


def enum_name(mapped: MappedTable, column: MappedColumn) -> str:
    """The quoted name of a column's enumeration on the target; a nameless one is called table_column_enum."""
    return f"{identifier(mapped.target.schema)}.{identifier(enum_label(mapped, column))}"


def enum_label(mapped: MappedTable, column: MappedColumn) -> str:
    """That name without its schema. One that would be cut is shortened, and told apart by a hash.

    It has an end of its own because every table's name is that of a type too, and `orders_status` may well be one.
    """
    declared = column.type.name if isinstance(column.type, Enumeration) else None
    if declared:
        return declared.partition(".")[2] or declared
    name = f"{mapped.target.name}_{column.name}_enum"
    if not too_long(name):
        return name
    kept = name.encode()[: MAX_NAME_BYTES - 9].decode(errors="ignore")
    return f"{kept}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
