"""Why a batch was refused, by table, column and value: from the server's warnings and the batch's own rows. Pure.

LOAD DATA LOCAL makes warnings of errors in the data and goes on with other values. Most warnings name a row by its
number and a column; a duplicate names key and value. What names neither is looked for among the columns whose texts are
made values by an expression (see `loading`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dmsform.catalog.types import Binary, Bits, Boolean, Geometry, Integer, Timestamp
from dmsform.diagnostics import DataPlace, Diagnostic, shortened
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.errors import packet_too_small
from dmsform_mysql.loading import Field, expression
from dmsform_mysql.refusals import refused_column, value_refused

_HARMLESS = frozenset({1592})
"""What the server says of its own log and not of a value: the statement is not safe in a log of statements."""

_DUPLICATES = frozenset({1062, 1586})
_TOO_LARGE = frozenset({1153, 1301})
_ROW = re.compile(r" at row (\d+)\.?$|^Row (\d+) ")
_KEY = re.compile(r" for key '(?P<key>.*)'$", re.S)
_CONSTRAINT = re.compile(r"^CONSTRAINT `(?:[^`]*\.)?(?P<column>[^`.]+)` failed")
_HEXADECIMAL = re.compile(rb"\\\\x(?:[0-9a-f]{2})*")
_SHAPE = re.compile(rb"\\\\x01(?P<type>[0-9a-f]{2})0000(?:[02]0)(?:[0-9a-f]{2})*")
_SHAPES = (
    "geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection",
)  # fmt: skip
"""By their numbers in WKB."""

_ESCAPE = re.compile(rb"\\(.)", re.S)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"0": b"\0", b"Z": b"\x1a"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error or a warning of the server."""

    number: int
    text: str

    @property
    def row(self) -> int | None:
        """The number of the row in its batch, from 1."""
        found = _ROW.search(self.text)
        return int(found[1] or found[2]) if found else None

    @property
    def key(self) -> str | None:
        """The index whose key appears twice, on MySQL behind its table."""
        if self.number not in _DUPLICATES or (found := _KEY.search(self.text)) is None:
            return None
        return found["key"]


def worst(complaints: Sequence[Complaint]) -> Complaint | None:
    """The complaint to tell: the first that names a column or a key, else the first; None where all are harmless."""
    told = [c for c in complaints if c.number not in _HARMLESS]
    named = (c for c in told if c.key or c.number in _TOO_LARGE or _told_column(c))
    return next(named, told[0] if told else None)


def needs_row(complaint: Complaint) -> bool:
    """Whether the row is not known and worth looking for."""
    return complaint.row is None and complaint.key is None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a diagnostic is made of. rows_before -- of earlier batches; columns_of -- those of an index by its name."""

    endpoint: EndpointDefinition
    table: str
    fields: Sequence[Field]
    shadow: str
    rows_before: int
    columns_of: Callable[[str], Sequence[str]]

    def diagnostic(self, complaint: Complaint, row_number: int | None, row: bytes | None) -> Diagnostic:
        """The diagnostic. row -- the row that was refused, where it is known, and its number in the batch."""
        text = complaint.text.replace(self.shadow, self.table.rpartition(".")[2])
        place = DataPlace(endpoint=self.endpoint.name, table=self.table)
        if row_number is not None:
            text = _ROW.sub("", text) + f" (row {self.rows_before + row_number} of the load)"
        if complaint.key is not None:
            found = value_refused(complaint.number, text, place)
            assert found.place is not None
            key = ", ".join(self.columns_of(complaint.key)) or complaint.key
            return replace(found, place=replace(found.place, column=key))
        column = self._column(complaint, row)
        place = replace(place, column=column, value=self._value(column, row))
        if complaint.number in _TOO_LARGE:
            return packet_too_small(self.endpoint, text, place)
        found = value_refused(complaint.number, text, place)
        told = found.place.value if found.place else None
        return replace(found, place=place if place.value is not None else replace(place, value=told))

    def _column(self, complaint: Complaint, row: bytes | None) -> str | None:
        told = _told_column(complaint)
        if told is not None or row is None:
            return next((f.name for f in self.fields if told is not None and f.name.lower() == told.lower()), told)
        texts = zip(self.fields, row.split(b"\t"), strict=False)
        made = [(f, text) for f, text in texts if text != b"\\N" and expression(f, "@c")]
        if complaint.number in _TOO_LARGE and made:
            # Only what is put together can be too large.
            return max(made, key=lambda pair: len(pair[1]) if isinstance(pair[0].logical, Geometry) else 0)[0].name
        candidates = [f for f, text in made if not _is_canonical(f, text)] or [f for f, _ in made]
        return candidates[0].name if len(candidates) == 1 else None

    def _value(self, column: str | None, row: bytes | None) -> str | None:
        if column is None or row is None:
            return None
        texts = dict(zip((f.name for f in self.fields), row.split(b"\t"), strict=False))
        text = texts.get(column)
        return None if text is None or text == b"\\N" else shortened(unescaped(text).decode("utf-8", "replace"))


def unescaped(text: bytes) -> bytes:
    """A field's text without its escapes."""
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)


def _told_column(complaint: Complaint) -> str | None:
    """The column that the server names, in MariaDB's documents by the constraint that checks them."""
    found = _CONSTRAINT.search(complaint.text)
    return found["column"] if found else refused_column(complaint.text)


def _is_canonical(field: Field, text: bytes) -> bool:
    """Whether a text that is made a value by an expression is one of its type."""
    match field.logical:
        case Boolean():
            return text in (b"t", b"f")
        case Integer():
            return text.isdigit()
        case Bits(length=length):
            return len(text) == length and not text.strip(b"01")
        case Timestamp():
            return text.endswith(b"+00") and text[:1].isdigit()
        case Binary():
            return _HEXADECIMAL.fullmatch(text) is not None
        case Geometry(shape=shape):
            found = _SHAPE.fullmatch(text)
            number = int(found["type"], 16) if found else 0
            return 0 < number < len(_SHAPES) and shape in ("geometry", _SHAPES[number])
        case _:
            return True
