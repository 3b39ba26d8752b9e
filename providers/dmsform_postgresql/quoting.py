"""Identifiers and literals as SQL. Quoting every identifier preserves its case and allows any character."""

from __future__ import annotations

from collections.abc import Iterable

from dmsform.catalog.model import TableName

MAX_NAME_BYTES = 63
"""NAMEDATALEN - 1 of an ordinary build; PostgreSQL cuts longer names with no more than a notice."""


def identifier(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def qualified(name: TableName) -> str:
    """A quoted, schema-qualified table."""
    return f"{identifier(name.schema)}.{identifier(name.name)}"


def literal(text: str) -> str:
    """A string literal under `standard_conforming_strings`, which every session of this provider sets."""
    return "'" + text.replace("'", "''") + "'"


def identifiers(names: Iterable[str]) -> str:
    """Quoted identifiers, comma-separated."""
    return ", ".join(identifier(name) for name in names)


def too_long(name: str) -> bool:
    """Whether PostgreSQL would cut the name."""
    return len(name.encode()) > MAX_NAME_BYTES
