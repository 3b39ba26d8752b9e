"""Text that is no valid UTF-8, as SQLite keeps it all the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawText:
    """The bytes of a value of storage class TEXT. No type that the sqlite3 module binds: it takes a CAST."""

    data: bytes


def raw_text(data: bytes) -> str | RawText:
    """A text factory for connections: `str` where that is possible."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return RawText(data)
