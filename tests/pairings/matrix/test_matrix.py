"""Every cell of the matrix through every pairing: it arrives equal, or it is refused by column and value.

What a target is to refuse stands beside the value. A cell that is not to be refused and does not arrive as it left, and
a cell that is to be refused and is not, fail alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from dmsform.catalog.mapping import FilterCondition, FilterOperator, MappedTable, RowFilter
from dmsform.catalog.model import TableName
from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform.testing.contract_values import map_whole
from tests.pairings.conftest import NewTarget
from tests.pairings.matrix.cells import Kind
from tests.pairings.matrix.conftest import MatrixSource
from tests.pairings.matrix.meaning import Raw, meaning
from tests.pairings.matrix.reading import read
from tests.pairings.matrix.sources import COLUMNS, Group, Place, Source, groups, table_name, target_needs
from tests.pairings.stores import ENGINES, Store, table_names
from tests.providers.pump import pump

CELLS = {engine: sum(len(column.cells) for column in columns) for engine, columns in COLUMNS.items()}


def test_the_matrix_is_as_large_as_it_is_said_to_be() -> None:
    for columns in COLUMNS.values():
        assert len({column.declared for column in columns}) == len(columns)
        assert all(len({cell.sql for cell in column.cells}) == len(column.cells) for column in columns)
    assert CELLS["postgresql"] >= 250
    assert min(CELLS["mysql"], CELLS["mariadb"]) >= 200
    assert CELLS["sqlite"] >= 60
    assert sum(CELLS.values()) * len(ENGINES) >= 2_000


def test_the_oracle_tells_values_apart() -> None:
    apart: list[tuple[Kind, Raw, Raw]] = [
        (Kind.FLOAT, 0.0, -0.0), (Kind.FLOAT, 0.1, 0.10000000000000002), (Kind.FLOAT, math.nan, math.inf),
        (Kind.DECIMAL, "1.10", "1.11"), (Kind.DECIMAL, f"1.{'0' * 40}1", "1"), (Kind.DECIMAL, "NaN", "0"),
        (Kind.DECIMAL, "10", "100"), (Kind.TEXT, "a", "a "), (Kind.TEXT, "e\u0301", "é"), (Kind.TEXT, "", None),
        (Kind.PADDED, "a", " a"), (Kind.BYTES, b"", b"\0"), (Kind.SPAN, "00:00:00.5", "-00:00:00.5"),
        (Kind.CLOCK, "0000-00-00", None), (Kind.CLOCK, "2024-01-01 00:00:00", "2024-01-01 00:00:00.000001"),
        (Kind.CLOCK, "2024-10-27 00:30:00+00", "2024-10-27 00:30:00+01"), (Kind.BITS, "0", "00"),
        (Kind.BOOLEAN, "0", "1"), (Kind.DOCUMENT, "1.10", "1.1"), (Kind.STRUCTURE, '{"a": 1}', '{"a": 1.5}'),
        (Kind.STRUCTURE, '["1"]', "[1]"), (Kind.INTEGER, "9007199254740993", "9007199254740992"),
    ]  # fmt: skip
    assert [(kind, a, b) for kind, a, b in apart if meaning(kind, a) == meaning(kind, b)] == []
    equal: list[tuple[Kind, Raw, Raw]] = [
        (Kind.FLOAT, math.nan, math.nan), (Kind.DECIMAL, "1.10", 1.1), (Kind.DECIMAL, "0.000", 0),
        (Kind.CLOCK, "2024-01-01 00:00:00.500000", "2024-01-01 00:00:00.5+00"), (Kind.PADDED, "a", "a  "),
        (Kind.CLOCK, "12:00:00.000000", "12:00:00"), (Kind.SPAN, "-838:59:59.000", "-838:59:59"),
        (Kind.STRUCTURE, '{"a": 1.0, "b": []}', '{"b":[],"a":1}'), (Kind.BOOLEAN, "true", 1),
    ]  # fmt: skip
    assert [(kind, a, b) for kind, a, b in equal if meaning(kind, a) != meaning(kind, b)] == []


@pytest.mark.server
@pytest.mark.parametrize("target_engine", ENGINES)
@pytest.mark.parametrize("source_engine", ENGINES)
def test_every_cell_arrives_or_is_refused(
    matrix_source: MatrixSource, new_target: NewTarget, source_engine: str, target_engine: str
) -> None:
    source, target = matrix_source(source_engine), new_target(target_engine)
    target_needs(target)
    arrived, refused = 0, 0
    for group in groups(source_engine):
        arrived += _arrive(source, target, group, target_engine)
        refused += _are_refused(source, target, group, target_engine)
    assert arrived + refused == CELLS[source_engine]


def _arrive(source: Source, target: Store, group: Group, engine: str) -> int:
    """Load all cells of a table that the target takes; the number of those that arrived equal."""
    good = [place for place in group.places() if not _is_refused(place, engine)]
    bad = {place.number for place in group.places()} - {place.number for place in good}
    names = list(dict.fromkeys(place.name for place in good))
    mapped = _mapped(source, target, group, names)
    id_column = mapped.source.column("id")
    without = tuple(RowFilter(id_column, (FilterCondition(FilterOperator.NOTEQ, (str(n),)),)) for n in sorted(bad))
    pump(source.store.endpoint("source"), target.endpoint("target"), replace(mapped, filters=without))
    wanted = read(source.store, mapped.source.name, names)
    found = read(target, mapped.target, names)
    wrong = []
    for place in good:
        rows = found[place.name]
        assert rows.keys() == {other.number for other in good}
        left, came = wanted[place.name][place.number], rows[place.number]
        assert left is not None
        assert all(rows[other.number] is None for other in good if other.name != place.name)
        same = repr(left) == repr(came) if source.engine == engine else None
        kind = place.column.kind
        if not (meaning(kind, left) == meaning(kind, came) if same is None else same):
            wrong.append((place.column.declared, place.cell.sql, left, came))
    assert wrong == []
    return len(good)


def _are_refused(source: Source, target: Store, group: Group, engine: str) -> int:
    """Load every other cell alone; the number of those that were refused by name and left nothing behind."""
    wrong = []
    bad = [place for place in group.places() if _is_refused(place, engine)]
    for place in bad:
        mapped = _alone(source, target, group, place)
        try:
            pump(source.store.endpoint("source"), target.endpoint("target"), mapped)
        except DiagnosticError as error:
            if list(_named(error)) != [place.name]:
                wrong.append((place.column.declared, place.cell.sql, str(error)))
        else:
            came = read(target, mapped.target, [place.name])
            wrong.append((place.column.declared, place.cell.sql, f"arrived as {came}"))
    left = [name for name in table_names(target) if name.startswith("bad")]
    assert (wrong, left) == ([], [])
    return len(bad)


def _alone(source: Source, target: Store, group: Group, place: Place) -> MappedTable:
    mapped = _mapped(source, target, group, [place.name])
    only = RowFilter(mapped.source.column("id"), (FilterCondition(FilterOperator.EQ, (str(place.number),)),))
    return replace(mapped, target=TableName(target.schema, f"bad_{group.name}_{place.number}"), filters=(only,))


def _named(error: DiagnosticError) -> Iterator[str | None]:
    """The columns that are named; an error of another kind, or without its value, fails."""
    for diagnostic in error.diagnostics:
        assert diagnostic.place is not None, diagnostic
        assert diagnostic.code in (codes.VALUE_REFUSED.id, codes.UNSUPPORTED_TYPE.id), diagnostic
        if diagnostic.code == codes.VALUE_REFUSED.id:
            assert diagnostic.place.value is not None, diagnostic
        yield diagnostic.place.column


def _is_refused(place: Place, engine: str) -> bool:
    return engine in place.column.refused | place.cell.refused


def _mapped(source: Source, target: Store, group: Group, names: Sequence[str]) -> MappedTable:
    """The mapping of some columns and the key."""
    table = source.catalog.table(table_name(source.store, group))
    assert table is not None
    same_engine = source.store.endpoint("s").engine == target.endpoint("t").engine
    whole = map_whole(table, table_name(target, group), same_engine=same_engine)
    return replace(whole, columns=tuple(c for c in whole.columns if c.name in ("id", *names)))
