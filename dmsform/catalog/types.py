"""Logical types: what a column holds, in no engine's words.

A provider maps each of its types to one of these (source side) and each of these to one of its types (target side),
so that N engines need N + M mappings. Each logical type has one **canonical text**, the text of its values in a row
(see `docs/row-text.md`); `null` is never a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Boolean:
    """Canonical text `t` or `f`."""


@dataclass(frozen=True, slots=True)
class Integer:
    """Whole numbers of `bits` (8, 16, 24, 32 or 64). Canonical text: decimal digits, `-` in front when negative."""

    bits: int
    signed: bool = True


@dataclass(frozen=True, slots=True)
class Decimal:
    """Exact decimals; precision None means unbounded. Canonical text: plain digits, no exponent; or NaN, Infinity."""

    precision: int | None = None
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class Float:
    """IEEE 754 binary floats of 32 or 64 bits; NaN, Infinity, -Infinity.

    Canonical text: digits that read back as the same 64-bit float. A 32-bit float is written as the 64-bit float of
    the same value: its own shortest digits, read as 64 bits and rounded to 32, may become its neighbour.
    """

    bits: int


@dataclass(frozen=True, slots=True)
class Text:
    """Character strings; length in characters, None means unbounded. `padded`: CHAR(n), blank-padded."""

    length: int | None = None
    padded: bool = False


@dataclass(frozen=True, slots=True)
class Binary:
    r"""Byte strings; length in bytes, None means unbounded. Canonical text `\x` and lower-case hex."""

    length: int | None = None


@dataclass(frozen=True, slots=True)
class Date:
    """Calendar dates. Canonical text `YYYY-MM-DD`."""


@dataclass(frozen=True, slots=True)
class Time:
    """Time of day; precision in digits of a second. Canonical text `HH:MM:SS[.ffffff]`, with `+HH[:MM]` if zoned."""

    precision: int = 6
    zoned: bool = False


@dataclass(frozen=True, slots=True)
class Timestamp:
    """Date and time; canonical text `YYYY-MM-DD HH:MM:SS[.ffffff]`; if zoned in UTC with `+00` behind."""

    precision: int = 6
    zoned: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """Spans of time. Canonical text: PostgreSQL's `IntervalStyle = postgres`.

    restriction -- the fields or digits that the engine's declaration keeps (`year to month`, `(0)`), empty: all.
    """

    restriction: str = ""


@dataclass(frozen=True, slots=True)
class Duration:
    """Signed spans of hours to fractions of a second (MySQL's TIME); precision in digits of a second.

    Canonical text `[-]HH:MM:SS[.ffffff]` with as many digits of hours as there are: an `Interval` of no days.
    """

    precision: int = 6


@dataclass(frozen=True, slots=True)
class Geometry:
    r"""Shapes. Canonical text: `\x` and the lower-case hex of their EWKB, x before y (longitude before latitude).

    shape -- what the column is restricted to (`point`, `geometry`: anything); srid -- None: any, stated per value.
    """

    shape: str = "geometry"
    srid: int | None = None


@dataclass(frozen=True, slots=True)
class Json:
    """JSON documents; `binary`: the engine normalises them. Canonical text: the document as the engine prints it."""

    binary: bool = False


@dataclass(frozen=True, slots=True)
class Uuid:
    """UUIDs. Canonical text: lower case, hyphenated."""


@dataclass(frozen=True, slots=True)
class Bits:
    """Bit strings; length None means unbounded. Canonical text: `0` and `1`."""

    length: int | None
    varying: bool = False


@dataclass(frozen=True, slots=True)
class Enumeration:
    """One of a list of labels, in the order of their declaration. `name` is the declared type's, if it has one."""

    labels: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Native:
    """A type that only engines of this family know (inet, tsvector, arrays ...); carried verbatim between them.

    Canonical text: the engine's own text form.
    """

    engine: str
    declared: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A type that cannot be carried: the reason is shown to the user before anything starts."""

    declared: str
    reason: str


LogicalType: TypeAlias = (
    Boolean
    | Integer
    | Decimal
    | Float
    | Text
    | Binary
    | Date
    | Time
    | Timestamp
    | Interval
    | Duration
    | Geometry
    | Json
    | Uuid
    | Bits
    | Enumeration
    | Native
    | Unsupported
)


def describe(logical: LogicalType) -> str:
    """The type as a person reads it: `Integer(64)`, `Text(40)`, `Native(inet)`."""
    match logical:
        case Native(declared=declared) | Unsupported(declared=declared):
            return f"{type(logical).__name__}({declared})"
        case Enumeration(labels=labels):
            return f"Enumeration({len(labels)} labels)"
        case _:
            fields = (getattr(logical, name) for name in logical.__dataclass_fields__)
            shown = ", ".join(str(f) for f in fields if f is not None and not isinstance(f, bool))
            return f"{type(logical).__name__}({shown})" if shown else type(logical).__name__
