"""Filters compare as the declared type says, whatever the text's form; what they cannot judge they do not drop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dmsform.catalog.mapping import FilterCondition, FilterOperator, RowFilter
from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform_sqlite.reader import read_row_text
from dmsform_sqlite.typed_reader import read_typed
from tests.providers.pump import map_table
from tests.providers.sqlite.harness import endpoint_of
from tests.providers.sqlite.tables import store

_ALL = FilterOperator


def matched(path: Path, operator: FilterOperator, *values: str) -> set[int]:
    """Ids of the rows that pass, on both planes."""
    endpoint = endpoint_of(path)
    mapped = map_table(endpoint, "t", TableName("main", "t"), same_engine=True)
    filters = (RowFilter(mapped.source.column("v"), (FilterCondition(operator, values),)),)
    only_id = replace(mapped, columns=mapped.columns[:1], filters=filters)
    with read_row_text(endpoint, only_id) as stream:
        text = b"".join(stream)
    with read_typed(endpoint, only_id) as typed:
        found = {row[0] for batch in typed for row in batch}
    assert {int(line) for line in text.split()} == found
    return found


def refusal(path: Path, operator: FilterOperator, *values: str) -> Diagnostic:
    with pytest.raises(DiagnosticError) as raised:
        matched(path, operator, *values)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.place
    assert diagnostic.place.column == "v"
    return diagnostic


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.db"


@pytest.mark.parametrize(
    ("declared", "values", "operator", "operands", "expected"),
    [
        ("INTEGER", (9, 10, -5, None), _ALL.GTE, ("9.5",), {2}),
        ("INTEGER", (2**63 - 1, -(2**63)), _ALL.EQ, ("9223372036854775807",), {1}),
        ("INTEGER", (2**63 - 1, 5), _ALL.LTE, ("9223372036854775808",), {1, 2}),
        ("REAL", (0.1, 0.2, 0.30000000000000004), _ALL.EQ, ("0.1",), {1}),
        ("NUMERIC", (1, 1.5, 2), _ALL.BETWEEN, ("1.0", "1.5"), {1, 2}),
        ("BOOLEAN", (0, 1, 1), _ALL.EQ, ("true",), {2, 3}),
        ("TEXT", ("10", "9", "Ä"), _ALL.GTE, ("9",), {2, 3}),
        ("BLOB", (b"\x00", b"\xff"), _ALL.EQ, ("\\xff",), {2}),
        ("DATE", ("2024-01-01", "2024-01-02", None), _ALL.GTE, ("2024-01-01 12:00",), {2}),
        ("DATETIME", ("2024-01-02T00:00", "2024-01-01 23:00:00.50", "2024-01-02"), _ALL.GTE, ("2024-01-02",), {1, 3}),
        (
            "DATETIME",
            ("2024-01-01 00:00:00.5", "2024-01-01 00:00:00.50"),
            _ALL.EQ,
            ("2024-01-01T00:00:00.500",),
            {1, 2},
        ),
        ("TIMESTAMPTZ", ("2024-01-01 00:00:00Z", "2024-01-01 01:00:00+02:00"), _ALL.LTE, ("2023-12-31 23:30Z",), {2}),
        ("TIME", ("09:00", "10:00:00"), _ALL.NOTBETWEEN, ("08:00", "09:30"), {2}),
        ("UUID", ("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",), _ALL.EQ, ("a0eebc999c0b4ef8bb6d6bb9bd380a11",), {1}),
        ("STRING", (None, 1, "x"), _ALL.NULL, (), {1}),
        ("JSON", (None, "{}"), _ALL.NOTNULL, (), {2}),
        ("TEXT", ("a' OR 1=1 --", "b"), _ALL.NOTEQ, ("a' OR 1=1 --",), {2}),
    ],
)
def test_comparisons(
    path: Path, declared: str, values: tuple[object, ...], operator: FilterOperator, operands: tuple[str, ...],
    expected: set[int],
) -> None:  # fmt: skip
    store(path, declared, values)
    assert matched(path, operator, *operands) == expected


@pytest.mark.parametrize(
    ("declared", "value"), [("DATE", "2024-02-30"), ("DATETIME", 1704164645), ("TIME", "25:00"), ("UUID", "x")]
)
def test_a_value_that_cannot_be_judged_is_refused(path: Path, declared: str, value: object) -> None:
    """Neither taken nor silently left behind."""
    store(path, declared, [value])
    operand = {"TIME": "10:00", "UUID": "a0eebc999c0b4ef8bb6d6bb9bd380a11"}.get(declared, "2024-01-01")
    found = refusal(path, FilterOperator.LTE, operand)
    assert (found.code, found.place and found.place.value) == ("DMS509", str(value))


@pytest.mark.parametrize(
    ("declared", "operand"),
    [
        ("INTEGER", "ten"),
        ("INTEGER", "NaN"),
        ("NUMERIC", "0.10000000000000000000001"),
        ("BOOLEAN", "maybe"),
        ("BLOB", "ff"),
        ("BLOB", "\\xf"),
        ("DATE", "2024-02-30"),
        ("DATETIME", "2024-01-01 00:00:00Z"),
        ("TIME", "noon"),
        ("JSON", "{}"),
        ("STRING", "x"),
    ],
)
def test_operands_that_do_not_fit(path: Path, declared: str, operand: str) -> None:
    store(path, declared, [])
    assert refusal(path, FilterOperator.EQ, operand).code == "DMS565"
