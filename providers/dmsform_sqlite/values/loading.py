"""Converts columns of fields to what SQLite stores: a path in C for the common form, else value by value.

The counterpart of `rendering`. A fast path gives None for a column that has anything uncommon in it; what is refused,
and why, the conversion of single values alone decides.
"""

from __future__ import annotations

import math
import re
from binascii import unhexlify
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

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
    LogicalType,
    Native,
    Text,
    Time,
    Timestamp,
    Uuid,
)
from dmsform_sqlite.row_text import NULL, BrokenEscapeError, unescaped, unescaped_all
from dmsform_sqlite.sql_types import sql_type
from dmsform_sqlite.types import Affinity, affinity
from dmsform_sqlite.values import forms, numbers
from dmsform_sqlite.values.refused import CellRefusedError, RefusedError, malformed
from dmsform_sqlite.values.stored import BITS, DURATIONS, INTERVALS, Stored, stored

Fields: TypeAlias = Sequence[str]
FastPath: TypeAlias = Callable[[Fields], Sequence[Any] | None]
"""The values of a column without NULL, or None when it is not in the common form."""

_BOOLEANS = {"t": 1, "f": 0}
# Decimals of up to 15 digits are told apart by floats.
_EXACT_CHARACTERS = 15


class ColumnLoader:
    """Converts one column of a buffer."""

    def __init__(self, logical: LogicalType, held: Affinity) -> None:
        """held -- the affinity of the column as it stands."""
        as_text = is_text(logical, held)
        self._convert: Stored = stored(logical, held, as_text=as_text)
        self._fast = _fast_path(logical, as_text=as_text)

    def load(self, fields: Fields) -> Sequence[Any]:
        """The values. Raises CellRefusedError."""
        if NULL not in fields:
            return self._load(fields)
        given = [f for f in fields if f != NULL]
        try:
            rest = iter(self._load(given))
        except CellRefusedError as cell:
            cell.row = [n for n, f in enumerate(fields) if f != NULL][cell.row]
            raise
        return [None if f == NULL else next(rest) for f in fields]

    def _load(self, fields: Fields) -> Sequence[Any]:
        found = self._fast(fields) if self._fast else None
        return self._slowly(fields) if found is None else found

    def _slowly(self, fields: Fields) -> list[Any]:
        values = []
        for row, field in enumerate(fields):
            try:
                values.append(self._convert(unescaped(field)))
            except BrokenEscapeError:
                raise CellRefusedError(row, malformed("row text: it has an unknown escape")) from None
            except RefusedError as refused:
                raise CellRefusedError(row, refused) from refused
        return values


def is_text(logical: LogicalType, held: Affinity) -> bool:
    """Whether a number goes into the column as text: its affinity says so, or the type's own declaration."""
    match held:
        case Affinity.TEXT:
            return True
        case Affinity.BLOB:
            return affinity(sql_type(logical)) is Affinity.TEXT
        case _:
            return False


def _fast_path(logical: LogicalType, *, as_text: bool) -> FastPath | None:  # noqa: C901  one plain case per type
    match logical:
        case Integer():
            return _integers(logical, as_text=as_text)
        case Decimal():
            return _like(forms.DECIMALS) if as_text else _decimals
        case Float():
            return _floats
        case Boolean():
            return _booleans
        case Text() | Native():
            return _texts
        case Enumeration(labels=labels):
            return _labels(frozenset(labels))
        case Binary() | Geometry():
            return _blobs
        case Date():
            return _like(forms.DATES)
        case Time(precision=precision, zoned=False):
            return _like(forms.times(precision))
        case Timestamp(precision=precision, zoned=zoned):
            return _like(forms.timestamps(precision, zoned=zoned))
        case Uuid():
            return _like(forms.UUIDS)
        case Interval():
            return _like(re.compile(f"(?:{INTERVALS}\n)*"))
        case Duration():
            return _like(re.compile(f"(?:{DURATIONS}\n)*"))
        case Bits():
            return _like(re.compile(f"(?:{BITS}\n)*"))
        case _:
            return None


def _like(form: re.Pattern[str]) -> FastPath:
    return lambda fields: fields if forms.match(fields, form) else None


def _integers(logical: Integer, *, as_text: bool) -> FastPath:
    low, high = numbers.bounds(logical)
    high = high if as_text else min(high, 2**63 - 1)

    def convert(fields: Fields) -> Sequence[Any] | None:
        try:
            found = list(map(int, fields))
        except ValueError:
            return None
        # Python reads more than is canonical: blanks, signs, zeros in front, digits of other scripts.
        if list(map(str, found)) != fields or not found or min(found) < low or max(found) > high:
            return None
        return fields if as_text else found

    return convert


def _floats(fields: Fields) -> Sequence[Any] | None:
    if not forms.match(fields, forms.FLOAT_CHARACTERS):
        return None
    try:
        found = list(map(float, fields))
    except ValueError:
        return None
    # A zero may be negative, or too small a number.
    return found if all(map(math.isfinite, found)) and (0.0 not in found or _zeros(fields, found)) else None


def _zeros(fields: Fields, found: Sequence[float]) -> bool:
    return {f for f, v in zip(fields, found, strict=True) if not v} <= {"0", "0.0"}


def _decimals(fields: Fields) -> Sequence[Any] | None:
    if max(map(len, fields), default=0) > _EXACT_CHARACTERS or not forms.match(fields, forms.DECIMALS):
        return None
    return [int(v) if v.is_integer() else v for v in map(float, fields)]


def _booleans(fields: Fields) -> Sequence[Any] | None:
    return [_BOOLEANS[f] for f in fields] if set(fields) <= _BOOLEANS.keys() else None


def _texts(fields: Fields) -> Sequence[Any] | None:
    try:
        return unescaped_all(fields)
    except BrokenEscapeError:
        return None


def _labels(labels: frozenset[str]) -> FastPath:
    def convert(fields: Fields) -> Sequence[Any] | None:
        found = _texts(fields)
        return found if found is not None and set(found) <= labels else None

    return convert


def _blobs(fields: Fields) -> Sequence[Any] | None:
    if not all(f.startswith("\\\\x") for f in fields):
        return None
    try:
        return [unhexlify(f[3:]) for f in fields]
    except ValueError:
        return None
