"""Reads a table as the values that SQLite stores, for a target of the same engine.

Values of columns that are copied as they are stay untouched, whatever their storage class. Texts that are no valid
UTF-8 have no form as `str`: they travel as `RawText`, and are told from blobs by it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal as Number
from typing import Any

from dmsform.catalog.mapping import MappedColumn, MappedTable
from dmsform.catalog.model import SequencePosition
from dmsform.catalog.types import Binary as BinaryType
from dmsform.catalog.types import Boolean, Decimal, Float, Integer
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.values import Position
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite.batches import Row
from dmsform_sqlite.raw_text import RawText, raw_text
from dmsform_sqlite.reader import impossible_conversions, is_lenient
from dmsform_sqlite.refusals import refused_cell
from dmsform_sqlite.select import narrow_columns
from dmsform_sqlite.source import SourceTable, is_undecodable, open_table
from dmsform_sqlite.sql_types import sql_type
from dmsform_sqlite.types import Affinity, affinity
from dmsform_sqlite.values.choose import Conversion, conversion
from dmsform_sqlite.values.refused import RefusedError
from dmsform_sqlite.values.stored import number_of

_NUMBER_BYTES = 8


@contextmanager
def read_typed(endpoint: EndpointDefinition, mapped: MappedTable) -> Iterator[SqliteTyped]:
    """Open a snapshot of one table and stream it. Raises DiagnosticError, ConnectionLostError."""
    converting = {n: c for n, c in enumerate(mapped.columns) if is_lenient(c)}
    findings = [f for f in impossible_conversions(mapped) if f.place and f.place.column in _names(converting)]
    if findings:
        raise DiagnosticError(findings)
    with open_table(endpoint, mapped) as source:
        yield SqliteTyped(source, {n: _stored(c) for n, c in converting.items()})


def _names(columns: dict[int, MappedColumn]) -> set[str]:
    return {column.name for column in columns.values()}


class SqliteTyped:
    """One table's rows. Iterate once to its end.

    bytes -- as SQLite measures the columns read while it reads them: the bytes of blobs and the characters of texts,
    and 8 for every value of a column of numbers or times.
    """

    def __init__(self, source: SourceTable, converters: dict[int, Callable[[Any], Any]]) -> None:
        self._source = source
        self._converters = converters
        self.rows = 0
        self.bytes = 0
        self._narrow_bytes = _NUMBER_BYTES * narrow_columns(source.mapped)

    @property
    def cut(self) -> Position:
        """The position of the snapshot."""
        return self._source.cut

    def __iter__(self) -> Iterator[Sequence[Row]]:
        """Batches of rows: int, float, str, bytes, RawText or None."""
        try:
            yield from self._pass()
        except sqlite3.Error as error:
            if not is_undecodable(error):
                raise self._source.read_error(error) from error
            yield from self._raw_pass()

    def _raw_pass(self) -> Iterator[Sequence[Row]]:
        """Go on behind the rows sent: the same query in the same snapshot gives the same order."""
        self._source.connection.text_factory = raw_text
        try:
            yield from self._pass()
        except sqlite3.Error as error:
            raise self._source.read_error(error) from error

    def _pass(self) -> Iterator[Sequence[Row]]:
        width = len(self._source.mapped.columns)
        for batch in self._source.batches(skip=self.rows):
            rows = [row[:width] for row in batch]
            for number, convert in self._converters.items():
                rows = [self._converted(batch, rows, place, number, convert) for place in range(len(rows))]
            self.rows += len(rows)
            self.bytes += sum(row[-1] for row in batch) + self._narrow_bytes * len(rows)
            yield rows

    def _converted(
        self, batch: Sequence[Row], rows: Sequence[Row], place: int, number: int, convert: Callable[[Any], Any]
    ) -> Row:
        row = rows[place]
        try:
            value = None if row[number] is None else convert(row[number])
        except RefusedError as refused:
            source = self._source
            words = source.row_words(batch[place], self.rows + place + 1)
            raise refused_cell(source.endpoint, source.mapped, number, row[number], refused, words) from refused
        return (*row[:number], value, *row[number + 1 :])

    def sequence_positions(self) -> Sequence[SequencePosition]:
        """Where the numbering of the table's rows stands."""
        return self._source.sequence_positions()


def _stored(column: MappedColumn) -> Callable[[Any], Any]:
    """The conversion to what SQLite stores for the column's type, by way of the canonical text."""
    convert = conversion(column.type, lenient=True)
    assert convert is not None
    stored = _storage(column)

    def apply(value: Any) -> Any:
        if isinstance(value, RawText):
            raise RefusedError("is no valid Unicode text", "Correct it in the source, or copy the column as it is.")
        return stored(convert, value)

    return apply


def _storage(column: MappedColumn) -> Callable[[Conversion, Any], Any]:
    if affinity(sql_type(column.type)) is Affinity.TEXT:
        return lambda convert, value: convert(value)
    match column.type:
        case Integer():
            return lambda convert, value: int(convert(value))
        case Boolean():
            return lambda convert, value: 1 if convert(value) == "t" else 0
        case Float():
            return lambda convert, value: float(convert(value))
        case Decimal():
            return lambda convert, value: number_of(Number(convert(value)))
        case BinaryType():
            return lambda convert, value: bytes.fromhex(convert(value)[2:])
        case _:
            return lambda convert, value: convert(value)
