"""The result of an expression as the canonical text of the target column's type (docs/row-text.md)."""

from __future__ import annotations

from dmsform.catalog import types as t
from dmsform_mysql.expression_conversions import as_condition, as_text
from dmsform_mysql.expression_values import Kind, Value, grown, unrepeated
from dmsform_mysql.quoting import literal

_MOMENT = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?\z"
_NO_DECIMAL = "CONCAT(9223372036854775807 + LENGTH('a floating-point number with too many digits for a decimal'))"


def as_type(value: Value, logical: t.LogicalType | None) -> str:
    """SQL of the text; without a type, of the text that the value's kind has."""
    where = "the result"
    match logical, value.kind:
        case _, Kind.NULL:
            return "NULL"
        case t.Boolean(), Kind.LOGICAL | Kind.INTEGER:
            return f"ELT(1 + {as_condition(value, where).sql}, 'f', 't')"
        case ((t.Integer() | t.Decimal()), Kind.REAL):
            return _plain_digits(value.sql)
        case t.Integer(), Kind.DECIMAL if value.digits.scale:
            return _without_zeros(f"CAST({value.sql} AS CHAR)")
        case t.Text(), _:
            return as_text(value, where).sql
        case t.Binary(), _:
            return _in_hex(value if value.kind is Kind.BLOB else as_text(value, where))
        case _, Kind.BLOB:
            return _in_hex(value)
        case t.Timestamp(zoned=True), Kind.TEXT:
            return _in_utc(value.sql)
        case _, Kind.TEXT:
            return value.sql
        case _, Kind.REAL:
            return _float(value.sql)
        case _:
            return f"CAST({value.sql} AS CHAR)"


def _in_hex(value: Value) -> str:
    return grown(f"CONCAT('\\\\x', LOWER(HEX({value.sql})))", value.absent)


def _shortest(x: str) -> str:
    """All digits of a double: MySQL prints an expression in at most 22 characters, but not in JSON."""
    return f"TRIM(LEADING '[' FROM TRIM(TRAILING ']' FROM CAST(JSON_ARRAY({x}) AS CHAR)))"


def _float(x: str) -> str:
    unrepeated("the result", x)
    # MariaDB prints -0 as 0.
    return f"CASE WHEN {x} <> 0 THEN {_shortest(x)} WHEN ATAN2({x}, -1) < 0 THEN '-0' WHEN {x} = 0 THEN '0' END"


def _plain_digits(x: str) -> str:
    """Digits without exponent, where the servers' decimals have room for them."""
    unrepeated("the result", x)
    decimal = f"CAST({_shortest(x)} AS DECIMAL(65, 30))"
    digits = _without_zeros(f"CAST({decimal} AS CHAR)")
    return f"CASE WHEN {decimal} * 1e0 = {x} THEN {digits} WHEN {x} IS NOT NULL THEN {_NO_DECIMAL} END"


def _without_zeros(text: str) -> str:
    return f"TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM {text}))"


def _in_utc(text: str) -> str:
    """Dates and times of expressions are in UTC; a text that has an offset keeps it."""
    unrepeated("the result", text)
    return f"IF({text} REGEXP {literal(_MOMENT)}, CONCAT({text}, '+00'), {text})"
