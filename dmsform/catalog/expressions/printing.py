"""Writes a syntax tree back as an expression: parsing it again gives the same tree.

Every compound operand of another operator is in parentheses, so that the text does not depend on precedences. How
names and calls are written is given by the caller: the same walk writes AWS DMS's form and SQLite's SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import assert_never

from dmsform.catalog.expressions.functions import SIGNATURES
from dmsform.catalog.expressions.syntax import (
    Between,
    Binary,
    BlobLiteral,
    Call,
    Case,
    Expression,
    InList,
    IntegerLiteral,
    Like,
    Literal,
    Name,
    NullLiteral,
    RealLiteral,
    TextLiteral,
    Unary,
)

_PLAIN_NAME = re.compile(r"[\w$]+\Z")


def column_reference(name: str) -> str:
    """A column as AWS DMS's expressions write it: `$name`, or `${name}` where it has other characters."""
    return f"${name}" if _PLAIN_NAME.match(name) else f"${{{name}}}"


def _call(function: str, arguments: Sequence[str]) -> str:
    return f"{SIGNATURES[function].name}({', '.join(arguments)})"


def printed(
    expression: Expression,
    name: Callable[[str], str] = column_reference,
    call: Callable[[str, Sequence[str]], str] = _call,
) -> str:
    """The expression as text; `name` writes a column, `call` a function with its written arguments."""

    def text(part: Expression) -> str:
        return printed(part, name, call)

    def operand(part: Expression) -> str:
        compound = isinstance(part, Unary | Binary | Between | InList | Like)
        return f"({text(part)})" if compound else text(part)

    match expression:
        case NullLiteral() | IntegerLiteral() | RealLiteral() | TextLiteral() | BlobLiteral():
            return _literal(expression)
        case Name(column):
            return name(column)
        case Unary(operator, inner):
            return f"{operator} {operand(inner)}"
        case Binary(operator, left, right):
            # All operators group from the left: a chain of one operator needs no parentheses.
            chained = isinstance(left, Binary) and left.operator is operator
            return f"{text(left) if chained else operand(left)} {operator} {operand(right)}"
        case Between(inner, low, high):
            return f"{operand(inner)}{_not(expression)} BETWEEN {operand(low)} AND {operand(high)}"
        case InList(inner, items):
            return f"{operand(inner)}{_not(expression)} IN ({', '.join(map(text, items))})"
        case Like(inner, pattern):
            return f"{operand(inner)}{_not(expression)} LIKE {operand(pattern)}"
        case Case():
            return _case(expression, text)
        case Call(function, arguments):
            return call(function, [text(argument) for argument in arguments])
        case _:
            assert_never(expression)


def _literal(literal: Literal) -> str:
    match literal:
        case NullLiteral():
            return "NULL"
        case IntegerLiteral(value):
            return str(value)
        case RealLiteral(written):
            return written
        case TextLiteral(string):
            return "'" + string.replace("'", "''") + "'"
        case BlobLiteral(data):
            return f"x'{data.hex()}'"
        case _:
            assert_never(literal)


def _not(test: Between | InList | Like) -> str:
    return " NOT" if test.negated else ""


def _case(case: Case, text: Callable[[Expression], str]) -> str:
    parts = ["CASE"] if case.operand is None else [f"CASE {text(case.operand)}"]
    parts += [f"WHEN {text(condition)} THEN {text(result)}" for condition, result in case.branches]
    if case.otherwise is not None:
        parts.append(f"ELSE {text(case.otherwise)}")
    return " ".join([*parts, "END"])
