"""Logical types as types of MySQL and MariaDB, lossless in every case; what has none is refused with the reason.

Texts and bytes say how long they may be and not yet which type they get: that is decided for the whole row (see
`layout`), as a row, a key and a page have room for only so much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Date,
    Decimal,
    Duration,
    Enumeration,
    Float,
    Geometry,
    Integer,
    Interval,
    Json,
    LogicalType,
    Native,
    Text,
    Time,
    Timestamp,
    Unsupported,
    Uuid,
)
from dmsform_mysql.quoting import literal
from dmsform_mysql.types import ENGINE, INTEGER_BITS

MAX_DECIMAL_DIGITS = 65
MAX_DECIMAL_SCALE = 30
MAX_SECOND_DIGITS = 6
MAX_BITS = 64
MAX_LABEL_LENGTH = 255
MAX_LABELS = 65_535
MAX_LABELS_BYTES = 60_000
UUID_TEXT = "char(36) character set ascii collate ascii_bin"

_INTERVAL_LENGTH = 80
"""PostgreSQL's longest has 66 characters."""
_ZONED_TIME_LENGTH = 24
_NATIVE_LENGTHS = {"inet": 43, "cidr": 43, "macaddr": 23, "macaddr8": 23}


@dataclass(frozen=True, slots=True)
class Characters:
    """Text of up to so many characters; None: any."""

    length: int | None = None
    padded: bool = False


@dataclass(frozen=True, slots=True)
class Octets:
    """Up to so many bytes; None: any."""

    length: int | None = None


Held: TypeAlias = str | Characters | Octets
"""How a column is held: SQL of its type, or what the layout of the row has still to choose a type for."""


class NoCounterpartError(Exception):
    """A logical type that MySQL cannot hold; the text says why."""


def held(logical: LogicalType) -> Held:  # noqa: C901  one plain case per type
    """How the logical type is held. Raises NoCounterpartError."""
    match logical:
        case Boolean():
            return "tinyint(1)"
        case Integer(bits=bits, signed=signed):
            return _integer(bits) + ("" if signed else " unsigned")
        case Decimal():
            return _decimal(logical)
        case Float(bits=bits):
            return "float" if bits == 32 else "double"
        case Text(length=length, padded=padded):
            return Characters(length, padded)
        case Binary(length=length):
            return Octets(length)
        case Date():
            return "date"
        case Time(precision=precision, zoned=zoned):
            return Characters(_ZONED_TIME_LENGTH) if zoned else _clock("time", precision)
        case Timestamp(precision=precision):
            return _clock("datetime", precision)
        case Duration(precision=precision):
            return _clock("time", precision)
        case Interval():
            return Characters(_INTERVAL_LENGTH)
        case Json():
            return Characters()
        case Uuid():
            return UUID_TEXT
        case Bits():
            return _bits(logical)
        case Enumeration(labels=labels):
            return _enumeration(labels)
        case Geometry(shape=shape, srid=srid):
            return shape if srid is None else f"{shape} srid {srid}"
        case Native(engine=engine, declared=declared) if engine == ENGINE:
            return declared
        case Native(declared=declared):
            return Characters(_NATIVE_LENGTHS.get(declared))
        case Unsupported(reason=reason):
            raise NoCounterpartError(reason)
        case _:
            assert_never(logical)


def _integer(bits: int) -> str:
    return next(name for name, held_bits in INTEGER_BITS.items() if held_bits >= bits)


def _decimal(logical: Decimal) -> Held:
    """A decimal where it has room for all digits, else their text."""
    if logical.precision is None:
        return f"decimal({MAX_DECIMAL_DIGITS},{MAX_DECIMAL_SCALE})"
    scale = max(logical.scale or 0, 0)
    # numeric(3,-2) holds up to 99900, numeric(2,5) no less than 0.00001.
    digits = max(logical.precision - min(logical.scale or 0, 0), scale)
    if digits > MAX_DECIMAL_DIGITS or scale > MAX_DECIMAL_SCALE:
        return Characters()
    return f"decimal({digits},{scale})"


def _clock(name: str, precision: int) -> str:
    if precision > MAX_SECOND_DIGITS:
        raise NoCounterpartError(f"MySQL keeps {MAX_SECOND_DIGITS} digits of a second, not {precision}")
    return f"{name}({precision})" if precision else name


def _bits(logical: Bits) -> Held:
    if logical.varying or logical.length is None or logical.length > MAX_BITS:
        return Characters(logical.length)
    return f"bit({logical.length})"


def _enumeration(labels: tuple[str, ...]) -> Held:
    """An enum where it keeps every label as it is; it drops blanks at the end."""
    possible = (
        0 < len(labels) <= MAX_LABELS
        and len(set(labels)) == len(labels)
        and all(len(label) <= MAX_LABEL_LENGTH and label == label.rstrip() for label in labels)
        # The servers' catalogues cannot show characters beyond U+FFFF.
        and max(max(label, default="") for label in labels) <= "\uffff"
        and sum(len(label.encode()) + 2 for label in labels) <= MAX_LABELS_BYTES
    )
    if possible:
        return f"enum({','.join(literal(label) for label in labels)})"
    return Characters(max(map(len, labels), default=1))
