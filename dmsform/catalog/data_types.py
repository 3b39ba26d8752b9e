"""AWS DMS's data types and the logical types they stand for, in both directions.

Source: AWS DMS user guide, "Data types for AWS Database Migration Service" and, for the names that source types get,
"Source data types for PostgreSQL".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from dmsform.catalog import types as t

_INTEGERS = {
    "int1": t.Integer(8),
    "int2": t.Integer(16),
    "int4": t.Integer(32),
    "int8": t.Integer(64),
    "uint1": t.Integer(8, signed=False),
    "uint2": t.Integer(16, signed=False),
    "uint4": t.Integer(32, signed=False),
    "uint8": t.Integer(64, signed=False),
}
_PLAIN: dict[str, t.LogicalType] = {
    **_INTEGERS,
    "boolean": t.Boolean(),
    "real4": t.Float(32),
    "real8": t.Float(64),
    "date": t.Date(),
    "blob": t.Binary(),
    "clob": t.Text(),
    "nclob": t.Text(),
}
_SIZED = {"string": {"length"}, "wstring": {"length"}, "bytes": {"length"}}
_SCALED = {"numeric": {"precision", "scale"}, "time": {"precision", "scale"}, "datetime": {"precision", "scale"}}

COLLECTION_TYPES = frozenset({"set", "list", "map", "tuple"})
"""Types that only AWS DMS's document and wide-column endpoints have."""

NAMES = (*_PLAIN, *_SIZED, *_SCALED, *sorted(COLLECTION_TYPES))
"""All names of the grammar."""

_LARGEST_BYTES = 65535  # above, AWS DMS calls a binary column a blob


class DataTypeError(ValueError):
    """A data-type block that makes no type; the message says why."""


@dataclass(frozen=True, slots=True)
class DataType:
    """A `data-type` block: an AWS DMS type name and its measures."""

    type: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None

    def logical(self) -> t.LogicalType:
        """The logical type. Raises DataTypeError: measures that do not belong to the type, or out of range."""
        self._refuse_foreign_measures()
        match self.type:
            case "string" | "wstring":
                return t.Text(self.length)
            case "bytes":
                return t.Binary(self.length)
            case "numeric":
                return self._numeric()
            case "time":
                return t.Time(self._fraction())
            case "datetime":
                return t.Timestamp(self._fraction())
            case name if name in _PLAIN:
                return _PLAIN[name]
            case name if name in COLLECTION_TYPES:
                raise DataTypeError(f'type "{name}" exists only for document and wide-column endpoints')
            case name:
                raise DataTypeError(f'"{name}" is not a type of AWS DMS')

    def _refuse_foreign_measures(self) -> None:
        allowed = _SIZED.get(self.type) or _SCALED.get(self.type) or set()
        for measure in ("length", "precision", "scale"):
            if getattr(self, measure) is not None and measure not in allowed:
                raise DataTypeError(f'type "{self.type}" has no {measure}')
        if self.length == 0:
            raise DataTypeError("length must be at least 1")

    def _numeric(self) -> t.Decimal:
        if self.precision is None and self.scale is not None:
            raise DataTypeError("numeric with a scale needs a precision")
        if self.precision is not None and not 1 <= self.precision <= 1000:
            raise DataTypeError(f"precision of numeric must lie between 1 and 1000, not {self.precision}")
        scale = 0 if self.precision is not None and self.scale is None else self.scale
        if self.precision is not None and scale is not None and scale > self.precision:
            raise DataTypeError(f"scale {scale} of numeric is greater than its precision {self.precision}")
        return t.Decimal(self.precision, scale)

    def _fraction(self) -> int:
        # AWS DMS's own examples give the digits of a second now as scale, now as precision.
        digits = self.scale if self.scale is not None else self.precision
        if digits is None:
            return 6
        if digits > 6:
            raise DataTypeError(f"{self.type} has at most 6 digits of a second here, not {digits}")
        return digits


def dms_name(logical: t.LogicalType) -> str:  # noqa: C901  one plain case per type
    """What AWS DMS calls a source column of this type, as `data-type` in an object-locator matches it."""
    match logical:
        case t.Boolean():
            return "boolean"
        case t.Integer(bits, signed):
            size = 4 if bits == 24 else bits // 8
            return f"{'' if signed else 'u'}int{size}"
        case t.Decimal():
            return "numeric"
        case t.Float(bits):
            return f"real{bits // 8}"
        case t.Text(length):
            return "nclob" if length is None else "wstring"
        case t.Binary(length):
            return "bytes" if length is not None and length <= _LARGEST_BYTES else "blob"
        case t.Date():
            return "date"
        case t.Time():
            return "time"
        case t.Timestamp():
            return "datetime"
        case t.Json():
            return "nclob"
        case t.Geometry():
            return "blob"
        case t.Interval() | t.Duration() | t.Uuid() | t.Bits() | t.Enumeration() | t.Native() | t.Unsupported():
            return "string"
        case _:
            assert_never(logical)
