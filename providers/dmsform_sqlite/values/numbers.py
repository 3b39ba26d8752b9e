"""Whole numbers, decimals, floats and booleans as canonical text.

`lenient` conversions are for columns whose type a rule asks for: there another storage class is read, as long as
nothing is lost. A float stands for the shortest decimal that reads back as the same float.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from decimal import Decimal as Number

from dmsform.catalog.types import Decimal, Integer
from dmsform_sqlite.values.refused import RefusedError, Value, malformed, too_large, wrong_class

_WHOLE = re.compile(r"0|-?[1-9][0-9]*")
_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
# Words for what SQLite itself has no literal for; a 't' would be false to it.
_BOOLEANS = {"t": "t", "true": "t", "1": "t", "f": "f", "false": "f", "0": "f"}


def integer(logical: Integer, *, lenient: bool) -> Callable[[Value], str]:
    """Whole numbers of the type's range."""
    low, high = bounds(logical)
    name = f"a whole number of {logical.bits} bits{'' if logical.signed else ' without sign'}"

    def convert(value: Value) -> str:
        number = value if isinstance(value, int) else _whole(value, lenient)
        if not low <= number <= high:
            raise too_large(name)
        return str(number)

    return convert


def bounds(logical: Integer) -> tuple[int, int]:
    """The smallest and the largest number of the type."""
    low = -(2 ** (logical.bits - 1)) if logical.signed else 0
    return low, 2 ** (logical.bits - 1 if logical.signed else logical.bits) - 1


def _whole(value: Value, lenient: bool) -> int:
    match value:
        case float() if not lenient:
            raise wrong_class(value, "whole numbers", "real8")
        case float() if value.is_integer() and not _is_negative_zero(value):
            return int(value)
        case str() if lenient and len(value) <= 20 and _WHOLE.fullmatch(value):
            return int(value)
        case float() | str() if lenient:
            raise malformed("whole number")
        case _:
            raise wrong_class(value, "whole numbers")


def boolean(*, lenient: bool) -> Callable[[Value], str]:
    """0 and 1; where a rule asks for the type, also the words that PostgreSQL prints."""

    def convert(value: Value) -> str:
        if isinstance(value, int) and value in (0, 1):
            return "t" if value else "f"
        if lenient and isinstance(value, str) and (found := _BOOLEANS.get(value.lower())):
            return found
        if isinstance(value, int):
            raise RefusedError(
                "is neither 0 nor 1, the two booleans of SQLite",
                'Correct the value in the source (UPDATE), or give the column the type "int8" by a transformation '
                "rule (change-data-type).",
            )
        if isinstance(value, str) and value.lower() in _BOOLEANS:
            raise RefusedError(
                "is text, which SQLite itself takes for false whatever it says",
                'If the words mean what they say, give the column the type "boolean" by a transformation rule '
                "(change-data-type): then t, true, f and false are read.",
            )
        raise wrong_class(value, "0 or 1")

    return convert


def float_text(bits: int, *, lenient: bool) -> Callable[[Value], str]:
    """Floats of 32 or 64 bits."""

    def convert(value: Value) -> str:
        number = value if isinstance(value, float) else _as_float(value, lenient)
        if bits == 32 and not _fits_single(number):
            raise too_large("a float of 32 bits")
        return render_float(number)

    return convert


def render_float(number: float) -> str:
    """The shortest text that reads back as the same float."""
    if math.isfinite(number):
        return repr(number)
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _as_float(value: Value, lenient: bool) -> float:
    match value:
        case int():
            # A REAL column stores whole numbers as floats by itself: only views show integers here.
            number = float(value)
            if int(number) != value:
                raise too_large("a float of 64 bits")
            return number
        case str() if lenient and len(value) <= 400 and _PLAIN.fullmatch(value):
            number = float(value)
            if not math.isfinite(number) or Number(repr(number)) != Number(value):
                raise too_large("a float of 64 bits")
            return number
        case str() if lenient:
            raise malformed("number")
        case _:
            raise wrong_class(value, "numbers")


def _fits_single(number: float) -> bool:
    if not math.isfinite(number):
        return True
    try:
        return bool(struct.unpack("<f", struct.pack("<f", number))[0] == number)
    except OverflowError:
        return False


def decimal(logical: Decimal) -> Callable[[Value], str]:
    """Exact decimals: integers, floats, and texts of plain digits."""

    def convert(value: Value) -> str:
        text = _plain_decimal(value, bounded=logical.precision is not None)
        if logical.precision is not None and not _within(text, logical.precision, logical.scale or 0):
            raise too_large(f"numeric({logical.precision},{logical.scale or 0})")
        return text

    return convert


def _plain_decimal(value: Value, *, bounded: bool) -> str:
    match value:
        case int():
            return str(value)
        case float() if math.isfinite(value) and not _is_negative_zero(value):
            return format(Number(repr(value)), "f").removesuffix(".0")
        case float() if math.isinf(value) and not bounded:
            return render_float(value)
        case float():
            raise malformed("decimal", "real8")
        case "NaN" | "Infinity" | "-Infinity" if not bounded:
            return value
        case str() if _PLAIN.fullmatch(value) and not (value[0] == "-" and Number(value) == 0):
            return value
        case str():
            raise malformed("decimal")
        case _:
            raise wrong_class(value, "numbers")


def _within(text: str, precision: int, scale: int) -> bool:
    """Whether a plain decimal has no digit outside of the type; zeros at either end do not count."""
    whole, _, fraction = text.lstrip("-").partition(".")
    return len(whole.lstrip("0")) <= precision - scale and len(fraction.rstrip("0")) <= scale


def _is_negative_zero(value: float) -> bool:
    return value == 0 and math.copysign(1, value) < 0
