"""SQLite's operators as SQL of PostgreSQL. What could differ is refused; what overflows is an error, never a value.

Differences that are bridged: division by zero is NULL; NaN is NULL; text is compared by its bytes; LIKE folds the
case of ASCII letters only. Whole-number overflow, which SQLite turns into floats, stops the load with an error.
"""

from __future__ import annotations

from typing import assert_never

from dmsform.catalog.expressions.syntax import BinaryOperator, UnaryOperator
from dmsform_postgresql.expression_values import (
    Kind,
    NotRenderableError,
    Value,
    as_condition,
    as_number,
    as_text,
    double,
    unified,
)

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ARITHMETIC = (
    BinaryOperator.ADD,
    BinaryOperator.SUBTRACT,
    BinaryOperator.MULTIPLY,
    BinaryOperator.DIVIDE,
    BinaryOperator.MODULO,
)


def lowered(sql: str) -> str:
    """Text with ASCII letters in lower case."""
    return f"translate({sql}, '{_UPPER}', '{_UPPER.lower()}')"


def uppered(sql: str) -> str:
    """Text with ASCII letters in upper case."""
    return f"translate({sql}, '{_UPPER.lower()}', '{_UPPER}')"


def unary(operator: UnaryOperator, operand: Value) -> Value:
    """An operator before its operand."""
    match operator:
        case UnaryOperator.PLUS:
            return operand
        case UnaryOperator.NOT:
            return Value(f"(NOT {as_condition(operand, 'the operand of NOT')})", Kind.LOGICAL)
        case UnaryOperator.MINUS:
            number = as_number(operand, "the operand of -")
            # From zero, as SQLite does it: a plain minus would make -0 of the float 0.
            decimal = f"(0 - {number.decimal})" if number.decimal else None
            return Value(f"(0 - {number.sql})", number.kind, number.small, number.mixed, decimal)
        case _:
            assert_never(operator)


def binary(operator: BinaryOperator, left: Value, right: Value) -> Value:
    """An operator between its operands."""
    match operator:
        case BinaryOperator.AND | BinaryOperator.OR:
            sides = (as_condition(side, f"an operand of {operator}") for side in (left, right))
            return Value(f"({f' {operator} '.join(sides)})", Kind.LOGICAL)
        case BinaryOperator.CONCAT:
            return Value(f"({as_text(left, 'an operand of ||')} || {as_text(right, 'an operand of ||')})", Kind.TEXT)
        case BinaryOperator.IS | BinaryOperator.IS_NOT:
            return _is(left, right, negated=operator is BinaryOperator.IS_NOT)
        case _ if operator in _ARITHMETIC:
            return _arithmetic(
                operator, as_number(left, f"an operand of {operator}"), as_number(right, f"an operand of {operator}")
            )
        case _:
            return compared(operator.value, left, right)


def compared(operator: str, left: Value, right: Value) -> Value:
    """A comparison by one of = <> < <= > >=."""
    if Kind.NULL in (left.kind, right.kind):
        return Value("(NULL::boolean)", Kind.LOGICAL)
    first, second = _comparable(left, right)
    return Value(f"({first} {operator} {second})", Kind.LOGICAL)


def _comparable(left: Value, right: Value) -> tuple[str, str]:
    if large := _integer_and_literal(left, right):
        return large
    (first, second), common = unified((left, right), "a comparison")
    if common.kind is Kind.TEXT:
        return f'{first} COLLATE "C"', f'{second} COLLATE "C"'
    return first, second


def _integer_and_literal(left: Value, right: Value) -> tuple[str, str] | None:
    """A 64-bit whole number against a fraction written in the expression: as decimals, which is exact."""
    for one, other in ((left, right), (right, left)):
        if one.kind is Kind.INTEGER and not one.small and other.kind is Kind.REAL and other.decimal:
            sides = {id(one): f"({one.sql}::numeric)", id(other): other.decimal}
            return sides[id(left)], sides[id(right)]
    return None


def _is(left: Value, right: Value, *, negated: bool) -> Value:
    for one, other in ((left, right), (right, left)):
        if other.kind is Kind.NULL:
            return Value(f"({one.sql} IS {'NOT ' if negated else ''}NULL)", Kind.LOGICAL)
    first, second = _comparable(left, right)
    return Value(f"({first} IS {'' if negated else 'NOT '}DISTINCT FROM {second})", Kind.LOGICAL)


def liked(operand: Value, pattern: Value, *, negated: bool) -> Value:
    """LIKE without an escape character."""
    text, wanted = (lowered(as_text(side, "an operand of LIKE")) for side in (operand, pattern))
    return Value(f"""({text} {"NOT " if negated else ""}LIKE {wanted} COLLATE "C" ESCAPE '')""", Kind.LOGICAL)


def _arithmetic(operator: BinaryOperator, left: Value, right: Value) -> Value:
    kinds = {left.kind, right.kind}
    if operator is BinaryOperator.MODULO and kinds != {Kind.INTEGER}:
        raise NotRenderableError("% is given a number with a fraction", "Use % with whole numbers only.")
    if any(one.mixed and (other.mixed or other.kind is not Kind.REAL) for one, other in ((left, right), (right, left))):
        raise NotRenderableError(
            f"{operator} is given what may be a whole or a floating-point number, which SQLite computes differently",
            "Write fractions in all branches, such as 0.0 in the place of 0.",
        )
    if kinds == {Kind.INTEGER}:
        return Value(_operation(operator, left.sql, right.sql), Kind.INTEGER)
    if Kind.DECIMAL in kinds and all(side.kind is not Kind.REAL or side.decimal for side in (left, right)):
        sides = (side.decimal or f"({side.sql}::numeric)" for side in (left, right))
        return Value(_operation(operator, *sides), Kind.DECIMAL)
    result = _operation(operator, double(left), double(right))
    return Value(f"nullif({result}, 'NaN')", Kind.REAL)


def _operation(operator: BinaryOperator, left: str, right: str) -> str:
    if operator in (BinaryOperator.DIVIDE, BinaryOperator.MODULO):
        right = f"nullif({right}, 0)"
    return f"({left} {operator.value} {right})"
