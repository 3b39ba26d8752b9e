"""Operators on values, as Terraform has them: arithmetic in decimals, no conversion in `==`, remainders truncated.

`&&` and `||` are in `evaluator.py`, because they may not look at their right side.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException, DivisionByZero, Overflow

from dmsform.language.convert import ConversionError, convert
from dmsform.language.types import BOOL, NUMBER
from dmsform.language.values import ARITHMETIC, Value, boolean, equal, number, unknown


class OperandError(Exception):
    """An operator cannot work with an operand; `side` is 0 for the left, 1 for the right, None for both."""

    def __init__(self, message: str, side: int | None = None) -> None:
        self.message = message
        self.side = side
        super().__init__(message)


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": ARITHMETIC.add,
    "-": ARITHMETIC.subtract,
    "*": ARITHMETIC.multiply,
    "/": ARITHMETIC.divide,
    "%": ARITHMETIC.remainder,
}
_COMPARISON: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}


def binary(operator: str, left: Value, right: Value) -> Value:
    """The result of a binary operator. Raises OperandError."""
    sensitive = left.holds_secret() or right.holds_secret()
    if operator in ("==", "!="):
        same = equal(left, right)
        result = unknown(BOOL) if same is None else boolean(same is (operator == "=="))
        return result.marked(sensitive)
    ours, theirs = operand(left, NUMBER, 0), operand(right, NUMBER, 1)
    if ours.is_unknown or theirs.is_unknown:
        return unknown(NUMBER if operator in _ARITHMETIC else BOOL, sensitive)
    if operator in _COMPARISON:
        return boolean(_COMPARISON[operator](ours.data, theirs.data)).marked(sensitive)
    return number(_calculated(operator, ours.data, theirs.data)).marked(sensitive)


def _calculated(operator: str, left: Decimal, right: Decimal) -> Decimal:
    if operator in "/%" and right == 0:
        raise OperandError("cannot divide by zero", 1)
    try:
        return _ARITHMETIC[operator](left, right)
    except (DivisionByZero, Overflow, DecimalException):
        raise OperandError("the result is beyond the numbers that can be calculated with") from None


def unary(operator: str, value: Value) -> Value:
    """The result of `-` or `!`. Raises OperandError."""
    plain = operand(value, BOOL if operator == "!" else NUMBER, 0)
    if plain.is_unknown:
        return plain
    result = boolean(not plain.data) if operator == "!" else number(ARITHMETIC.minus(plain.data))
    return result.marked(plain.sensitive)


def operand(value: Value, want: object, side: int) -> Value:
    """An operand converted to the type that the operator needs; null is refused. Raises OperandError."""
    kind = BOOL if want is BOOL else NUMBER
    if value.is_null:
        raise OperandError(f"a {kind} is required, but this value is null", side)
    try:
        return convert(value, kind)
    except ConversionError as error:
        raise OperandError(error.message, side) from None
