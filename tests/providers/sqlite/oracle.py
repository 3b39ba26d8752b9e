"""What a stored value must arrive as, written with Python's own types and sharing no code with the provider."""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

REFUSED: Final = object()
"""The value denotes nothing of the declared type."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CLOCK = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?", re.ASCII)


def integer(stored: Any) -> Any:
    return stored if isinstance(stored, int) else REFUSED


def real(stored: Any) -> Any:
    return stored if isinstance(stored, float) else REFUSED


def decimal(stored: Any) -> Any:
    if isinstance(stored, int):
        return Decimal(stored)
    if isinstance(stored, float) and not (stored == 0 and math.copysign(1, stored) < 0):
        return Decimal(repr(stored))
    if isinstance(stored, str) and re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", stored):
        return REFUSED if stored[0] == "-" and Decimal(stored) == 0 else Decimal(stored)
    return Decimal(stored) if stored in ("NaN", "Infinity", "-Infinity") else REFUSED


def boolean(stored: Any) -> Any:
    return bool(stored) if isinstance(stored, int) and stored in (0, 1) else REFUSED


def text(stored: Any) -> Any:
    return stored if isinstance(stored, str) and "\0" not in stored else REFUSED


def binary(stored: Any) -> Any:
    return stored if isinstance(stored, bytes) else REFUSED


def day(stored: Any) -> Any:
    if not isinstance(stored, str) or len(stored) != 10 or not _MOMENT.fullmatch(stored):
        return REFUSED
    return _parsed(date.fromisoformat, stored)


def moment(stored: Any) -> Any:
    if not isinstance(stored, str) or not _MOMENT.fullmatch(stored):
        return REFUSED
    return _parsed(datetime.fromisoformat, _to_microseconds(stored))


def clock(stored: Any) -> Any:
    if not isinstance(stored, str) or not _CLOCK.fullmatch(stored):
        return REFUSED
    if stored == "24:00:00":
        return stored
    return _parsed(time.fromisoformat, _to_microseconds(stored))


def _to_microseconds(stored: str) -> str:
    """Python rounds down what is more than six digits: leave such a text malformed unless they are zeros."""
    head, point, fraction = stored.partition(".")
    if not point:
        return head
    kept = fraction.rstrip("0")
    return f"{head}{point}{kept.ljust(6, '0')}" if len(kept) <= 6 else "more than six digits"


def _parsed(parse: Callable[[str], Any], stored: str) -> Any:
    try:
        return parse(stored)
    except ValueError:
        return REFUSED


def document(stored: Any) -> Any:
    """The text of the document, verbatim."""
    if isinstance(stored, int | float) and math.isfinite(stored):
        return json.dumps(stored)
    if not isinstance(stored, str) or "\0" in stored:
        return REFUSED
    try:
        json.loads(stored, parse_int=str, parse_constant=int)
    except ValueError:
        return REFUSED
    return stored


def universal(stored: Any) -> Any:
    return uuid.UUID(stored) if isinstance(stored, str) and _UUID.fullmatch(stored) else REFUSED


BY_DECLARATION: dict[str, Callable[[Any], Any]] = {
    "INTEGER": integer,
    "INT": integer,
    "BIGINT UNSIGNED": integer,
    "TINYINT(1)": integer,
    "REAL": real,
    "DOUBLE PRECISION": real,
    "FLOAT": real,
    "NUMERIC": decimal,
    "DECIMAL(10,2)": decimal,
    "BOOLEAN": boolean,
    "TEXT": text,
    "VARCHAR(5)": text,
    "NCHAR(3)": text,
    "CLOB": text,
    "BLOB": binary,
    "DATE": day,
    "DATETIME": moment,
    "TIMESTAMP(3)": moment,
    "TIME": clock,
    "JSON": document,
    "UUID": universal,
}
"""Declared types, and what values under them must arrive as."""
