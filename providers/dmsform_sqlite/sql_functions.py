"""The functions that SQLite lacks, in Python, to be registered on every connection that reads a source.

They compute masks and AWS DMS's own functions; a random mask draws from the operating system's generator.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from dmsform.catalog.expressions import functions as dms

SqlValue: TypeAlias = str | bytes | int | float | None

_DIGITS = "0123456789"
_HIGH = 2**63


@dataclass(frozen=True, slots=True)
class SqlFunction:
    """A function as `sqlite3.Connection.create_function` takes it; `arguments` is how many it has."""

    name: str
    arguments: int
    implementation: Callable[..., Any]
    deterministic: bool = True


def functions() -> tuple[SqlFunction, ...]:
    """All functions that rendered expressions and masks may call."""
    return (
        SqlFunction("dmsform_hash_sha256", 1, hash_sha256),
        SqlFunction("dmsform_replace_chars", 3, replace_chars),
        SqlFunction("dmsform_mask_digits", 2, mask_digits),
        SqlFunction("dmsform_randomize_digits", 2, randomize_digits, deterministic=False),
        SqlFunction("dmsform_mask_hash", 1, mask_hash),
    )


def register(connection: sqlite3.Connection) -> None:
    """Make the functions known to a connection."""
    for function in functions():
        connection.create_function(
            function.name, function.arguments, function.implementation, deterministic=function.deterministic
        )


def sqlite_text(value: SqlValue) -> str | None:
    """The text that SQLite itself makes of a value (`%!.15g` for a float); bytes are read as UTF-8."""
    match value:
        case None | str():
            return value
        case bytes():
            return value.decode()
        case int():
            return str(value)
        case float():
            mantissa, e, exponent = f"{value:.15g}".replace("inf", "Inf").partition("e")
            return mantissa + ("" if "." in mantissa or "Inf" in mantissa else ".0") + e + exponent


def hash_sha256(value: SqlValue) -> str | None:
    """AWS DMS's function: of bytes as they are, of anything else its text."""
    return dms.hash_sha256(value if isinstance(value, bytes) else sqlite_text(value))


def replace_chars(text: SqlValue, characters: SqlValue, replacements: SqlValue) -> str | None:
    """AWS DMS's function, of the texts of its arguments."""
    return dms.replace_chars(sqlite_text(text), sqlite_text(characters), sqlite_text(replacements))


def mask_digits(value: SqlValue, character: str) -> SqlValue:
    """Each digit replaced by the character; bytes keep being bytes."""
    if isinstance(value, bytes):
        return value.translate(bytes.maketrans(_DIGITS.encode(), character.encode() * 10))
    text = canonical_text(value)
    return None if text is None else text.translate(str.maketrans(_DIGITS, character * 10))


def randomize_digits(value: SqlValue, beyond: int | None) -> SqlValue:
    """Each digit replaced by a random one.

    beyond -- None: give text; 0: numbers stay numbers; else the bits of a whole number's magnitude, which the
    result stays within.
    """
    if value is None:
        return None
    if isinstance(value, bytes):
        return bytes(secrets.choice(_DIGITS.encode()) if chr(byte) in _DIGITS else byte for byte in value)
    text = "".join(secrets.choice(_DIGITS) if c in _DIGITS else c for c in canonical_text(value) or "")
    if beyond is None or isinstance(value, str):
        return text
    if isinstance(value, float):
        return float(text)
    drawn = int(text)
    limit = 2**beyond if beyond else _HIGH
    return drawn % limit if drawn >= 0 else -(-drawn % limit)


def mask_hash(value: SqlValue) -> str | None:
    """SHA-256 of the value's canonical text, or of its bytes, in upper-case hexadecimal, as AWS DMS writes it."""
    if value is None:
        return None
    data = value if isinstance(value, bytes) else (canonical_text(value) or "").encode()
    return hashlib.sha256(data).hexdigest().upper()


def canonical_text(value: str | float | None) -> str | None:
    """The text that a mask works on: of a float the shortest that reads back as the same, without an exponent."""
    if isinstance(value, float):
        finite = value == value and value not in (float("inf"), float("-inf"))
        return format(Decimal(repr(value)), "f") if finite else repr(value)
    return None if value is None else str(value)
