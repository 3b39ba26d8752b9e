"""Functions over numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from dmsform.language.functions.spec import Function, FunctionError, Parameter, Surroundings, parameters, scalar
from dmsform.language.functions.strings import whole
from dmsform.language.types import NUMBER, STRING, ListType
from dmsform.language.values import ARITHMETIC, Value, make_list, number


def _chosen(choose: Callable[..., Decimal]) -> Callable[[Surroundings, Sequence[Value]], Value]:
    def work(_: Surroundings, values: Sequence[Value]) -> Value:
        if not values:
            raise FunctionError("at least one number is required", None)
        return number(choose(value.data for value in values))

    return work


def _parseint(digits: str, base: Decimal) -> Decimal:
    radix = whole(base, 1)
    if not 2 <= radix <= 36:
        raise FunctionError("base must be between 2 and 36", 1)
    try:
        return Decimal(int(digits, radix))
    except ValueError:
        raise FunctionError(f"not a whole number in base {radix}") from None


def _sum(_: Surroundings, values: Sequence[Value]) -> Value:
    parts = values[0].data
    if not parts or any(part.is_null for part in parts):
        raise FunctionError("a list of at least one number, none of them null, is required")
    total = Decimal(0)
    for part in parts:
        total = ARITHMETIC.add(total, part.data)
    return number(total)


def _range(_: Surroundings, values: Sequence[Value]) -> Value:
    """range(limit), range(start, limit), range(start, limit, step)."""
    if not 1 <= len(values) <= 3:
        raise FunctionError("one to three numbers are required: limit, start and limit, or start, limit and step", None)
    bounds = [value.data for value in values]
    start, limit = (Decimal(0), bounds[0]) if len(bounds) == 1 else bounds[:2]
    step = bounds[2] if len(bounds) == 3 else Decimal(1 if start <= limit else -1)
    if step == 0 or (step > 0) != (limit >= start):
        raise FunctionError("step must lead from start to limit", len(values) - 1)
    made: list[Value] = []
    while (start < limit) if step > 0 else (start > limit):
        made.append(number(start))
        start = ARITHMETIC.add(start, step)
        if len(made) > 1024:
            raise FunctionError("more than 1024 values would be made", None)
    return make_list(made, NUMBER)


_ONE = {"number": NUMBER}

NUMBERS = (
    Function("max", (), NUMBER, _chosen(max), "The greatest of the numbers.", Parameter("numbers", NUMBER)),
    Function("min", (), NUMBER, _chosen(min), "The least of the numbers.", Parameter("numbers", NUMBER)),
    Function("sum", parameters({"list": ListType(NUMBER)}), NUMBER, _sum, "The sum of a list of numbers."),
    Function("range", (), ListType(NUMBER), _range, "Numbers from start up to limit.", Parameter("params", NUMBER)),
    scalar("abs", _ONE, NUMBER, ARITHMETIC.abs, "The number without its sign."),
    scalar(
        "ceil", _ONE, NUMBER, lambda n: n.to_integral_value(ROUND_CEILING), "The least whole number not below it."
    ),
    scalar(
        "floor", _ONE, NUMBER, lambda n: n.to_integral_value(ROUND_FLOOR), "The greatest whole number not above it."
    ),
    scalar("parseint", {"number": STRING, "base": NUMBER}, NUMBER, _parseint, "The number that digits in a base make."),
)  # fmt: skip
