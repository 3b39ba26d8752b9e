"""Sources: every row once, of one moment, counted; whichever plane carries it."""
# ruff: noqa: S608  statements are made of the harness's quoted names and of literals

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, TypeAlias

import pytest

from dmsform.catalog.mapping import FilterCondition, FilterOperator, MappedTable, RowFilter
from dmsform.catalog.model import TableName
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.protocols import RowTextStream, TypedStream
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.contract_harness import Harness
from dmsform.testing.contract_values import map_whole

Row: TypeAlias = tuple[str | None, ...]
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\\": "\\"}
_TEXTS = ("one", "", None, "tab\there", "line\nline\r\n", "back\\slash", "\\N", "  blanks  ", "Grüße 😀")


def fields_of(line: str) -> Row:
    """The fields of one line of row text, unescaped (PostgreSQL manual, COPY, "Text Format")."""
    return tuple(None if field == "\\N" else _unescaped(field) for field in line.split("\t"))


def _unescaped(field: str) -> str:
    head, *rest = field.split("\\")
    parts, rest_iterator = [head], iter(rest)
    for part in rest_iterator:
        # Two backslashes are one: the part between them is empty.
        parts.append(_ESCAPES[part[0]] + part[1:] if part else "\\" + next(rest_iterator))
    return "".join(parts)


class _SourceContract(ABC):
    """What holds on both planes."""

    @abstractmethod
    def open(self, harness: Harness, endpoint: EndpointDefinition, mapped: MappedTable) -> AbstractContextManager[Any]:
        """Open the plane's stream."""

    @abstractmethod
    def rows(self, stream: Any) -> Iterator[Row]:
        """All rows of a stream, as text."""

    def _items(self, harness: Harness) -> tuple[EndpointDefinition, MappedTable]:
        endpoint, items = harness.new_endpoint(), harness.quoted("items")
        values = ", ".join(f"({n}, {_literal(text)})" for n, text in enumerate(_TEXTS))
        harness.execute(
            endpoint,
            f"CREATE TABLE {items} (id integer PRIMARY KEY, name text)",
            f"INSERT INTO {items} VALUES {values}",
        )
        table = harness.provider.introspector.introspect(endpoint).table(TableName(harness.schema, "items"))
        assert table is not None
        return endpoint, map_whole(table, table.name, same_engine=True)

    def _read(self, harness: Harness, endpoint: EndpointDefinition, mapped: MappedTable) -> list[Row]:
        with self.open(harness, endpoint, mapped) as stream:
            found = sorted(self.rows(stream), key=repr)
            assert stream.rows == len(found)
            return found

    def test_every_value_arrives(self, harness: Harness) -> None:
        """NULL is not the empty text, and no character means anything."""
        endpoint, mapped = self._items(harness)
        expected = [(str(number), text) for number, text in enumerate(_TEXTS)]
        assert self._read(harness, endpoint, mapped) == sorted(expected, key=repr)

    def test_an_empty_table(self, harness: Harness) -> None:
        """No rows are no error."""
        endpoint, mapped = self._items(harness)
        harness.execute(endpoint, f"DELETE FROM {harness.quoted('items')}")
        assert self._read(harness, endpoint, mapped) == []

    def test_the_cut_is_known_before_the_first_row(self, harness: Harness) -> None:
        """The task persists the cut before it writes anything."""
        endpoint, mapped = self._items(harness)
        with self.open(harness, endpoint, mapped) as stream:
            cut = stream.cut
            assert cut
            assert list(self.rows(stream))
            assert stream.cut == cut

    def test_rows_of_one_moment(self, harness: Harness) -> None:
        """What is committed after the snapshot is not in it."""
        endpoint, mapped = self._items(harness)
        with self.open(harness, endpoint, mapped) as stream:
            harness.execute(endpoint, f"INSERT INTO {harness.quoted('items')} VALUES (100, 'late')")
            assert len(list(self.rows(stream))) == len(_TEXTS)

    def test_only_mapped_columns_in_mapped_order(self, harness: Harness) -> None:
        """Columns that rules removed are not read."""
        endpoint, mapped = self._items(harness)
        mapped = replace(mapped, columns=(mapped.columns[1],))
        assert self._read(harness, endpoint, mapped) == sorted(((text,) for text in _TEXTS), key=repr)

    @pytest.mark.parametrize(
        ("operator", "values", "expected"),
        [
            (FilterOperator.EQ, ("3",), {3}),
            (FilterOperator.NOTEQ, ("3",), {0, 1, 2, 4, 5, 6, 7, 8}),
            (FilterOperator.GTE, ("6",), {6, 7, 8}),
            (FilterOperator.LTE, ("1",), {0, 1}),
            (FilterOperator.STE, ("1",), {0, 1}),
            (FilterOperator.BETWEEN, ("2", "4"), {2, 3, 4}),
            (FilterOperator.NOTBETWEEN, ("2", "7"), {0, 1, 8}),
            (FilterOperator.NULL, (), set()),
            (FilterOperator.NOTNULL, (), set(range(9))),
        ],
    )
    def test_filters(
        self, harness: Harness, operator: FilterOperator, values: tuple[str, ...], expected: set[int]
    ) -> None:
        """DMS's operators, compared as the column's type: 10 is more than 9."""
        endpoint, mapped = self._items(harness)
        row_filter = RowFilter(mapped.source.column("id"), (FilterCondition(operator, values),))
        found = self._read(harness, endpoint, replace(mapped, filters=(row_filter,)))
        assert {int(row[0] or "") for row in found} == expected

    def test_filters_on_text_and_several_at_once(self, harness: Harness) -> None:
        """Conditions of one filter are alternatives; several filters must all pass."""
        endpoint, mapped = self._items(harness)
        by_name = RowFilter(
            mapped.source.column("name"),
            (FilterCondition(FilterOperator.EQ, ("one",)), FilterCondition(FilterOperator.NULL)),
        )
        by_id = RowFilter(mapped.source.column("id"), (FilterCondition(FilterOperator.GTE, ("1",)),))
        assert self._read(harness, endpoint, replace(mapped, filters=(by_name, by_id))) == [("2", None)]

    def test_a_quote_in_an_operand_is_a_character(self, harness: Harness) -> None:
        """Operands are values, never SQL."""
        endpoint, mapped = self._items(harness)
        condition = FilterCondition(FilterOperator.EQ, ("x' OR 'a' = 'a",))
        filters = (RowFilter(mapped.source.column("name"), (condition,)),)
        assert self._read(harness, endpoint, replace(mapped, filters=filters)) == []

    def test_a_table_that_went_away(self, harness: Harness) -> None:
        """A diagnostic that names it, not an empty table."""
        endpoint, mapped = self._items(harness)
        harness.execute(endpoint, f"DROP TABLE {harness.quoted('items')}")
        with pytest.raises(DiagnosticError, match="items"):
            self._read(harness, endpoint, mapped)


