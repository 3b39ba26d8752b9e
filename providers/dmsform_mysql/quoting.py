"""Identifiers and literals as SQL of MySQL and MariaDB, under the `sql_mode` of this provider's sessions."""

from __future__ import annotations

from collections.abc import Iterable

from dmsform.catalog.model import TableName

MAX_NAME_LENGTH = 64
"""Characters of a database's, table's or column's name."""


def identifier(name: str) -> str:
    """A quoted identifier; a backtick in it is doubled."""
    return "`" + name.replace("`", "``") + "`"


def qualified(name: TableName) -> str:
    """A quoted table with its database."""
    return f"{identifier(name.schema)}.{identifier(name.name)}"


def literal(text: str) -> str:
    """A string literal; backslashes are escapes, as NO_BACKSLASH_ESCAPES is off in every session."""
    escaped = text.replace("\\", "\\\\").replace("'", "''").replace("\0", "\\0")
    return f"'{escaped}'"


def identifiers(names: Iterable[str]) -> str:
    """Quoted identifiers, comma-separated."""
    return ", ".join(identifier(name) for name in names)
