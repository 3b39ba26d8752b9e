"""Masks computed on an SQLite source: digits hidden, digits drawn anew, values hashed; NULL stays NULL."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.catalog.mapping import Masked, MaskKind
from dmsform.catalog.model import Column
from dmsform.catalog.types import Decimal, Float, Integer, LogicalType, Text
from dmsform_sqlite.masking import render
from dmsform_sqlite.sql_functions import register

PASSPORT = "C6BGJ566669K"


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    register(opened)
    opened.execute("CREATE TABLE t (c)")
    yield opened
    opened.close()


def masked(
    connection: sqlite3.Connection, value: Any, kind: MaskKind, logical: LogicalType, character: str = "", rows: int = 1
) -> list[Any]:
    """The mask of so many rows with the same value."""
    sql = render(Masked(Column("c", logical, ""), kind, character))
    connection.execute("DELETE FROM t")
    connection.executemany("INSERT INTO t VALUES (?)", [(value,)] * rows)
    return [row[0] for row in connection.execute(f"SELECT {sql} FROM t")]


@pytest.mark.parametrize("character", ["#", "'", "%", "\\", "0"])
def test_digits_mask(connection: sqlite3.Connection, character: str) -> None:
    (found,) = masked(connection, PASSPORT, MaskKind.DIGITS_MASK, Text(), character)
    assert found == re.sub("[0-9]", lambda _: character, PASSPORT)


def test_digits_mask_hides_values_of_every_class(connection: sqlite3.Connection) -> None:
    assert masked(connection, 1234, MaskKind.DIGITS_MASK, Text(), "#") == ["####"]
    assert masked(connection, 1e20, MaskKind.DIGITS_MASK, Text(), "#") == ["#" * 21]
    assert masked(connection, b"a1\xff2", MaskKind.DIGITS_MASK, Text(), "#") == [b"a#\xff#"]


def test_digits_randomize_draws_for_every_row_and_digit(connection: sqlite3.Connection) -> None:
    found = masked(connection, PASSPORT, MaskKind.DIGITS_RANDOMIZE, Text(), rows=40)
    assert all(re.fullmatch("C[0-9]BGJ[0-9]{6}K", value) for value in found)
    assert len(set(found)) > 30
    for place in (1, 5, 9):
        assert len({value[place] for value in found}) > 3


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
def test_randomized_whole_numbers_fit_their_type(connection: sqlite3.Connection, bits: int) -> None:
    largest = 2 ** (bits - 1) - 1
    low = masked(connection, -largest, MaskKind.DIGITS_RANDOMIZE, Integer(bits), rows=20)
    high = masked(connection, largest, MaskKind.DIGITS_RANDOMIZE, Integer(bits), rows=20)
    assert all(isinstance(value, int) and -largest <= value <= 0 for value in low)
    assert all(isinstance(value, int) and 0 <= value <= largest for value in high)


def test_randomized_numbers_stay_numbers(connection: sqlite3.Connection) -> None:
    found = masked(connection, 12.25, MaskKind.DIGITS_RANDOMIZE, Decimal(6, 2), rows=20)
    assert all(isinstance(value, float) and 0 <= value < 100 for value in found)
    assert all(isinstance(v, float) for v in masked(connection, 1e300, MaskKind.DIGITS_RANDOMIZE, Float(64)))
    assert all(isinstance(v, bytes) for v in masked(connection, b"x1", MaskKind.DIGITS_RANDOMIZE, Text()))


@given(text=st.text())
def test_hash_mask(connection: sqlite3.Connection, text: str) -> None:
    assert masked(connection, text, MaskKind.HASH_MASK, Text()) == [hashlib.sha256(text.encode()).hexdigest().upper()]


def test_hash_mask_of_other_classes(connection: sqlite3.Connection) -> None:
    assert masked(connection, 7, MaskKind.HASH_MASK, Text()) == [hashlib.sha256(b"7").hexdigest().upper()]
    assert masked(connection, 1.5, MaskKind.HASH_MASK, Text()) == [hashlib.sha256(b"1.5").hexdigest().upper()]
    assert masked(connection, b"\xff", MaskKind.HASH_MASK, Text()) == [hashlib.sha256(b"\xff").hexdigest().upper()]


@pytest.mark.parametrize("kind", list(MaskKind))
def test_null_stays_null(connection: sqlite3.Connection, kind: MaskKind) -> None:
    assert masked(connection, None, kind, Text(), "#") == [None]
    assert masked(connection, None, kind, Integer(32), "#") == [None]
