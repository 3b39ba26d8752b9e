"""What the writer says of affinity is what SQLite does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmsform_sqlite.keeping import first_changed
from dmsform_sqlite.raw_text import RawText
from dmsform_sqlite.types import Affinity
from tests.providers.sqlite.samples import SAMPLES

_LOOKS_NUMERIC = st.from_regex(r"[ \t\n]?[+-]?[0-9]{0,21}\.?[0-9]{0,3}([eE][+-]?[0-9]{1,3})?[ \v\r]?", fullmatch=True)
VALUES = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.integers(-(2**60), 2**60).map(float),
    st.text(st.characters(codec="utf-8")),
    _LOOKS_NUMERIC,
    st.binary(),
)


def sqlite_changes(value: Any, affinity: Affinity) -> bool:
    """Ask SQLite."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE TABLE t (v {affinity.value})")
        connection.execute("INSERT INTO t VALUES (?)", [value])
        (found,) = connection.execute("SELECT v FROM t").fetchone()
        return (type(found), repr(found)) != (type(value), repr(value))


@pytest.mark.parametrize("affinity", Affinity)
def test_samples(affinity: Affinity) -> None:
    wrong = [v for v in SAMPLES if (first_changed([v], affinity) is not None) != sqlite_changes(v, affinity)]
    assert wrong == []


@pytest.mark.parametrize("affinity", Affinity)
@given(value=VALUES)
@settings(deadline=None)
def test_any_value(affinity: Affinity, value: Any) -> None:
    assert (first_changed([value], affinity) is not None) == sqlite_changes(value, affinity)


@pytest.mark.parametrize("affinity", Affinity)
@given(
    values=st.one_of(
        st.lists(VALUES | st.none(), max_size=6),
        st.lists(st.floats(allow_nan=False) | st.none(), max_size=6),
        st.lists(st.text(st.characters(codec="utf-8")) | _LOOKS_NUMERIC | st.none(), max_size=6),
    )
)
@settings(deadline=None)
def test_any_column(affinity: Affinity, values: list[Any]) -> None:
    """What is looked at all at once comes out as one by one."""
    changed = [n for n, v in enumerate(values) if first_changed([v], affinity) is not None]
    assert first_changed(values, affinity) == next(iter(changed), None)


def test_the_place_of_the_first_changed_value() -> None:
    assert first_changed([None, b"1", "x", "12", "13"], Affinity.INTEGER) == 3
    assert first_changed([1, 2, None], Affinity.INTEGER) is None
    assert first_changed([RawText(b"\xff"), None], Affinity.TEXT) is None
