"""From a canonical text to the value that SQLite stores, which stands for exactly the same; else the text is refused.

Numbers become integers and floats where these are the same number, and stay text where SQLite has no number for them
(see `sql_types`); what SQLite has no type for stays text.
"""

from __future__ import annotations

import math
import re
from binascii import unhexlify
from collections.abc import Callable
from decimal import Decimal as Number
from typing import Any, TypeAlias, assert_never

from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Date,
    Decimal,
    Duration,
    Enumeration,
    Float,
    Geometry,
    Integer,
    Interval,
    Json,
    LogicalType,
    Native,
    Text,
    Time,
    Timestamp,
    Unsupported,
    Uuid,
)
from dmsform_sqlite.types import Affinity
from dmsform_sqlite.values import numbers, texts
from dmsform_sqlite.values.choose import Conversion, conversion
from dmsform_sqlite.values.refused import RefusedError, malformed, too_large

Stored: TypeAlias = Callable[[str], Any]
"""From a canonical text, escapes undone, to what is stored; raises RefusedError."""

# How a float's digits are spelled is free.
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,19}")
_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
_SECONDS = r"[0-5][0-9]:[0-5][0-9](?:\.[0-9]*[1-9])?"
_UNITS = r"(?:[+-]?[0-9]+ (?:year|mon|day)s?)"
_CLOCK = rf"[+-]?[0-9]{{2,}}:{_SECONDS}"
INTERVALS = rf"(?:{_UNITS}(?: {_UNITS})*(?: {_CLOCK})?|{_CLOCK}|-?infinity)"
DURATIONS = rf"-?[0-9]{{2,}}:{_SECONDS}"
ZONED_TIMES = rf"[0-9]{{2}}:{_SECONDS}[+-][0-9]{{2}}(?::[0-9]{{2}}(?::[0-9]{{2}})?)?"
BITS = "[01]*"


def stored(logical: LogicalType, held: Affinity, *, as_text: bool) -> Stored:  # noqa: C901  one plain case per type
    """The conversion for a column of the type that has this affinity.

    as_text -- a number is to be stored as its text.
    """
    match logical:
        case Integer():
            return _integer(logical, held, as_text=as_text)
        case Decimal():
            return _decimal_text if as_text else _decimal
        case Float():
            return _float(held)
        case Boolean():
            return _boolean
        case Text() | Native():
            return str
        case Enumeration(labels=labels):
            return _label(frozenset(labels))
        case Binary() | Geometry():
            return blob
        case Json():
            return texts.json_document()
        case Uuid():
            return _canonical(texts.uuid(), "UUID in lower case with hyphens")
        case Time(zoned=True):
            return _matching(ZONED_TIMES, "time of day with an offset")
        case Date():
            return _moment(logical, "date")
        case Time():
            return _moment(logical, "time of day")
        case Timestamp():
            return _moment(logical, "timestamp")
        case Interval():
            return _matching(INTERVALS, "span of time as PostgreSQL writes it")
        case Duration():
            return _matching(DURATIONS, "span of hours, minutes and seconds")
        case Bits():
            return _matching(BITS, "string of bits")
        case Unsupported(declared=declared):
            raise AssertionError(f"a column of type {declared} was designed")
        case _:
            assert_never(logical)


def _integer(logical: Integer, held: Affinity, *, as_text: bool) -> Stored:
    low, high = numbers.bounds(logical)

    def convert(text: str) -> Any:
        if not _WHOLE.fullmatch(text):
            raise malformed("whole number")
        number = int(text)
        if not low <= number <= high:
            raise too_large(f"a whole number of {logical.bits} bits{'' if logical.signed else ' without sign'}")
        if not as_text and number > 2**63 - 1:
            raise RefusedError(
                f"is larger than 2^63 - 1, where the integers of SQLite end, and the column's affinity is {held}",
                'Give the column the type "string" by a transformation rule (change-data-type).',
            )
        return text if as_text else number

    return convert


def _decimal_text(text: str) -> str:
    return text if text in _NO_NUMBERS else numbers.decimal(Decimal())(text)


def _decimal(text: str) -> int | float:
    if text == "NaN":
        raise _nan_refused()
    if text in _NO_NUMBERS:
        return float(text)
    return number_of(Number(numbers.decimal(Decimal())(text)))


def number_of(exact: Number) -> int | float:
    """A decimal as an integer or float of SQLite, if one of these is the same number."""
    if exact.is_finite() and abs(exact) < 2**63 and exact == exact.to_integral_value():
        return int(exact)
    number = float(exact)
    if Number(repr(number)) != exact:
        raise RefusedError(
            "has more digits than SQLite's numbers keep",
            'Give the column the type "string" by a transformation rule (change-data-type).',
        )
    return number


def _float(held: Affinity) -> Stored:
    def convert(text: str) -> float:
        if text == "NaN":
            raise _nan_refused()
        if text in _NO_NUMBERS:
            return float(text)
        if not _FLOAT.fullmatch(text):
            raise malformed("number")
        number = float(text)
        digits = text.lower().partition("e")[0].strip("+-0.")
        if math.isinf(number) or (number == 0 and digits):
            raise too_large("a float of 64 bits")
        if number == 0 and text[0] == "-" and held is not Affinity.BLOB:
            raise RefusedError(
                "is the negative zero, which a REAL column of SQLite turns into 0",
                'Give the column the type "string" by a transformation rule (change-data-type), or correct the value '
                "in the source.",
            )
        return number

    return convert


def _nan_refused() -> RefusedError:
    return RefusedError(
        "is NaN, which SQLite turns into NULL",
        'Give the column the type "string" by a transformation rule (change-data-type), or leave the row out by a '
        "filter.",
    )


def _boolean(text: str) -> int:
    if text not in ("t", "f"):
        raise malformed("boolean (t or f)")
    return 1 if text == "t" else 0


def _label(labels: frozenset[str]) -> Stored:
    def convert(text: str) -> str:
        if text not in labels:
            raise malformed("label of the column's enumeration")
        return text

    return convert


def blob(text: str) -> bytes:
    r"""The bytes of `\x00ff`."""
    try:
        return unhexlify(text[2:] if text.startswith("\\x") else "no bytes")
    except ValueError:
        raise malformed("bytes in hexadecimal") from None


def _moment(logical: Date | Time | Timestamp, what: str) -> Stored:
    convert = conversion(logical, lenient=False)
    assert convert is not None
    years = "" if isinstance(logical, Time) else " of the years 0001 to 9999"
    return _canonical(convert, f"{what}{years} in its canonical form")


def _canonical(convert: Conversion, what: str) -> Stored:
    """A text that the reader would read as itself."""

    def check(text: str) -> str:
        try:
            same = convert(text) == text
        except RefusedError:
            same = False
        if not same:
            raise malformed(what)
        return text

    return check


def _matching(pattern: str, what: str) -> Stored:
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise malformed(what)
        return text

    return check
