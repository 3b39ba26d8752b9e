"""Canonical texts of every logical type: what SQLite stores for them, and what is refused.

The tables say text, value and storage class in so many words; SQLite itself says what arrived.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Column, PrimaryKey, Table, TableName
from dmsform.catalog.types import (
    Binary,
    Decimal,
    Geometry,
    Integer,
    Interval,
    Json,
    LogicalType,
    Text,
    Timestamp,
)
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.values import Epoch, Position, TableWrite
from dmsform.task.definition import EndpointDefinition
from dmsform.task.settings import TargetTablePrepMode
from dmsform.testing.contract_values import map_whole
from dmsform_sqlite import control
from dmsform_sqlite.types import Affinity
from dmsform_sqlite.values.loading import ColumnLoader, is_text
from dmsform_sqlite.values.refused import CellRefusedError, RefusedError
from dmsform_sqlite.values.stored import stored as stored_as
from dmsform_sqlite.writer import load_row_text
from tests.providers.pump import OWNER, design_of, table_of
from tests.providers.sqlite.canonical import REFUSED, TAKEN, UNSIGNED
from tests.providers.sqlite.harness import endpoint_of, rows
from tests.providers.sqlite.samples import MOMENTS, NUMBER_TEXTS, UUIDS
from tests.providers.sqlite.tables import stored
from tests.providers.sqlite.test_row_text import escaped

TARGET = TableName("main", "t")


def mapped_of(logical: LogicalType) -> MappedTable:
    """Table t(id, v) of some other engine."""
    columns = (Column("id", Integer(32), "int4", nullable=False), Column("v", logical, "declared"))
    return map_whole(Table(TableName("public", "t"), columns, PrimaryKey(("id",))), TARGET)


def write_of(target: EndpointDefinition, mapped: MappedTable, epoch: Epoch) -> TableWrite:
    """A write of a table of some other engine."""
    design = design_of(mapped, target.model_copy(update={"engine": "contract"}), target)
    return TableWrite(OWNER, epoch, 1, mapped, design, TargetTablePrepMode.DO_NOTHING)


def load(path: Path, mapped: MappedTable, *buffers: Sequence[str]) -> None:
    """Load buffers of fields into a file; the rows are numbered from 0."""
    target = endpoint_of(path)
    epoch = control.claim(target, OWNER, [mapped.target])
    numbers = count()
    with load_row_text(target, write_of(target, mapped, epoch)) as opened:
        opened.prepare()
        for fields in buffers:
            opened.write_row_text("".join(f"{next(numbers)}\t{f}\n" for f in fields).encode())
        opened.finish_rows(sum(map(len, buffers)))
        opened.record(1, Position("cut"))
        opened.commit()


def in_sqlite(value: Any) -> tuple[str, Any]:
    """Storage class and value, as `stored` tells them."""
    match value:
        case None:
            return "null", None
        case str():
            return "text", value.encode()
        case float():
            return "real", repr(value)
        case int():
            return "integer", value
        case _:
            return "blob", value


@pytest.mark.parametrize(("logical", "cells"), TAKEN, ids=range(len(TAKEN)))
def test_every_value_is_stored_exactly(tmp_path: Path, logical: LogicalType, cells: list[Any]) -> None:
    """All at once, with NULLs, and each alone: a column in the common form is converted in another way than others."""
    pairs = [cell if isinstance(cell, tuple) else (cell, cell) for cell in cells]
    fields, values = [escaped(text) for text, _ in pairs], [value for _, value in pairs]
    load(tmp_path / "t.db", mapped_of(logical), fields, ["\\N", *fields, "\\N"], *([f] for f in fields))
    expected = [*values, None, *values, None, *values]
    assert stored(tmp_path / "t.db") == {n: in_sqlite(v) for n, v in enumerate(expected)}


@pytest.mark.parametrize(("logical", "good", "texts"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_canonical_text_is_refused_by_name(
    tmp_path: Path, logical: LogicalType, good: str, texts: list[str]
) -> None:
    path = tmp_path / "t.db"
    for text in texts:
        with pytest.raises(DiagnosticError) as raised:
            load(path, mapped_of(logical), ["\\N", escaped(good), escaped(text)])
        (found,) = raised.value.diagnostics
        assert found.place
        assert found.remedy
        assert (found.code, found.place.table, found.place.column) == ("DMS509", "main.t", "v"), text
        assert text.startswith((found.place.value or "")[:100]), text
    load(path, mapped_of(logical), [escaped(good)])
    assert rows(path, "SELECT count(*) FROM t WHERE v IS NOT NULL") == [(1,)]


def _all_texts() -> list[str]:
    taken = [cell[0] if isinstance(cell, tuple) else cell for _, cells in TAKEN for cell in cells]
    return sorted({*taken, *(text for _, _, texts in REFUSED for text in texts), *NUMBER_TEXTS, *MOMENTS, *UUIDS})


@pytest.mark.parametrize("held", Affinity)
def test_a_column_at_once_is_as_its_values_one_by_one(held: Affinity) -> None:
    """Any text under any type: the path for the common form takes nothing that the conversion of one value refuses."""
    texts = _all_texts()
    for logical in dict.fromkeys(logical for logical, _ in TAKEN):
        convert = stored_as(logical, held, as_text=is_text(logical, held))
        loader = ColumnLoader(logical, held)
        for text in texts:
            expected: Any = None
            with suppress(RefusedError):
                expected = convert(text)
            found: Any = None
            with suppress(CellRefusedError):
                (found,) = loader.load([escaped(text)])
            assert repr(found) == repr(expected), (logical, text)


def test_fields_that_are_no_row_text(tmp_path: Path) -> None:
    for field, shown in (("a\\qb", "a\\qb"), ("\\", "\\")):
        with pytest.raises(DiagnosticError) as raised:
            load(tmp_path / "t.db", mapped_of(Text()), ["good", field])
        assert [(d.code, d.place and d.place.value) for d in raised.value.diagnostics] == [("DMS509", shown)]
    with pytest.raises(DiagnosticError, match="DMS513"):
        load(tmp_path / "t.db", mapped_of(Text()), ["good", "one\ttwo"])


@pytest.mark.parametrize(
    ("logical", "declared", "again"),
    [
        (UNSIGNED, "DECIMAL_TEXT", Decimal()),
        (Decimal(10, 2), "NUMERIC", Decimal()),
        (Decimal(18, 0), "NUMERIC", Decimal()),
        (Decimal(16, 1), "DECIMAL_TEXT", Decimal()),
        (Decimal(5, 500), "DECIMAL_TEXT", Decimal()),
        (Decimal(), "DECIMAL_TEXT", Decimal()),
        (Json(binary=True), "JSON_TEXT", Json()),
        (Timestamp(3, zoned=True), "TIMESTAMPTZ", Timestamp(6, zoned=True)),
        (Interval(), "TEXT", Text()),
        (Geometry(), "BLOB", Binary()),
    ],
)
def test_declared_types(tmp_path: Path, logical: LogicalType, declared: str, again: LogicalType) -> None:
    """Numbers and documents introspect as what they are, though they are kept as text."""
    load(tmp_path / "t.db", mapped_of(logical))
    column = table_of(endpoint_of(tmp_path / "t.db"), "t").column("v")
    assert (column.native, column.type) == (declared, again)
