"""Masks computed by PostgreSQL: digits hidden, digits drawn anew, values hashed; NULL stays NULL."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest

from dmsform.catalog.mapping import Masked, MaskKind
from dmsform.catalog.model import Column
from dmsform.catalog.types import Decimal, Integer, LogicalType, Text, Timestamp
from dmsform_postgresql.masking import render
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.server
PASSPORT = "C6BGJ566669K"


def masked(
    database: PostgresDatabase, value: str, kind: MaskKind, logical: LogicalType, native: str, character: str = ""
) -> list[Any]:
    """The mask of 40 rows with the same value."""
    sql = render(Masked(Column("the column", logical, native), kind, character))
    database.execute(
        "DROP TABLE IF EXISTS source",
        f'CREATE TABLE source AS SELECT {value}::{native} AS "the column" FROM generate_series(1, 40)',
    )
    return [row[0] for row in database.rows(f"SELECT {sql} FROM source")]


@pytest.mark.parametrize("character", ["#", "'", "%", "\\", "0"])
def test_digits_mask(postgres_database: PostgresDatabase, character: str) -> None:
    found = masked(postgres_database, f"'{PASSPORT}'", MaskKind.DIGITS_MASK, Text(), "text", character)
    assert set(found) == {re.sub("[0-9]", lambda _: character, PASSPORT)}


def test_digits_randomize_draws_for_every_row_and_digit(postgres_database: PostgresDatabase) -> None:
    found = masked(postgres_database, f"'{PASSPORT}'", MaskKind.DIGITS_RANDOMIZE, Text(), "text")
    assert all(re.fullmatch("C[0-9]BGJ[0-9]{6}K", value) for value in found)
    assert len(set(found)) > 30
    for place in (1, 5, 9):
        assert len({value[place] for value in found}) > 3


def test_digits_randomize_keeps_what_is_not_a_digit(postgres_database: PostgresDatabase) -> None:
    text = "ä\n\t٣ -- 日本 'x'"
    quoted = text.replace("'", "''")
    assert set(masked(postgres_database, f"'{quoted}'", MaskKind.DIGITS_RANDOMIZE, Text(), "text")) == {text}
    assert set(masked(postgres_database, "''", MaskKind.DIGITS_RANDOMIZE, Text(), "text")) == {""}


@pytest.mark.parametrize(("native", "bits"), [("smallint", 16), ("integer", 32), ("bigint", 64)])
def test_randomized_whole_numbers_fit_their_type(postgres_database: PostgresDatabase, native: str, bits: int) -> None:
    largest = 2 ** (bits - 1) - 1
    low = masked(postgres_database, f"'-{largest}'", MaskKind.DIGITS_RANDOMIZE, Integer(bits), native)
    high = masked(postgres_database, f"'{largest}'", MaskKind.DIGITS_RANDOMIZE, Integer(bits), native)
    assert all(-largest - 1 <= int(value) <= 0 for value in low)
    assert all(0 <= int(value) <= largest for value in high)
    assert len(set(high)) > 20


def test_randomized_decimals_keep_their_shape(postgres_database: PostgresDatabase) -> None:
    found = masked(postgres_database, "'-12.50'", MaskKind.DIGITS_RANDOMIZE, Decimal(6, 2), "numeric(6,2)")
    assert all(re.fullmatch(r"-[0-9]{2}\.[0-9]{2}", value) for value in found)


def test_hash_mask(postgres_database: PostgresDatabase) -> None:
    found = masked(postgres_database, "'Grüße 1'", MaskKind.HASH_MASK, Text(), "text")
    assert set(found) == {hashlib.sha256("Grüße 1".encode()).hexdigest().upper()}


def test_hash_mask_of_a_moment_is_that_of_its_canonical_text(postgres_database: PostgresDatabase) -> None:
    found = masked(postgres_database, "'2024-01-31 10:00+02'", MaskKind.HASH_MASK, Timestamp(zoned=True), "timestamptz")
    assert set(found) == {hashlib.sha256(b"2024-01-31 08:00:00+00").hexdigest().upper()}


@pytest.mark.parametrize("kind", list(MaskKind))
def test_null_stays_null(postgres_database: PostgresDatabase, kind: MaskKind) -> None:
    assert set(masked(postgres_database, "NULL", kind, Text(), "text", "#")) == {None}
    assert set(masked(postgres_database, "NULL", kind, Integer(32), "integer", "#")) == {None}
