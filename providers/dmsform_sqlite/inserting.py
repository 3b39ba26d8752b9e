"""Inserts batches, and proves that SQLite will keep every value as it is given before it is given."""
# ruff: noqa: S608  SQL is this module's trade: names are quoted by `quoting`, values are parameters

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dmsform.catalog.model import Identity
from dmsform.diagnostics import DataPlace, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.values import TableWrite
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite.batches import Row
from dmsform_sqlite.connect import Connection
from dmsform_sqlite.errors import error_name
from dmsform_sqlite.introspect import read_tables
from dmsform_sqlite.keeping import first_changed, first_replaced
from dmsform_sqlite.options import STRICT
from dmsform_sqlite.quoting import identifiers, qualified
from dmsform_sqlite.raw_text import RawText
from dmsform_sqlite.types import Affinity, affinity
from dmsform_sqlite.values.refused import shown, storage_class

_REMEDY = (
    "Correct the value in the source, leave the row out by a filter, or give the column another type "
    "(change-data-type)."
)


@dataclass(frozen=True, slots=True)
class Inserter:
    """Inserts into one table. affinities -- of the columns as they are, in the order of the mapped ones.

    numbered -- the place of the column that is the rowid: it would number a NULL.
    """

    connection: Connection
    endpoint: EndpointDefinition
    write: TableWrite
    affinities: tuple[Affinity, ...]
    numbered: int | None
    utf8: bool

    @classmethod
    def on(cls, connection: Connection, endpoint: EndpointDefinition, write: TableWrite) -> Inserter:
        """For a table that stands ready."""
        (table,) = read_tables(connection, [write.mapped.target.name])
        columns = {c.name.lower(): c for c in table.columns}
        found = [columns[c.name.lower()] for c in write.mapped.columns]
        strict = STRICT in table.options
        numbered = next((n for n, c in enumerate(found) if c.identity is Identity.ROWID), None)
        (encoding,) = connection.execute("PRAGMA encoding").fetchone()
        affinities = tuple(affinity(c.native, strict=strict) for c in found)
        return cls(connection, endpoint, write, affinities, numbered, encoding == "UTF-8")

    def insert(self, rows: Sequence[Row]) -> None:
        """Insert the rows. Raises DiagnosticError naming column and value when SQLite refuses or would change one."""
        if not rows:
            return
        columns = list(zip(*rows, strict=True))
        self._check_all(columns)
        raw = any(RawText in map(type, values) for values in columns)
        with self._finding_rows(lambda place: rows[min(place, len(rows) - 1)]):
            if raw:
                self._insert_raw(rows)
            else:
                self.connection.executemany(self._statement([False] * len(columns)), rows)

    def insert_columns(self, columns: Sequence[Sequence[Any]]) -> None:
        """Insert rows given by their columns, none of them raw text. Raises the same."""
        self._check_all(columns)
        with self._finding_rows(lambda place: tuple(c[min(place, len(c) - 1)] for c in columns)):
            self.connection.executemany(self._statement([False] * len(columns)), zip(*columns, strict=True))

    def _check_all(self, columns: Sequence[Sequence[Any]]) -> None:
        for number, values in enumerate(columns):
            self._check(number, values)

    @contextmanager
    def _finding_rows(self, row_at: Callable[[int], Row]) -> Iterator[None]:
        """A row that SQLite refuses is the one behind those it took."""
        before = self.connection.total_changes
        try:
            yield
        except sqlite3.IntegrityError as error:
            raise self._refused(error, row_at(self.connection.total_changes - before)) from error
        except (sqlite3.DataError, OverflowError) as error:
            raise self._too_long(error, row_at(self.connection.total_changes - before)) from error

    def _insert_raw(self, rows: Sequence[Row]) -> None:
        """Rows with texts that are no valid UTF-8: given as bytes, and cast back to text, which looks into nothing."""
        for row in rows:
            raw = [isinstance(value, RawText) for value in row]
            self.connection.execute(self._statement(raw), [v.data if isinstance(v, RawText) else v for v in row])

    def _statement(self, raw: Sequence[bool]) -> str:
        """OR ABORT overrides an ON CONFLICT clause of the table, which may replace or skip rows without a word."""
        names = identifiers(c.name for c in self.write.mapped.columns)
        marks = ", ".join("CAST(? AS TEXT)" if r else "?" for r in raw)
        return f"INSERT OR ABORT INTO {qualified(self.write.mapped.target.name)} ({names}) VALUES ({marks})"

    def _check(self, number: int, values: Sequence[Any]) -> None:
        if number == self.numbered and None in values:
            raise self._error(number, None, "The column numbers its rows, and would turn NULL into a number.")
        place = first_changed(values, self.affinities[number])
        if place is not None:
            kind, held = storage_class(values[place]), self.affinities[number]
            why = f"A value of storage class {kind} would be changed by the column's affinity, {held}."
            raise self._error(number, values[place], why)
        if not self.utf8 and RawText in map(type, values):
            raw = next(v for v in values if isinstance(v, RawText))
            raise self._error(number, raw.data, "Text that is no valid UTF-8 cannot go into a file in UTF-16.")
        if not self.utf8 and (place := first_replaced(values)) is not None:
            why = "SQLite replaces the characters U+FFFE and U+FFFF in a file in UTF-16."
            raise self._error(number, values[place], why)

    def _refused(self, error: sqlite3.IntegrityError, row: Row) -> DiagnosticError:
        name = self._column_named(str(error))
        if error_name(error) == "SQLITE_MISMATCH" and self.numbered is not None:
            name = self.write.mapped.columns[self.numbered].name
        names = [c.name.lower() for c in self.write.mapped.columns]
        why = f"SQLite says: {error}."
        if name.lower() in names:
            number = names.index(name.lower())
            return self._error(number, row[number], why)
        return self._error(None, None, why)

    def _column_named(self, message: str) -> str:
        """The column that stands first in an error message, as `failed: table.column, table.other`."""
        _, _, rest = message.lower().partition(f" {self.write.mapped.target.name.lower()}.")
        names = sorted((c.name.lower() for c in self.write.mapped.columns), key=len, reverse=True)
        return next((n for n in names if rest == n or rest.startswith(f"{n},")), "")

    def _too_long(self, error: Exception, row: Row) -> DiagnosticError:
        """The longest value of the row: a value and a row have the same limit."""
        sizes = [len(v) if isinstance(v, str | bytes) else 0 for v in row]
        number = sizes.index(max(sizes))
        limit = self.connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
        why = f"It has {sizes[number]:,} characters or bytes; to SQLite a value, and a row, has {limit:,} bytes at most"
        return self._error(number, row[number], f"{why} ({error}).")

    def refused(self, number: int, value: Any, why: str, remedy: str = _REMEDY) -> DiagnosticError:
        """The error for a value of the mapped column of that number."""
        return self._error(number, value, why, remedy)

    def _error(self, number: int | None, value: Any, why: str, remedy: str = _REMEDY) -> DiagnosticError:
        table = self.write.mapped.target
        column = None if number is None else self.write.mapped.columns[number].name
        what = f"column {column}" if column else "a row"
        return DiagnosticError(
            codes.VALUE_REFUSED.error(
                f"Target table {table} cannot take a value of {what} as it is. {why}",
                remedy,
                place=DataPlace(self.endpoint.name, str(table), column, None if number is None else shown(value)),
            )
        )
