"""SQL of MySQL and MariaDB with the storage class that SQLite would give its value: the static typing of expressions.

An expression is carried only where the class of each part is known beforehand. Decimals, which SQLite does not have,
are kept exact instead of becoming floats; so are unsigned whole numbers of 64 bits, which it does not have either.
Texts are in utf8mb4 with a collation that compares code points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal as Number
from enum import StrEnum
from typing import NoReturn

CHANCE = "RAND(/*drawn*/)"
"""A draw; SQL that holds it must not be used twice for one value."""

_TOO_LONG = "9223372036854775807 + LENGTH('a value longer than max_allowed_packet')"
DOUBLE_DIGITS = 53
MAX_DIGITS, MAX_SCALE = 65, 30
"""Digits of the server's decimals, and behind the point."""


class NotRenderableError(Exception):
    """Not every server can compute a part of an expression as SQLite would: what and why, and what to write instead."""

    def __init__(self, detail: str, remedy: str) -> None:
        super().__init__(detail)
        self.detail, self.remedy = detail, remedy


class Kind(StrEnum):
    """Storage classes, with conditions and exact decimals told apart. Values are as messages name them."""

    NULL = "NULL"
    LOGICAL = "a condition"
    INTEGER = "a whole number"
    REAL = "a floating-point number"
    DECIMAL = "a decimal number"
    TEXT = "text"
    BLOB = "bytes"


@dataclass(frozen=True, slots=True)
class Digits:
    """How many digits a decimal has at most in front of the point, and exactly behind it."""

    whole: int
    scale: int = 0

    @property
    def declared(self) -> str:
        """As SQL declares it. Raises NotRenderableError where the servers have no room for so many."""
        if self.whole + self.scale > MAX_DIGITS or self.scale > MAX_SCALE:
            raise NotRenderableError(
                f"a decimal number may have {self.whole} digits and {self.scale} behind the point, more than the "
                f"servers' {MAX_DIGITS} and {MAX_SCALE}",
                "Use columns with fewer digits, or compute in the target.",
            )
        return f"DECIMAL({max(self.whole + self.scale, 1)}, {self.scale})"


_OF_BIGINT = Digits(19)


@dataclass(frozen=True, slots=True)
class Value:
    """sql -- one SQL term, in parentheses where it needs them, by its kind: 0 or 1, signed BIGINT, DOUBLE, DECIMAL,
    text in utf8mb4 or bytes.

    small -- a whole number that a double holds exactly; mixed -- REAL that SQLite may hold as INTEGER, so that its
    text and its division differ; number, text -- of a literal, its exact value; digits -- of a DECIMAL or INTEGER;
    integral -- a DECIMAL that is a whole number to SQLite, whose division differs; ragged -- a DECIMAL that has more
    digits behind the point than where it comes from; missing -- SQL that says whether the value is NULL without growing
    with the value's own SQL, empty where it never is.
    """

    sql: str
    kind: Kind
    small: bool = False
    mixed: bool = False
    number: Number | None = None
    text: str | None = None
    digits: Digits = _OF_BIGINT
    integral: bool = False
    ragged: bool = False
    missing: str | None = None

    @property
    def absent(self) -> str:
        """SQL that says whether the value is NULL, empty where it never is."""
        return f"{self.sql} IS NULL" if self.missing is None else self.missing


def any_absent(values: Iterable[Value]) -> str:
    """SQL that says whether any of the values is NULL, empty where none ever is."""
    return " OR ".join(dict.fromkeys(f"({value.absent})" for value in values if value.absent))


def grown(sql: str, absent: str) -> str:
    """SQL of a text or bytes that may become longer than max_allowed_packet: an error then, where the server has NULL.

    absent -- says whether the result is NULL for another reason.
    """
    unrepeated("a part that may be NULL", absent)
    too_long = f"CONCAT({_TOO_LONG})"
    return f"IFNULL({sql}, {f'IF({absent}, NULL, {too_long})' if absent else too_long})"


def text_of(sql: str, missing: str | None = None, text: str | None = None) -> Value:
    """A text."""
    return Value(sql, Kind.TEXT, missing=missing, text=text)


def as_utf8(sql: str) -> str:
    """SQL of bytes, or of a text of any character set, as the text that expressions compute with."""
    return f"(CONVERT({sql} USING utf8mb4) COLLATE utf8mb4_bin)"


def unrepeated(what: str, *terms: str) -> None:
    """Refuse terms with a random part where they are used more than once: each use would be another value."""
    if any(CHANCE in term for term in terms):
        raise NotRenderableError(
            f"random or randomblob stands where its value is needed more than once ({what})",
            "Use it on its own, in whole-number arithmetic, || or abs().",
        )


def refuse(detail: str, remedy: str) -> NoReturn:
    """Raise NotRenderableError, as an expression."""
    raise NotRenderableError(detail, remedy)
