"""The syntax tree of an expression: a closed union of frozen values.

Values have SQLite's storage classes: NULL, INTEGER, REAL, TEXT and BLOB. A `Name` is a source column, or metadata or a
header of AWS DMS until `binding.bind` has replaced it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, assert_never


@dataclass(frozen=True, slots=True)
class NullLiteral:
    """NULL."""


@dataclass(frozen=True, slots=True)
class IntegerLiteral:
    """A whole number of 64 bits."""

    value: int


@dataclass(frozen=True, slots=True)
class RealLiteral:
    """A number with a fraction or an exponent, as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class TextLiteral:
    """A string."""

    value: str


@dataclass(frozen=True, slots=True)
class BlobLiteral:
    """Bytes, written `x'00ff'`."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Name:
    """What is written `$name`: a source column, metadata (`AR_M_...`) or a header (`AR_H_...`)."""

    name: str


class UnaryOperator(StrEnum):
    """Operators before their operand."""

    MINUS = "-"
    PLUS = "+"
    NOT = "NOT"


@dataclass(frozen=True, slots=True)
class Unary:
    """An operator and its operand."""

    operator: UnaryOperator
    operand: Expression


class BinaryOperator(StrEnum):
    """Operators between two operands."""

    OR = "OR"
    AND = "AND"
    EQUAL = "="
    UNEQUAL = "<>"
    IS = "IS"
    IS_NOT = "IS NOT"
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    MODULO = "%"
    CONCAT = "||"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and the operator between them."""

    operator: BinaryOperator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Between:
    """`operand [NOT] BETWEEN low AND high`."""

    operand: Expression
    low: Expression
    high: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InList:
    """`operand [NOT] IN (item, ...)`."""

    operand: Expression
    items: tuple[Expression, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Like:
    """`operand [NOT] LIKE pattern`: `%` and `_`, letters of ASCII without regard to case."""

    operand: Expression
    pattern: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """`CASE [operand] WHEN condition THEN result ... [ELSE otherwise] END`."""

    operand: Expression | None
    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression | None


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the allow-list, its name in lower case, and its arguments."""

    function: str
    arguments: tuple[Expression, ...]


Literal: TypeAlias = NullLiteral | IntegerLiteral | RealLiteral | TextLiteral | BlobLiteral
Expression: TypeAlias = Literal | Name | Unary | Binary | Between | InList | Like | Case | Call


def rewrite(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The expression with `change` applied to every part, innermost first."""

    def inner(part: Expression) -> Expression:
        return rewrite(part, change)

    match expression:
        case NullLiteral() | IntegerLiteral() | RealLiteral() | TextLiteral() | BlobLiteral() | Name():
            return change(expression)
        case Unary(operator, operand):
            return change(Unary(operator, inner(operand)))
        case Binary(operator, left, right):
            return change(Binary(operator, inner(left), inner(right)))
        case Between(operand, low, high, negated):
            return change(Between(inner(operand), inner(low), inner(high), negated))
        case InList(operand, items, negated):
            return change(InList(inner(operand), tuple(map(inner, items)), negated))
        case Like(operand, pattern, negated):
            return change(Like(inner(operand), inner(pattern), negated))
        case Case(subject, branches, otherwise):
            changed = tuple((inner(condition), inner(result)) for condition, result in branches)
            return change(Case(subject and inner(subject), changed, otherwise and inner(otherwise)))
        case Call(function, arguments):
            return change(Call(function, tuple(map(inner, arguments))))
        case _:
            assert_never(expression)


def names(expression: Expression) -> Iterator[str]:
    """The names that the expression refers to, in no promised order, perhaps repeated."""
    found: list[str] = []

    def note(part: Expression) -> Expression:
        if isinstance(part, Name):
            found.append(part.name)
        return part

    rewrite(expression, note)
    return iter(found)
