"""SQLite's declared types as logical types, and their affinity.

SQLite enforces nothing of what a column declares (STRICT tables aside): the mapping takes the declaration at its word,
and the reader refuses every value that breaks it. Lengths, precisions and scales are dropped, as SQLite drops them.
Source: https://sqlite.org/datatype3.html, section 3.1, "Determination Of Column Affinity".
"""

from __future__ import annotations

import re
from enum import StrEnum

from dmsform.catalog.types import (
    Binary,
    Boolean,
    Date,
    Decimal,
    Float,
    Integer,
    Json,
    LogicalType,
    Text,
    Time,
    Timestamp,
    Unsupported,
    Uuid,
)

ENGINE = "sqlite"
SCHEMA = "main"
DECIMAL_TEXT = "DECIMAL_TEXT"
"""Numbers with more digits than SQLite's own keep, as text: NUMERIC would round them."""
JSON_TEXT = "JSON_TEXT"
"""JSON as it is: a column declared JSON has the affinity NUMERIC, and turns the document `1.10` into the number 1.1."""


class Affinity(StrEnum):
    """What a column makes of the values it is given. BLOB: it leaves them as they are."""

    TEXT = "TEXT"
    NUMERIC = "NUMERIC"
    INTEGER = "INTEGER"
    REAL = "REAL"
    BLOB = "BLOB"


_WORDS: dict[str, LogicalType] = {
    **dict.fromkeys(("BOOL", "BOOLEAN"), Boolean()),
    "DATE": Date(),
    **dict.fromkeys(("DATETIME", "TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE"), Timestamp(6)),
    **dict.fromkeys(("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"), Timestamp(6, zoned=True)),
    **dict.fromkeys(("TIME", "TIME WITHOUT TIME ZONE"), Time(6)),
    **dict.fromkeys(("DEC", "DECIMAL", DECIMAL_TEXT, "MONEY", "NUM", "NUMBER", "NUMERIC"), Decimal()),
    **dict.fromkeys(("JSON", "JSONB", JSON_TEXT), Json()),
    **dict.fromkeys(("GUID", "UUID", "UNIQUEIDENTIFIER"), Uuid()),
}
_BY_AFFINITY: dict[Affinity, LogicalType] = {
    Affinity.INTEGER: Integer(64),
    Affinity.TEXT: Text(),
    Affinity.REAL: Float(64),
    Affinity.BLOB: Binary(),
}
_PARAMETERS = re.compile(r"\s*\([^)]*\)")


def affinity(declared: str, *, strict: bool = False) -> Affinity:
    """SQLite's own rules, in their order."""
    words = declared.upper()
    if strict and words == "ANY":
        return Affinity.BLOB
    if "INT" in words:
        return Affinity.INTEGER
    if any(part in words for part in ("CHAR", "CLOB", "TEXT")):
        return Affinity.TEXT
    if "BLOB" in words or not words:
        return Affinity.BLOB
    if any(part in words for part in ("REAL", "FLOA", "DOUB")):
        return Affinity.REAL
    return Affinity.NUMERIC


def logical(declared: str) -> LogicalType:
    """The logical type of a declared type; Unsupported where nothing, or nothing known, is declared."""
    if not declared.strip():
        return Unsupported("no type", "the column declares no type, so that its values may be of any")
    words = " ".join(_PARAMETERS.sub(" ", declared).upper().split())
    if known := _WORDS.get(words):
        return known
    found = _BY_AFFINITY.get(affinity(words))
    if found is None:
        return Unsupported(declared, "SQLite lets a column of this declared type hold any value")
    return found
