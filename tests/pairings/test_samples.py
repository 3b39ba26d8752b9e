"""Chinook and Sakila through all pairings: every table equal by row count and, by an independent oracle, by value."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Column, Table, TableKind, TableName
from dmsform.provider.registry import provider
from dmsform.testing.contract_values import map_whole
from tests.pairings.conftest import NewTarget, SampleSource
from tests.pairings.samples import NAMES
from tests.pairings.stores import ENGINES, Row, Store, padded
from tests.pairings.values import same, text
from tests.providers.pump import pump

pytestmark = pytest.mark.server


@pytest.mark.parametrize("sample", NAMES)
@pytest.mark.parametrize("target_engine", ENGINES)
@pytest.mark.parametrize("source_engine", ENGINES)
def test_every_row_arrives(
    sample_source: SampleSource, new_target: NewTarget, source_engine: str, target_engine: str, sample: str
) -> None:
    source, target = sample_source(source_engine, sample), new_target(target_engine)
    origin, goal = source.endpoint("source"), target.endpoint("target")
    catalog = provider(origin.engine).introspector.introspect(origin)
    tables = [t for t in catalog if t.kind is TableKind.TABLE and t.name.schema == source.schema]
    mapped = [_mapped(table, target, same_engine=origin.engine == goal.engine) for table in tables]
    moved = pump(origin, goal, *mapped)
    assert moved > 10_000
    assert moved == sum(_compare(source, target, each) for each in mapped)


def _mapped(table: Table, target: Store, *, same_engine: bool) -> MappedTable:
    return map_whole(table, TableName(target.schema, table.name.name), same_engine=same_engine)


def _compare(source: Store, target: Store, mapped: MappedTable) -> int:
    """The number of rows; fails at the first value that differs."""
    columns = mapped.source.columns
    wanted = _sorted(source.read(mapped.source.name, columns), columns, mapped)
    found = _sorted(target.read(mapped.target, columns), columns, mapped)
    assert len(found) == len(wanted), mapped.target
    for one, other in zip(wanted, found, strict=True):
        for column, value, arrived in zip(columns, one, other, strict=True):
            assert same(value, arrived), f"{mapped.source.name}.{column.name}: {value!r} arrived as {arrived!r}"
    return len(found)


def _sorted(rows: Sequence[Row], columns: Sequence[Column], mapped: MappedTable) -> list[Row]:
    blanks = [n for n, column in enumerate(columns) if padded(column)]
    if blanks:
        rows = [tuple(v.rstrip(" ") if n in blanks and v else v for n, v in enumerate(row)) for row in rows]
    key = mapped.primary_key.columns if mapped.primary_key else tuple(c.name for c in columns)
    places = [n for n, column in enumerate(columns) if column.name in key]
    return sorted(rows, key=lambda row: [text(row[n]) for n in places])


def test_a_difference_is_seen() -> None:
    """The oracle is no yes-man."""
    assert not same("a", "b")
    assert not same(None, "")
    assert not same(1, 2)
    assert not same(b"a", b"b")
    assert not same(0.1, 0.10000000000000002)
