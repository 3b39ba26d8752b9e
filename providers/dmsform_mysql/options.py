"""Words of a table's declaration that only stores of this family know; see `Table.options`."""

from __future__ import annotations

import re
from collections.abc import Iterable

_KEY_PREFIX = re.compile(r"primary key takes (\d+) of (.*)", re.DOTALL)


def key_prefix(column: str, length: int) -> str:
    """The primary key holds only the first characters (bytes, if the column is binary) of a column."""
    return f"primary key takes {length} of {column}"


def key_prefixes(options: Iterable[str]) -> dict[str, int]:
    """The columns of which a primary key holds the beginning, and how much."""
    found = (_KEY_PREFIX.fullmatch(option) for option in options)
    return {match[2]: int(match[1]) for match in found if match}
