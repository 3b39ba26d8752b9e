"""What a stored value means, out of the forms in which drivers hand it out: the oracle, which knows no provider."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.pairings.matrix.cells import Kind

Raw = str | bytes | int | float | None
"""As `reading` reads it: bytes of bytes, a float of a float, SQLite's integers, and the engine's text of all others."""

_SPAN = re.compile(r"(-?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?")
_UTC = re.compile(r"\+00(:00)?$")
_BOOLEANS: dict[Raw, bool] = {"true": True, "false": False, "1": True, "0": False, 1: True, 0: False}


def meaning(kind: Kind, raw: Raw) -> Any:
    """Equal for equal values, and for no others; fails where the form is none of the kind's."""
    return None if raw is None else _MEANINGS[kind](raw)


def _boolean(raw: Raw) -> bool:
    return _BOOLEANS[raw]


def _integer(raw: Raw) -> int:
    assert not isinstance(raw, float), raw
    return int(raw or 0)


def _decimal(raw: Raw) -> Decimal | str:
    """By value: zeros at the end, of which SQLite's numbers have none, say nothing; NaN is equal to itself here."""
    number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(str(raw))
    if not number.is_finite():
        return str(number)
    # `normalize` would round to the context's 28 digits.
    sign, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    stripped = "".join(map(str, digits)).rstrip("0")
    return f"{'-' * sign}{stripped}e{exponent + len(digits) - len(stripped)}" if stripped else "0"


def _float(raw: Raw) -> bytes:
    """The bits; those of a 32-bit float are of the 64-bit float of the same value."""
    assert isinstance(raw, float), raw
    return struct.pack(">d", raw)


def _text(raw: Raw) -> str:
    assert isinstance(raw, str), raw
    return raw


def _padded(raw: Raw) -> str:
    return _text(raw).rstrip(" ")


def _bytes(raw: Raw) -> bytes:
    assert isinstance(raw, bytes), raw
    return raw


def _clock(raw: Raw) -> str:
    """In UTC, with or without saying so."""
    text = _text(raw)
    plain = _UTC.sub("", text) if text[:-6].count("-") == 2 else text
    head, point, fraction = plain.partition(".")
    return f"{head}{point}{fraction.rstrip('0')}".rstrip(".") if fraction.isdigit() else plain


def _span(raw: Raw) -> int:
    """In microseconds."""
    found = _SPAN.fullmatch(_text(raw))
    assert found, raw
    sign, hours, minutes, seconds, fraction = found.groups()
    assert max(int(minutes), int(seconds)) < 60, raw
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return (-1 if sign else 1) * (whole * 1_000_000 + int((fraction or "").ljust(6, "0")))


def _bits(raw: Raw) -> str:
    text = _text(raw)
    assert set(text) <= {"0", "1"}, raw
    return text


def _structure(raw: Raw) -> Any:
    def number(text: str) -> tuple[str, Any]:
        return "number", _decimal(text)

    def strict(text: str) -> Any:
        raise AssertionError(f"{text} is no JSON")

    def members(pairs: list[tuple[str, Any]]) -> Any:
        return "object", sorted(pairs, key=lambda pair: pair[0])

    return json.loads(
        _text(raw), parse_float=number, parse_int=number, parse_constant=strict, object_pairs_hook=members
    )


_MEANINGS: dict[Kind, Callable[[Raw], Any]] = {
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.FLOAT: _float,
    Kind.TEXT: _text,
    Kind.PADDED: _padded,
    Kind.BYTES: _bytes,
    Kind.CLOCK: _clock,
    Kind.SPAN: _span,
    Kind.BITS: _bits,
    Kind.DOCUMENT: _text,
    Kind.STRUCTURE: _structure,
}