class RowTextSourceContract(_SourceContract):
    """The face `row_text_reader`."""

    def open(
        self, harness: Harness, endpoint: EndpointDefinition, mapped: MappedTable
    ) -> AbstractContextManager[RowTextStream]:
        """Open the row text stream."""
        assert harness.provider.row_text_reader is not None
        return harness.provider.row_text_reader.read_row_text(endpoint, mapped)

    def rows(self, stream: RowTextStream) -> Iterator[Row]:
        """Parse the lines; each buffer must end with a row."""
        for buffer in stream:
            assert buffer.endswith(b"\n")
            for line in buffer.decode()[:-1].split("\n"):
                yield fields_of(line)


class TypedSourceContract(_SourceContract):
    """The face `typed_reader`."""

    def open(
        self, harness: Harness, endpoint: EndpointDefinition, mapped: MappedTable
    ) -> AbstractContextManager[TypedStream]:
        """Open the typed stream."""
        assert harness.provider.typed_reader is not None
        return harness.provider.typed_reader.read_typed(endpoint, mapped)

    def rows(self, stream: TypedStream) -> Iterator[Row]:
        """The values as text; engines whose driver gives text as bytes give UTF-8."""
        for batch in stream:
            for row in batch:
                yield tuple(_as_text(value) for value in row)


def _as_text(value: Any) -> str | None:
    if value is None:
        return None
    return value.decode() if isinstance(value, bytes) else str(value)


def _literal(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"
