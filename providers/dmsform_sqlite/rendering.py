"""Renders batches of rows to row text, a column at a time.

A Python loop over every value is what makes typed reading slow. So each column of a batch first tries a path that
looks at all its values in a few calls that run in C (one regular expression over the joined column, `map(str, ...)`);
only when a value is not in the common form are the column's values converted one by one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from dmsform.catalog.types import (
    Binary,
    Boolean,
    Date,
    Decimal,
    Float,
    Integer,
    Json,
    LogicalType,
    Text,
    Time,
    Timestamp,
    Uuid,
)
from dmsform_sqlite.row_text import NULL
from dmsform_sqlite.values import forms
from dmsform_sqlite.values.choose import Conversion
from dmsform_sqlite.values.refused import CellRefusedError, RefusedError

Column: TypeAlias = Sequence[Any]
FastPath: TypeAlias = Callable[[Column], list[str] | None]
"""The fields of a column without NULL, or None when it is not in the common form."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_TIMES = forms.times(6)
_TIMESTAMPS = forms.timestamps(6, zoned=False)
_BOOLEANS = {0: "f", 1: "t"}
_WIDEST = Integer(64)


class ColumnRenderer:
    """Renders one column of a batch."""

    def __init__(self, convert: Conversion, fast: FastPath | None, *, escape: bool, required: bool) -> None:
        """escape -- the texts may hold characters with a meaning in row text; required -- NULL is refused."""
        self._convert = convert
        self._fast = fast
        self._escape = escape
        self._required = required

    def render(self, values: Column) -> Sequence[str]:
        """The fields. Raises CellRefusedError."""
        if self._fast is None:
            return self._slowly(values)
        if None not in values:
            return self._fast(values) or self._slowly(values)
        fields = None if self._required else self._fast([v for v in values if v is not None])
        if fields is None:
            return self._slowly(values)
        rest = iter(fields)
        return [NULL if v is None else next(rest) for v in values]

    def _slowly(self, values: Column) -> list[str]:
        fields = []
        for row, value in enumerate(values):
            try:
                field = self._field(value)
            except RefusedError as refused:
                raise CellRefusedError(row, refused) from refused
            fields.append(field)
        return fields

    def _field(self, value: Any) -> str:
        if value is None:
            if self._required:
                raise RefusedError(
                    "is part of the primary key, where SQLite allows NULL and other engines do not",
                    "Give the row a key in the source (UPDATE), or leave it out by a filter.",
                )
            return NULL
        text = self._convert(value)
        return text.translate(_ESCAPES) if self._escape else text


def column_renderer(logical: LogicalType, convert: Conversion, *, required: bool) -> ColumnRenderer:
    """The renderer of a column of the type; `convert` is the conversion to its canonical text."""
    escape = isinstance(logical, Text | Json | Binary)
    return ColumnRenderer(convert, _fast_path(logical, convert), escape=escape, required=required)


def render_rows(renderers: Sequence[ColumnRenderer], columns: Sequence[Column]) -> str:
    """The row text of a batch given by columns; the columns behind the renderers' are not rendered.

    Raises CellRefusedError.
    """
    fields = []
    for number, renderer in enumerate(renderers):
        try:
            fields.append(renderer.render(columns[number]))
        except CellRefusedError as cell:
            cell.column = number
            raise
    return "\n".join(map("\t".join, zip(*fields, strict=True))) + "\n"


def _fast_path(logical: LogicalType, convert: Conversion) -> FastPath | None:
    match logical:
        case Integer() if logical == _WIDEST:
            return _integers
        case Float(bits=64):
            return _floats
        case Decimal(precision=None):
            return _decimals
        case Boolean():
            return _booleans
        case Text(length=None, padded=False):
            return _texts
        case Json():
            return lambda values: _documents(values, convert)
        case Binary(length=None):
            return _binaries
        case Date():
            return lambda values: _matching(values, forms.DATES)
        case Time(precision=6):
            return lambda values: _matching(values, _TIMES)
        case Timestamp(precision=6, zoned=False):
            return lambda values: _matching(values, _TIMESTAMPS)
        case Uuid():
            return lambda values: _matching(values, forms.UUIDS)
        case _:
            return None


def _all(values: Column, *kinds: type) -> bool:
    return set(map(type, values)) <= set(kinds)


def _integers(values: Column) -> list[str] | None:
    return list(map(str, values)) if _all(values, int) else None


def _floats(values: Column) -> list[str] | None:
    return list(map(repr, values)) if _all(values, float) and all(map(math.isfinite, values)) else None


def _decimals(values: Column) -> list[str] | None:
    if not _all(values, int, float):
        return None
    fields = list(map(repr, values))
    # Exponents, infinities and whole floats take the slow path: nothing else that repr writes is not canonical.
    joined = "\n".join([*fields, ""])
    return None if "e" in joined or "inf" in joined or ".0\n" in joined else fields


def _booleans(values: Column) -> list[str] | None:
    if not _all(values, int) or not set(values) <= {0, 1}:
        return None
    return [_BOOLEANS[v] for v in values]


def _texts(values: Column) -> list[str] | None:
    return _escaped(values) if _all(values, str) else None


def _documents(values: Column, convert: Conversion) -> list[str] | None:
    if not _all(values, str):
        return None
    try:
        return _escaped([convert(v) for v in values])
    except RefusedError:
        return None


def _escaped(values: Column) -> list[str] | None:
    joined = "\0".join(values)
    if joined.count("\0") != max(len(values) - 1, 0):
        return None
    if "\\" in joined or "\n" in joined or "\t" in joined or "\r" in joined:
        # No value holds the separator, so that the whole column is escaped at once.
        joined = joined.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        return joined.split("\0") if values else []
    return list(values)


def _binaries(values: Column) -> list[str] | None:
    return ["\\\\x" + v.hex() for v in values] if _all(values, bytes) else None


def _matching(values: Column, form: re.Pattern[str]) -> list[str] | None:
    """The values themselves, if every one is in the canonical form already."""
    return list(values) if _all(values, str) and forms.match(values, form) else None
