"""SQLite's operators as SQL of MySQL and MariaDB. What could differ is refused; what overflows is an error.

Differences that are bridged: text is compared by its bytes, blanks at its end included; LIKE folds the case of ASCII
letters only; whole numbers are divided by DIV. Whole-number overflow, which SQLite turns into floats, stops the load
with an error, and so does a float beyond all numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal as Number
from fractions import Fraction
from typing import assert_never

from dmsform.catalog.expressions.syntax import BinaryOperator, UnaryOperator
from dmsform_mysql.expression_conversions import (
    as_condition,
    as_decimal,
    as_double,
    as_number,
    as_text,
    exact,
    is_exact,
    unified,
)
from dmsform_mysql.expression_values import (
    Digits,
    Kind,
    NotRenderableError,
    Value,
    any_absent,
    as_utf8,
    grown,
    refuse,
    text_of,
)
from dmsform_mysql.quoting import literal

_ARITHMETIC = (
    BinaryOperator.ADD,
    BinaryOperator.SUBTRACT,
    BinaryOperator.MULTIPLY,
    BinaryOperator.DIVIDE,
    BinaryOperator.MODULO,
)
_DIVISIONS = (BinaryOperator.DIVIDE, BinaryOperator.MODULO)
_LONGEST_RECIPROCAL = 15


def lowered(text: Value) -> Value:
    """Text with ASCII letters in lower case."""
    return _cased("LOWER", text, None if text.text is None else _folded(text.text, str.lower))


def uppered(text: Value) -> Value:
    """Text with ASCII letters in upper case."""
    return _cased("UPPER", text, None if text.text is None else _folded(text.text, str.upper))


def _cased(function: str, text: Value, known: str | None) -> Value:
    if known is not None:
        return text_of(literal(known), text.missing, known)
    # The bytes are taken for Thai, which has no upper case: so only ASCII letters change, and no other byte.
    thai = f"CONVERT(CAST({text.sql} AS BINARY) USING tis620)"
    return text_of(as_utf8(f"CAST({function}({thai}) AS BINARY)"), text.missing)


def _folded(text: str, fold: Callable[[str], str]) -> str:
    return "".join(fold(character) if character.isascii() else character for character in text)


def unary(operator: UnaryOperator, operand: Value) -> Value:
    """An operator before its operand."""
    match operator:
        case UnaryOperator.PLUS:
            return operand
        case UnaryOperator.NOT:
            condition = as_condition(operand, "the operand of NOT")
            return Value(f"(NOT {condition.sql})", Kind.LOGICAL, missing=condition.missing)
        case UnaryOperator.MINUS:
            return _negative(as_number(operand, "the operand of -"))
        case _:
            assert_never(operator)


def _negative(number: Value) -> Value:
    # From zero, as SQLite does it: a plain minus would make -0 of the float 0.
    return Value(
        f"(0 - {number.sql})",
        number.kind,
        number.small,
        number.mixed,
        None if number.number is None else -number.number,
        digits=number.digits,
        integral=number.integral,
        ragged=number.ragged,
        missing=number.missing,
    )


def binary(operator: BinaryOperator, left: Value, right: Value) -> Value:
    """An operator between its operands."""
    match operator:
        case BinaryOperator.AND | BinaryOperator.OR:
            sides = [as_condition(side, f"an operand of {operator}") for side in (left, right)]
            never = "" if not any_absent(sides) else None
            return Value(f"({f' {operator} '.join(side.sql for side in sides)})", Kind.LOGICAL, missing=never)
        case BinaryOperator.CONCAT:
            return _concatenated(as_text(left, "an operand of ||"), as_text(right, "an operand of ||"))
        case BinaryOperator.IS | BinaryOperator.IS_NOT:
            return _is(left, right, negated=operator is BinaryOperator.IS_NOT)
        case _ if operator in _ARITHMETIC:
            return _arithmetic(
                operator, as_number(left, f"an operand of {operator}"), as_number(right, f"an operand of {operator}")
            )
        case _:
            return compared(operator.value, left, right)


def _concatenated(left: Value, right: Value) -> Value:
    missing = any_absent((left, right))
    return text_of(grown(f"CONCAT({left.sql}, {right.sql})", missing), missing)


def compared(operator: str, left: Value, right: Value) -> Value:
    """A comparison by one of = <> < <= > >=."""
    if Kind.NULL in (left.kind, right.kind):
        return Value("CAST(NULL AS SIGNED)", Kind.LOGICAL, missing="TRUE")
    first, second = _comparable(left, right)
    return Value(f"({first} {operator} {second})", Kind.LOGICAL, missing=any_absent((left, right)))


def _comparable(left: Value, right: Value) -> tuple[str, str]:
    if large := _integer_and_literal(left, right):
        return large
    (first, second), common = unified((left, right), "a comparison")
    if common.kind is Kind.TEXT:
        return f"CAST({first.sql} AS BINARY)", f"CAST({second.sql} AS BINARY)"
    return first.sql, second.sql


def _integer_and_literal(left: Value, right: Value) -> tuple[str, str] | None:
    """A 64-bit whole number against a fraction written in the expression: as decimals, which is exact."""
    for one, other in ((left, right), (right, left)):
        if one.kind is Kind.INTEGER and not one.small and other.kind is Kind.REAL and other.number is not None:
            return as_decimal(left, "a comparison").sql, as_decimal(right, "a comparison").sql
    return None


def _is(left: Value, right: Value, *, negated: bool) -> Value:
    word = "NOT " if negated else ""
    for one, other in ((left, right), (right, left)):
        if other.kind is Kind.NULL:
            return Value(f"({one.sql} IS {word}NULL)", Kind.LOGICAL, missing="")
    first, second = _comparable(left, right)
    return Value(f"({word}({first} <=> {second}))", Kind.LOGICAL, missing="")


def liked(operand: Value, pattern: Value, *, negated: bool) -> Value:
    """LIKE without an escape character: the servers' own, the backslash, is escaped by itself."""
    text, wanted = (lowered(as_text(side, "an operand of LIKE")) for side in (operand, pattern))
    missing = any_absent((text, wanted))
    if wanted.text is not None:
        escaped = literal(wanted.text.replace("\\", "\\\\"))
    else:
        escaped = grown(rf"REPLACE({wanted.sql}, '\\', '\\\\')", wanted.absent)
    return Value(f"({text.sql} {'NOT ' if negated else ''}LIKE {escaped})", Kind.LOGICAL, missing=missing)


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
        words = {BinaryOperator.DIVIDE: "DIV"}
        sql = f"({left.sql} {words.get(operator, operator.value)} {right.sql})"
        return Value(sql, Kind.INTEGER, missing=_undefined(operator, left, right))
    if Kind.DECIMAL in kinds and is_exact(left) and is_exact(right):
        return _decimal(operator, left, right)
    sql = f"({as_double(left).sql} {operator.value} {as_double(right).sql})"
    return Value(sql, Kind.REAL, missing=_undefined(operator, left, right))


