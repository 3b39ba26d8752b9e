"""Conversions that a rule asked for (change-data-type), as SQL that converts without loss or refuses the value.

Each rule gives the converted canonical text and the condition under which nothing is lost; a value that does not meet
it becomes a marker (see `markers`). Texts are what most rules look at: the same on both servers, and good for dates
that do not exist. A pair of types without a rule is refused before anything runs. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from dmsform.catalog import types as t
from dmsform.catalog.model import Column
from dmsform_mysql.markers import LOSSY
from dmsform_mysql.quoting import identifier, literal
from dmsform_mysql.rendering import Rendering, render, worded

_DIGITS, _FRACTION = 65, 30
_LAST_SIGNED = "9223372036854775808e0"
_LARGEST_FLOAT = "3.4028234663852886e38"


@dataclass(frozen=True, slots=True)
class Rule:
    """text -- SQL of the converted value's canonical text; lossless -- the condition on the value, SQL."""

    text: str
    lossless: str = "TRUE"


def convert(column: Column, target: t.LogicalType) -> Rendering | None:
    """The column's values as another type; None when the two types have no lossless conversion."""
    source = render(column)
    rule = _rule(identifier(column.name), source.text, column.type, target)
    if rule is None:
        return None
    conditions = [f"({condition})" for condition in (source.valid, rule.lossless) if condition not in (None, "TRUE")]
    return worded(rule.text, " AND ".join(conditions) or None, LOSSY, source.text)


def _rule(c: str, text: str, source: t.LogicalType, target: t.LogicalType) -> Rule | None:
    """The rule for a pair of types, by the target. c -- the column, text -- its canonical text."""
    match target:
        case t.Text(length=length, padded=padded):
            return None if isinstance(source, t.Binary | t.Geometry) else _to_text(text, length, padded)
        case t.Integer():
            return _to_integer(c, text, source, target)
        case t.Decimal():
            return _to_decimal(c, text, source, target)
        case t.Float(bits=bits):
            return _to_float(c, text, source, bits)
        case t.Timestamp() | t.Date():
            return _to_moment(text, source, target)
        case t.Time(precision=precision, zoned=False) if isinstance(source, t.Duration):
            within = f"{c} >= TIME'00:00:00' AND {c} < TIME'24:00:00'"
            return Rule(text, f"{within} AND {_digits_of_second(text, 8, precision)}")
        case t.Duration(precision=precision) if isinstance(source, t.Duration):
            seconds = f"SUBSTRING_INDEX({text}, ':', -1)"
            return Rule(text, _digits_of_second(seconds, 2, precision))
        case t.Interval(restriction="") if isinstance(source, t.Duration):
            return Rule(text)
        case _:
            return _to_other(c, text, source, target)


def _to_other(c: str, text: str, source: t.LogicalType, target: t.LogicalType) -> Rule | None:
    match target:
        case t.Enumeration(labels=labels) if isinstance(source, t.Text | t.Enumeration):
            listed = ", ".join(f"CAST({literal(label)} AS BINARY)" for label in labels)
            return Rule(text, f"CAST({text} AS BINARY) IN ({listed})")
        case t.Binary(length=length):
            return _to_binary(c, text, source, length)
        case t.Json() if isinstance(source, t.Json):
            return Rule(text)
        case t.Uuid():
            return _to_uuid(c, text, source)
        case t.Boolean() if isinstance(source, t.Integer):
            return Rule(f"IF({c} = 1, 't', 'f')", f"{c} + 0 IN (0, 1)")
        case _:
            return None


def _to_text(text: str, length: int | None, padded: bool) -> Rule:
    checks = [f"CHAR_LENGTH({text}) <= {length}"] if length is not None else []
    if padded:
        # CHAR(n) does not keep blanks at the end.
        checks.append(f"CAST(RIGHT({text}, 1) AS BINARY) <> ' '")
    return Rule(text, " AND ".join(checks) or "TRUE")


def _to_integer(c: str, text: str, source: t.LogicalType, target: t.Integer) -> Rule | None:
    low = -(2 ** (target.bits - 1)) if target.signed else 0
    high = 2 ** (target.bits - 1 if target.signed else target.bits) - 1
    within = f"BETWEEN {low} AND {high}"
    match source:
        case t.Integer() | t.Boolean() | t.Bits():
            return Rule(f"CONCAT({c} + 0)", f"{c} + 0 {within}")
        case t.Decimal():
            return Rule(f"CONCAT(TRUNCATE({c}, 0))", f"{c} = TRUNCATE({c}, 0) AND {c} {within}")
        case t.Float():
            whole = f"CAST({c} AS SIGNED)"
            exact = f"ABS({c}) < {_LAST_SIGNED} AND {c} = TRUNCATE({c}, 0)"
            return Rule(f"CONCAT({whole})", f"{exact} AND {whole} {within}")
        case t.Text():
            digits = _matches(text, "(0|-?[1-9][0-9]{0,19})")
            return Rule(text, f"{digits} AND CAST({text} AS DECIMAL(20, 0)) {within}")
        case _:
            return None


