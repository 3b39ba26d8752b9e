"""The formulas: a closed union of frozen values. Each has one meaning, that of standard SQL with three-valued logic."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Null:
    """NULL."""


@dataclass(frozen=True, slots=True)
class Truth:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written: digits, perhaps a sign, a point, an exponent."""

    text: str


@dataclass(frozen=True, slots=True)
class String:
    """A text, or the text of a date, an enumeration's label ...: what it is, the column it meets decides."""

    text: str


@dataclass(frozen=True, slots=True)
class Octets:
    """Bytes, in lower-case hexadecimal digits."""

    digits: str


@dataclass(frozen=True, slots=True)
class BitString:
    """Bits, as zeros and ones."""

    bits: str


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """A column of the same table."""

    name: str


class Operator(StrEnum):
    """Operators of two operands. `/` is not among them: engines differ in what a quotient of integers is."""

    EQUAL = "="
    NOT_EQUAL = "<>"
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    CONCAT = "||"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what is between them."""

    operator: Operator
    left: Formula
    right: Formula


class Connective(StrEnum):
    """AND or OR."""

    AND = "AND"
    OR = "OR"


@dataclass(frozen=True, slots=True)
class Connected:
    """Two or more conditions."""

    connective: Connective
    operands: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition; unknown stays unknown."""

    operand: Formula


@dataclass(frozen=True, slots=True)
class Negative:
    """The number with the other sign."""

    operand: Formula


@dataclass(frozen=True, slots=True)
class IsNull:
    """Whether the operand is NULL, or (negated) is not."""

    operand: Formula
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between:
    """Whether the operand lies between two others, these included."""

    operand: Formula
    low: Formula
    high: Formula
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In:
    """Whether the operand is one of the options."""

    operand: Formula
    options: tuple[Formula, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    """Whether a text matches a pattern of `%` and `_`, with the backslash as escape; letter case counts."""

    operand: Formula
    pattern: Formula
    negated: bool = False


class Function(StrEnum):
    """The functions, each with one meaning.

    NOW -- the moment the statement, or the transaction, began; its argument is the digits of a second;
    TODAY -- its date in the session's time zone; NEW_UUID -- a fresh UUID; CHAR_LENGTH -- in characters;
    OCTET_LENGTH -- in bytes; CONCAT -- NULL if an argument is; TRIM -- of blanks at both ends.
    """

    NOW = "now"
    TODAY = "today"
    NEW_UUID = "new_uuid"
    LOWER = "lower"
    UPPER = "upper"
    TRIM = "trim"
    CHAR_LENGTH = "char_length"
    OCTET_LENGTH = "octet_length"
    ABS = "abs"
    COALESCE = "coalesce"
    CONCAT = "concat"


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    function: Function
    arguments: tuple[Formula, ...] = ()


Formula: TypeAlias = (
    Null
    | Truth
    | Number
    | String
    | Octets
    | BitString
    | ColumnRef
    | Binary
    | Connected
    | Not
    | Negative
    | IsNull
    | Between
    | In
    | Like
    | Call
)
