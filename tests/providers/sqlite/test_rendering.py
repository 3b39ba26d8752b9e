"""Row text: a column's fast path and its value-by-value path are one function; what comes out is COPY's text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from dmsform.testing.contract_source import fields_of
from dmsform_sqlite.rendering import ColumnRenderer, column_renderer, render_rows
from dmsform_sqlite.values.choose import conversion
from dmsform_sqlite.values.refused import CellRefusedError
from tests.providers.sqlite.samples import BLOBS, DOCUMENTS, INTEGERS, MOMENTS, REALS, SAMPLES, UUIDS, WORDS

_COMMON: list[tuple[LogicalType, tuple[Any, ...]]] = [
    (Integer(64), INTEGERS),
    (Float(64), REALS),
    (Decimal(), (*INTEGERS, *REALS)),
    (Boolean(), (0, 1)),
    (Text(), WORDS),
    (Json(), DOCUMENTS),
    (Binary(), BLOBS),
    (Date(), MOMENTS),
    (Time(6), MOMENTS),
    (Timestamp(6), MOMENTS),
    (Uuid(), UUIDS),
]


def renderer(logical: LogicalType, *, fast: bool = True) -> ColumnRenderer:
    convert = conversion(logical, lenient=False)
    assert convert is not None
    made = column_renderer(logical, convert, required=False)
    if not fast:
        made._fast = None
    return made


def outcome(made: ColumnRenderer, values: list[Any]) -> list[str] | tuple[int, str]:
    """The fields, or the row that is refused and why."""
    try:
        return list(made.render(values))
    except CellRefusedError as cell:
        return cell.row, cell.refused.reason


@pytest.mark.parametrize(("logical", "common"), _COMMON)
@given(data=st.data())
@settings(deadline=None)
def test_the_fast_path_changes_nothing(logical: LogicalType, common: tuple[Any, ...], data: st.DataObject) -> None:
    usual = st.sampled_from(common) | st.none()
    values = data.draw(st.lists(usual, min_size=1, max_size=8) | st.lists(usual | st.sampled_from(SAMPLES), min_size=1))
    assert outcome(renderer(logical), values) == outcome(renderer(logical, fast=False), values)


@pytest.mark.parametrize(
    ("logical", "column"),
    [
        (Integer(64), [*INTEGERS]),
        (Float(64), [0.1, 1e22, -0.0, 5e-324]),
        (Decimal(), [1, 0.25, -7]),
        (Text(), ["plain", "", "tab\t\\n\r\n"]),
        (Json(), ['{"a": "\\n"}', "1"]),
        (Binary(), [b"", b"\x00\xff"]),
        (Date(), ["2024-01-31", "2023-12-30", "0001-02-28"]),
        (Time(6), ["00:00:00", "23:59:59.999999"]),
        (Timestamp(6), ["2024-01-31 23:59:59", "9999-12-31 00:00:00.5"]),
        (Uuid(), ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]),
        (Boolean(), [1, 0]),
    ],
)
def test_common_values_take_the_fast_path(logical: LogicalType, column: list[Any]) -> None:
    made = renderer(logical)
    assert made._fast is not None
    fields = made._fast(column)
    assert fields is not None
    assert fields == renderer(logical, fast=False).render(column)


@given(
    st.lists(
        st.lists(st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=3, max_size=3),
        min_size=1,
    )
)
@settings(deadline=None)
def test_texts_come_back_from_the_row_text(rows: list[list[str | None]]) -> None:
    text = render_rows([renderer(Text())] * 3, list(zip(*rows, strict=True)))
    assert text.endswith("\n")
    assert [list(fields_of(line)) for line in text[:-1].split("\n")] == rows


def test_null_is_not_the_text_that_looks_like_it() -> None:
    assert render_rows([renderer(Text())], [(None, "\\N", "")]) == "\\N\n\\\\N\n\n"


def test_null_in_a_key_is_refused() -> None:
    convert = conversion(Integer(64), lenient=False)
    assert convert is not None
    made = column_renderer(Integer(64), convert, required=True)
    with pytest.raises(CellRefusedError, match="primary key") as raised:
        render_rows([renderer(Integer(64)), made], [(1, 2), (5, None)])
    assert (raised.value.row, raised.value.column) == (1, 1)
