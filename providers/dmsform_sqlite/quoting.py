"""Names and literals as SQL of SQLite."""

from __future__ import annotations

from collections.abc import Iterable


def identifier(name: str) -> str:
    """A quoted identifier. SQLite reads one that names no column as a text literal: check that columns exist."""
    return '"' + name.replace('"', '""') + '"'


def identifiers(names: Iterable[str]) -> str:
    """Quoted identifiers, separated by commas."""
    return ", ".join(identifier(name) for name in names)


def qualified(table: str) -> str:
    """A table's quoted name in the file's own schema, so that no temporary table of that name is meant."""
    return f'"main".{identifier(table)}'


def literal(text: str) -> str:
    """A text literal; U+0000 ends a literal, so that texts with it are given as bytes."""
    if "\0" in text:
        return f"CAST(x'{text.encode().hex()}' AS TEXT)"
    return "'" + text.replace("'", "''") + "'"


def folded(name: str) -> str:
    """The name as SQLite compares it: it folds the letters of ASCII only."""
    return "".join(c.lower() if c.isascii() else c for c in name)
