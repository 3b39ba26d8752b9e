"""Reads a table as row text: values typed by SQLite, texts by Python, a batch and in it a column at a time.

SQLite cannot render row text itself: its CAST AS TEXT loses digits of floats, and a column may hold any storage class.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import SequencePosition
from dmsform.catalog.types import describe
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider.values import Position
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite import codes as own
from dmsform_sqlite.batches import MAX_BYTES, Row
from dmsform_sqlite.refusals import refused_cell
from dmsform_sqlite.rendering import ColumnRenderer, column_renderer, render_rows
from dmsform_sqlite.source import SourceTable, is_undecodable, not_unicode, open_table
from dmsform_sqlite.values.choose import conversion
from dmsform_sqlite.values.refused import CellRefusedError


@contextmanager
def read_row_text(endpoint: EndpointDefinition, mapped: MappedTable) -> Iterator[SqliteRowText]:
    """Open a snapshot of one table and stream it. Raises DiagnosticError, ConnectionLostError."""
    renderers = renderers_of(mapped)
    with open_table(endpoint, mapped) as source:
        yield SqliteRowText(source, renderers)


def is_lenient(column: MappedColumn) -> bool:
    """Whether values are converted to the column's type: a rule asked for it, or they are not the column's own."""
    return column.converted or not isinstance(column.value, Copied)


def renderers_of(mapped: MappedTable) -> list[ColumnRenderer]:
    """A renderer for each column. Raises DiagnosticError for types that SQLite's values have no form for."""
    findings = impossible_conversions(mapped)
    if findings:
        raise DiagnosticError(findings)
    key = mapped.primary_key.columns if mapped.primary_key else ()
    made = []
    for column in mapped.columns:
        convert = conversion(column.type, lenient=is_lenient(column))
        assert convert is not None
        made.append(column_renderer(column.type, convert, required=column.name in key))
    return made


def impossible_conversions(mapped: MappedTable) -> list[Diagnostic]:
    """The columns whose type no value of SQLite can be converted to."""
    return [
        own.CONVERSION_REFUSED.error(
            f"Column {column.name} of {mapped.source.name} is to be {describe(column.type)}, which values of SQLite "
            "cannot be converted to.",
            'Ask for another type by a transformation rule (change-data-type); "string" holds every text and number.',
            place=DataPlace(table=str(mapped.source.name), column=column.name),
        )
        for column in mapped.columns
        if conversion(column.type, lenient=is_lenient(column)) is None
    ]


class SqliteRowText:
    """One table's rows. Iterate once to its end."""

    def __init__(self, source: SourceTable, renderers: Sequence[ColumnRenderer]) -> None:
        self._source = source
        self._renderers = renderers
        self.rows = 0

    @property
    def cut(self) -> Position:
        """The position of the snapshot."""
        return self._source.cut

    def __iter__(self) -> Iterator[bytes]:
        """Buffers of whole rows."""
        pending: list[bytes] = []
        size = 0
        try:
            for batch in self._source.batches():
                buffer = self._render(batch)
                self.rows += len(batch)
                pending.append(buffer)
                size += len(buffer)
                if size >= MAX_BYTES:
                    yield b"".join(pending)
                    pending, size = [], 0
        except sqlite3.Error as error:
            raise (self._undecodable() if is_undecodable(error) else self._source.read_error(error)) from error
        if pending:
            yield b"".join(pending)

    def _render(self, batch: Sequence[Row]) -> bytes:
        columns = list(zip(*batch, strict=True))
        try:
            return render_rows(self._renderers, columns).encode()
        except CellRefusedError as cell:
            number = cell.column
            row = batch[cell.row]
            words = self._source.row_words(row, self.rows + cell.row + 1)
            source = self._source
            raise refused_cell(source.endpoint, source.mapped, number, row[number], cell.refused, words) from cell

    def _undecodable(self) -> DiagnosticError:
        """Read on where decoding failed, texts as bytes, to find the value."""
        source = self._source
        # A bytearray tells a text from a blob, which is bytes.
        source.connection.text_factory = bytearray
        for batch in source.batches(skip=self.rows):
            for place, row in enumerate(batch, start=self.rows + 1):
                for number, value in enumerate(row[: len(source.mapped.columns)]):
                    if isinstance(value, bytearray) and not _is_utf8(value):
                        words = source.row_words(_readable(row), place)
                        data = bytes(value)
                        return refused_cell(source.endpoint, source.mapped, number, data, not_unicode(), words)
        raise AssertionError("no text failed to decode this time")

    def sequence_positions(self) -> Sequence[SequencePosition]:
        """Where the numbering of the table's rows stands."""
        return self._source.sequence_positions()


def _is_utf8(data: bytearray) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _readable(row: Row) -> Row:
    return tuple(v.decode(errors="replace") if isinstance(v, bytearray) else v for v in row)