def _undefined(operator: BinaryOperator, left: Value, right: Value) -> str | None:
    """Whether the result is NULL, where that is known without computing it: nothing can be divided by 0."""
    if operator in _DIVISIONS and not right.number:
        return None
    return any_absent((left, right))


def _decimal(operator: BinaryOperator, left: Value, right: Value) -> Value:
    if operator is BinaryOperator.DIVIDE:
        return _quotient(left, right)
    one, other = as_decimal(left, "arithmetic"), as_decimal(right, "arithmetic")
    if operator is BinaryOperator.MULTIPLY:
        digits = Digits(one.digits.whole + other.digits.whole, one.digits.scale + other.digits.scale)
    else:
        digits = Digits(max(one.digits.whole, other.digits.whole) + 1, max(one.digits.scale, other.digits.scale))
    return Value(
        f"CAST({one.sql} {operator.value} {other.sql} AS {digits.declared})",
        Kind.DECIMAL,
        digits=digits,
        integral=one.integral or other.integral,
        ragged=one.ragged or other.ragged,
        missing=any_absent((one, other)),
    )


def _quotient(left: Value, right: Value) -> Value:
    """Decimals are divided by what has a finite reciprocal only: all else the servers round after a few digits."""
    if left.integral or right.integral or right.number is None:
        refuse(
            "a decimal number is divided, which the servers round after a few digits",
            "Divide by a number that is written in the expression, such as 100 or 2.5, or use a floating-point column.",
        )
    if not right.number:
        return Value("CAST(NULL AS DECIMAL)", Kind.DECIMAL, missing="TRUE")
    fraction = 1 / Fraction(right.number)
    reciprocal = Number(fraction.numerator) / Number(fraction.denominator)
    if Fraction(reciprocal) != fraction or -int(reciprocal.as_tuple().exponent) > _LONGEST_RECIPROCAL:
        refuse(
            f"a decimal number is divided by {right.number:f}, which has no end of digits",
            "Divide by a number such as 2, 5, 8 or 100, or use a floating-point column.",
        )
    return _decimal(BinaryOperator.MULTIPLY, left, exact(reciprocal.normalize()))
