"""Values as conditions, numbers and texts, as SQLite converts them; several values brought to one kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal as Number
from typing import assert_never

from dmsform_mysql.expression_values import (
    MAX_DIGITS,
    MAX_SCALE,
    Digits,
    Kind,
    NotRenderableError,
    Value,
    text_of,
)

NULL = Value("NULL", Kind.NULL, missing="TRUE")


def as_condition(value: Value, where: str) -> Value:
    """Whether the value is true."""
    match value.kind:
        case Kind.LOGICAL:
            return value
        case Kind.NULL:
            return Value("CAST(NULL AS SIGNED)", Kind.LOGICAL, missing="TRUE")
        case Kind.INTEGER | Kind.REAL | Kind.DECIMAL:
            return Value(f"({value.sql} <> 0)", Kind.LOGICAL, missing=value.missing)
        case Kind.TEXT | Kind.BLOB:
            raise NotRenderableError(
                f"{where} is {value.kind.value}, not a condition", "Compare it with something, such as $name <> ''."
            )
        case _:
            assert_never(value.kind)


def as_number(value: Value, where: str) -> Value:
    """The value where a number is wanted: NULL and conditions become whole numbers."""
    match value.kind:
        case Kind.NULL:
            return Value("CAST(NULL AS SIGNED)", Kind.INTEGER, small=True, missing="TRUE")
        case Kind.LOGICAL:
            return Value(value.sql, Kind.INTEGER, small=True, digits=Digits(1), missing=value.missing)
        case Kind.INTEGER | Kind.REAL | Kind.DECIMAL:
            return value
        case Kind.TEXT | Kind.BLOB:
            raise NotRenderableError(
                f"{where} is {value.kind.value}, where a number is wanted",
                "Use a column of a number type, or convert the column with change-data-type on its own.",
            )
        case _:
            assert_never(value.kind)


def as_text(value: Value, where: str) -> Value:
    """The value's text, as SQLite converts it."""
    match value.kind:
        case Kind.TEXT:
            return value
        case Kind.NULL:
            return text_of("CAST(NULL AS CHAR)", "TRUE")
        case Kind.DECIMAL if value.ragged:
            raise NotRenderableError(
                f"{where} is one of several decimal numbers with other numbers of digits behind the point, whose text "
                "the server does not keep apart",
                "Give numbers with as many digits behind the point: 0.00 for a column of type decimal(10,2).",
            )
        case Kind.LOGICAL | Kind.INTEGER | Kind.DECIMAL:
            return text_of(f"CAST({value.sql} AS CHAR)", value.missing)
        case Kind.REAL:
            raise NotRenderableError(
                f"{where} is a floating-point number, whose text depends on SQLite's version",
                "Use a decimal or whole-number column, or round() without digits and a whole-number column type.",
            )
        case Kind.BLOB:
            raise NotRenderableError(f"{where} is bytes, where text is wanted", "Use hex() to make text of bytes.")
        case _:
            assert_never(value.kind)


def as_integer(value: Value, where: str) -> Value:
    """A whole number of 64 bits."""
    number = as_number(value, where)
    if number.kind is not Kind.INTEGER:
        raise NotRenderableError(
            f"{where} is {number.kind.value}, where a whole number is wanted", "Use a whole number."
        )
    return number


def as_double(value: Value) -> Value:
    """A number as a floating-point number."""
    if value.kind is Kind.REAL:
        return value
    return Value(f"({value.sql} * 1e0)", Kind.REAL, missing=value.missing)


def is_exact(number: Value) -> bool:
    """Whether the number can be a decimal without a change."""
    return number.kind is not Kind.REAL or number.number is not None


def as_decimal(value: Value, where: str) -> Value:
    """A number as an exact decimal."""
    if value.kind is Kind.DECIMAL:
        return value
    if value.number is not None:
        return exact(value.number)
    if value.kind is Kind.REAL:
        raise NotRenderableError(
            f"{where} mixes decimal and floating-point numbers", "Use numbers of one kind; decimals are kept exact."
        )
    sql = f"CAST({value.sql} AS {value.digits.declared})"
    return Value(sql, Kind.DECIMAL, digits=value.digits, missing=value.missing)


def exact(number: Number) -> Value:
    """A decimal written out."""
    plain = f"{number:f}"
    whole, _, fraction = plain.lstrip("-").partition(".")
    return Value(f"({plain})", Kind.DECIMAL, number=number, digits=Digits(len(whole), len(fraction)), missing="")


def fits_decimal(number: Number) -> bool:
    """Whether the servers have room for all digits of the number."""
    whole, _, fraction = f"{number:f}".lstrip("-").partition(".")
    return len(fraction) <= MAX_SCALE and len(whole) + len(fraction) <= MAX_DIGITS


def unified(values: Sequence[Value], where: str) -> tuple[list[Value], Value]:
    """The values brought to one kind, and what a choice among them is (its `sql` is left empty)."""
    kinds = {value.kind for value in values} - {Kind.NULL}
    if not kinds:
        return [as_text(value, where) for value in values], Value("", Kind.NULL)
    if kinds <= {Kind.TEXT} or kinds <= {Kind.BLOB}:
        return list(values), Value("", kinds.pop())
    if kinds & {Kind.TEXT, Kind.BLOB}:
        names = " and ".join(sorted(kind.value for kind in kinds))
        raise NotRenderableError(
            f"{where} mixes {names}", "Bring all to one kind: $number || '' makes text of a whole number."
        )
    return _unified_numbers([as_number(value, where) for value in values], where)


def _unified_numbers(numbers: list[Value], where: str) -> tuple[list[Value], Value]:
    kinds = {number.kind for number in numbers}
    if kinds == {Kind.INTEGER}:
        digits = Digits(max(number.digits.whole for number in numbers))
        return numbers, Value("", Kind.INTEGER, small=all(n.small for n in numbers), digits=digits)
    if Kind.DECIMAL in kinds:
        return _unified_decimals(numbers, where)
    if any(number.kind is Kind.INTEGER and not number.small for number in numbers):
        raise NotRenderableError(
            f"{where} mixes 64-bit whole numbers and floating-point numbers, which a double cannot hold exactly",
            "Use numbers of one kind.",
        )
    mixed = Kind.INTEGER in kinds or any(number.mixed for number in numbers)
    return [as_double(number) for number in numbers], Value("", Kind.REAL, mixed=mixed)


def _unified_decimals(numbers: list[Value], where: str) -> tuple[list[Value], Value]:
    decimals = [as_decimal(number, where) for number in numbers]
    scales = {decimal.digits.scale for decimal in decimals}
    digits = Digits(max(decimal.digits.whole for decimal in decimals), max(scales))
    declared = digits.declared
    common = Value(
        "",
        Kind.DECIMAL,
        digits=digits,
        ragged=len(scales) > 1 or any(decimal.ragged for decimal in decimals),
        integral=any(
            decimal.integral or number.kind is Kind.INTEGER for decimal, number in zip(decimals, numbers, strict=True)
        ),
    )
    # The servers have their own ideas of how many digits a choice among decimals has.
    return [replace(d, sql=f"CAST({d.sql} AS {declared})") for d in decimals], common