def _to_decimal(c: str, text: str, source: t.LogicalType, target: t.Decimal) -> Rule | None:
    match source:
        case t.Integer() | t.Decimal():
            value, same = f"({c} + 0)", ""
        case t.Float():
            # The shortest digits that read back as the same float.
            value = f"CAST({c} AS DECIMAL({_DIGITS}, {_FRACTION}))"
            same = f"CAST({value} AS DOUBLE) = {c}"
        case t.Text():
            return _text_to_decimal(text, target)
        case _:
            return None
    if target.precision is None:
        return Rule(f"CONCAT({value})", same or "TRUE")
    scale = target.scale or 0
    rounded = f"ROUND({value}, {min(scale, _FRACTION)})"
    checks = [same] if same else []
    checks.append(f"{rounded} = {value}")
    if target.precision - scale < _DIGITS:
        checks.append(f"ABS({value}) < {_power_of_ten(target.precision - scale)}")
    return Rule(f"CONCAT(ROUND({value}, {min(max(scale, 0), _FRACTION)}))", " AND ".join(checks))


def _power_of_ten(exponent: int) -> str:
    return "1" + "0" * exponent if exponent >= 0 else "0." + "0" * (min(-exponent, _FRACTION) - 1) + "1"


def _text_to_decimal(text: str, target: t.Decimal) -> Rule | None:
    """By its digits alone, however many."""
    if target.precision is None:
        whole, fraction = "[0-9]*", "[0-9]+"
    else:
        scale = target.scale or 0
        before = target.precision - scale
        if scale < 0 or before <= 0:
            return None
        whole, fraction = f"[0-9]{{0,{before - 1}}}", f"[0-9]{{0,{scale}}}0*"
    shape = rf"-?(0|[1-9]{whole})(\.{fraction})?"
    negative_zero = _matches(text, r"-0(\.0*)?")
    ends_in_point = f"{text} LIKE '%.'"
    return Rule(text, f"{_matches(text, shape)} AND NOT {negative_zero} AND NOT {ends_in_point}")


def _to_float(c: str, text: str, source: t.LogicalType, bits: int) -> Rule | None:
    narrowed = f"CAST({c} AS FLOAT)"
    match source:
        case t.Float(bits=size) if size <= bits:
            return Rule(text)
        case t.Float():
            # A double that is a float's value exactly; beyond its range the cast would be an error.
            return Rule(text, f"IF(ABS({c}) <= {_LARGEST_FLOAT}, CAST({narrowed} AS DOUBLE) = {c}, FALSE)")
        case t.Integer() | t.Decimal():
            # Its own digits are read back to the nearest float; nothing is lost where the float prints them again.
            printed = f"CONCAT({narrowed if bits == 32 else f'CAST({c} AS DOUBLE)'})"
            same = f"CAST({printed} AS DECIMAL({_DIGITS}, {_FRACTION})) = {c}"
            return Rule(f"CONCAT({c} + 0)", f"IF(ABS({c}) <= {_LARGEST_FLOAT}, {same}, FALSE)")
        case _:
            return None


def _to_moment(text: str, source: t.LogicalType, target: t.Timestamp | t.Date) -> Rule | None:
    """Dates and timestamps; a zoned timestamp is turned into a plain one, and back, in UTC."""
    zone = "'+00'" if isinstance(target, t.Timestamp) and target.zoned else "''"
    match source:
        case t.Date() if isinstance(target, t.Timestamp):
            return Rule(f"CONCAT({text}, ' 00:00:00', {zone})")
        case t.Timestamp(zoned=zoned):
            plain = f"LEFT({text}, CHAR_LENGTH({text}) - 3)" if zoned else text
            if isinstance(target, t.Date):
                return Rule(f"LEFT({text}, 10)", f"SUBSTR({plain}, 11) = ' 00:00:00'")
            return Rule(f"CONCAT({plain}, {zone})", _digits_of_second(plain, 19, target.precision))
        case _:
            return None


def _digits_of_second(text: str, whole: int, precision: int) -> str:
    """The text, which has so many characters without a fraction, has no more digits of a second than that."""
    return f"CHAR_LENGTH({text}) <= {whole + (1 + precision if precision else 0)}"


def _to_binary(c: str, text: str, source: t.LogicalType, length: int | None) -> Rule | None:
    match source:
        case t.Binary():
            hexed = f"HEX({c})"
        case t.Text(padded=False):
            hexed = f"HEX({text})"
        case t.Uuid():
            hexed = f"REPLACE({text}, '-', '')"
        case _:
            return None
    return Rule(
        f"CONCAT('\\\\x', LOWER({hexed}))", f"LENGTH({hexed}) <= {2 * length}" if length is not None else "TRUE"
    )


def _to_uuid(c: str, text: str, source: t.LogicalType) -> Rule | None:
    match source:
        case t.Text():
            return Rule(text, _matches(text, "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
        case t.Binary():
            digits = f"LOWER(HEX({c}))"
            parts = ", ".join(f"SUBSTR({digits}, {start}, {size})" for start, size in _UUID_PARTS)
            return Rule(f"CONCAT_WS('-', {parts})", f"LENGTH({c}) = 16")
        case _:
            return None


_UUID_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))


def _matches(text: str, shape: str) -> str:
    r"""The whole text has the shape; `\z`, as `$` would let a line feed pass."""
    pattern = literal(rf"^({shape})\z")
    return f"CONVERT({text} USING utf8mb4) COLLATE utf8mb4_bin REGEXP {pattern}"
