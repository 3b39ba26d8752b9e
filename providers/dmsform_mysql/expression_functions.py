"""SQLite's functions, and AWS DMS's own two, as SQL of MySQL and MariaDB: numbers, bytes and choices."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import TypeAlias

from dmsform.catalog.expressions.syntax import Call
from dmsform_mysql.expression_conversions import NULL, as_double, as_integer, as_number, as_text, unified
from dmsform_mysql.expression_operators import compared, lowered, uppered
from dmsform_mysql.expression_replace_chars import replace_chars
from dmsform_mysql.expression_texts import cased, replaced, substr, trimmed
from dmsform_mysql.expression_values import (
    CHANCE,
    MAX_SCALE,
    Digits,
    Kind,
    Value,
    any_absent,
    as_utf8,
    grown,
    refuse,
    text_of,
    unrepeated,
)

Function: TypeAlias = Callable[[Sequence[Value]], Value]

_NO_FRACTION = 4503599627370496  # 2^52: from here on doubles are whole
_MOST_RANDOM_BYTES = 1024
_HASH_BYTES = 32
_DRAWN = f"SHA2(CONCAT({CHANCE}, {CHANCE}), 256)"


def called(call: Call, arguments: Sequence[Value]) -> Value:
    """A function with its rendered arguments."""
    return _FUNCTIONS[call.function](arguments)


def _bytes(value: Value, where: str) -> Value:
    return value if value.kind is Kind.BLOB else as_text(value, where)


def _hex(values: Sequence[Value]) -> Value:
    data = _bytes(values[0], "the argument of hex")
    unrepeated("hex", data.absent)
    encoded = grown(f"HEX({data.sql})", data.absent)
    return text_of(f"IFNULL({encoded}, '')" if data.absent else encoded, "")


def _hash_sha256(values: Sequence[Value]) -> Value:
    data = _bytes(values[0], "the argument of hash_sha256")
    return text_of(f"SHA2({data.sql}, 256)", data.missing)


def _zeroblob(values: Sequence[Value]) -> Value:
    size = as_integer(values[0], "the argument of zeroblob")
    return Value(grown(f"REPEAT(x'00', IFNULL(GREATEST({size.sql}, 0), 0))", ""), Kind.BLOB, missing="")


def _randomblob(values: Sequence[Value]) -> Value:
    size = values[0].number
    if size is None or values[0].kind is not Kind.INTEGER or size > _MOST_RANDOM_BYTES:
        refuse(
            "randomblob needs a size that is written in the expression",
            f"Give a number of bytes up to {_MOST_RANDOM_BYTES}.",
        )
    length = max(int(size), 1)
    parts = ", ".join([_DRAWN] * -(-length // _HASH_BYTES))
    return Value(f"UNHEX(LEFT(CONCAT({parts}), {2 * length}))", Kind.BLOB, missing="")


def _random(_values: Sequence[Value]) -> Value:
    return Value(f"CAST(CONV(LEFT({_DRAWN}, 16), 16, -10) AS SIGNED)", Kind.INTEGER, missing="")


def _abs(values: Sequence[Value]) -> Value:
    number = as_number(values[0], "the argument of abs")
    if number.kind is not Kind.REAL:
        return dataclasses.replace(number, sql=f"ABS({number.sql})", number=None)
    unrepeated("abs", number.sql)
    # ABS would take the sign of -0.
    return dataclasses.replace(number, sql=f"IF({number.sql} < 0, 0 - {number.sql}, {number.sql})", number=None)


def _round(values: Sequence[Value]) -> Value:
    number = as_number(values[0], "argument 1 of round")
    given = values[1] if len(values) == 2 else None
    if given is not None and (given.number is None or given.kind is not Kind.INTEGER):
        refuse("round takes its digits from a value", "Write the number of digits as a number.")
    digits = min(max(int(given.number or 0) if given else 0, 0), MAX_SCALE)
    if number.integral:
        refuse("round is given an unsigned whole number of 64 bits", "Leave round out: there is nothing to round.")
    if number.kind is Kind.REAL and digits:
        refuse(
            "round to digits of a floating-point number depends on SQLite's version",
            "Round a decimal column, or round to whole numbers.",
        )
    match number.kind:
        case Kind.DECIMAL:
            kept = Digits(number.digits.whole + 1, digits)
            sql = f"CAST(ROUND({number.sql}, {digits}) + 0 AS {kept.declared})"
            return Value(sql, Kind.DECIMAL, digits=kept, missing=number.missing)
        case Kind.INTEGER:
            return as_double(number)
        case _:
            return Value(_rounded(number.sql), Kind.REAL, missing=number.missing)


def _rounded(x: str) -> str:
    """Half away from zero, by adding a half as a double; + 0 makes 0 of -0."""
    unrepeated("round", x)
    whole = f"(IF({x} < 0, CEIL({x} - 0.5e0), FLOOR({x} + 0.5e0)) + 0e0)"
    return f"IF({x} NOT BETWEEN -{_NO_FRACTION}e0 AND {_NO_FRACTION}e0, {x}, {whole})"


def _extreme(function: str, name: str) -> Function:
    def render(values: Sequence[Value]) -> Value:
        terms, common = unified(values, f"the arguments of {name}")
        if common.kind is Kind.NULL or any(value.kind is Kind.NULL for value in values):
            return NULL
        chosen = f"{function}({', '.join(_ordered(term) for term in terms)})"
        sql = as_utf8(chosen) if common.kind is Kind.TEXT else chosen
        return dataclasses.replace(common, sql=sql, missing=any_absent(values))

    return render


def _ordered(term: Value) -> str:
    return f"CAST({term.sql} AS BINARY)" if term.kind is Kind.TEXT else term.sql


def _coalesce(name: str) -> Function:
    def render(values: Sequence[Value]) -> Value:
        terms, common = unified(values, f"the arguments of {name}")
        if common.kind is Kind.NULL:
            return NULL
        absents = [term.absent for term in terms]
        missing = " AND ".join(f"({absent})" for absent in absents) if all(absents) else ""
        return dataclasses.replace(common, sql=f"COALESCE({', '.join(term.sql for term in terms)})", missing=missing)

    return render


def _nullif(values: Sequence[Value]) -> Value:
    value, other = values
    if value.kind is Kind.NULL:
        return value
    unrepeated("nullif", value.sql, other.sql)
    same = compared("=", dataclasses.replace(value, number=None), other).sql
    return dataclasses.replace(
        value, sql=f"(CASE WHEN {same} THEN NULL ELSE {value.sql} END)", number=None, text=None, missing=None
    )


_FUNCTIONS: dict[str, Function] = {
    "lower": cased(lowered, "lower"),
    "upper": cased(uppered, "upper"),
    "ltrim": trimmed("ltrim"),
    "rtrim": trimmed("rtrim"),
    "trim": trimmed("trim"),
    "replace": replaced,
    "substr": substr,
    "replacechars": replace_chars,
    "hex": _hex,
    "hash_sha256": _hash_sha256,
    "zeroblob": _zeroblob,
    "randomblob": _randomblob,
    "random": _random,
    "abs": _abs,
    "round": _round,
    "max": _extreme("GREATEST", "max"),
    "min": _extreme("LEAST", "min"),
    "coalesce": _coalesce("coalesce"),
    "ifnull": _coalesce("ifnull"),
    "nullif": _nullif,
}
