"""Values that nobody thought of: Hypothesis fills tables, and what arrives in PostgreSQL is what was stored."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dmsform.catalog.model import TableName
from tests.providers.pump import map_table, pump
from tests.providers.sqlite.harness import endpoint_of
from tests.providers.sqlite.oracle import BY_DECLARATION, REFUSED
from tests.servers import PostgresDatabase

_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_MOMENT = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31, 23, 59, 59, 999_999))  # noqa: DTZ001
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "INTEGER": st.integers(-(2**63), 2**63 - 1),
    "REAL": st.floats(allow_nan=False),
    "NUMERIC": st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False),
    "BOOLEAN": st.booleans(),
    "TEXT": _TEXT,
    "BLOB": st.binary(),
    "DATE": st.dates(date(1, 1, 1), date(9999, 12, 31)).map(str),
    "DATETIME": _MOMENT.map(str) | _MOMENT.map(datetime.isoformat),
    "TIME": st.times().map(time.isoformat),
    # Containers only: of a scalar the affinity of JSON may make a number.
    "JSON": _JSON.map(lambda value: json.dumps([value], ensure_ascii=False)),
    "UUID": st.uuids().map(str) | st.uuids().map(lambda u: str(u).upper()),
}
ROW = st.tuples(*(st.none() | strategy for strategy in COLUMNS.values()))
NUMBERS = itertools.count()


@pytest.mark.server
@given(rows=st.lists(ROW, min_size=1, max_size=60))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_rows_arrive_equal(tmp_path: Path, postgres_database: PostgresDatabase, rows: list[tuple[Any, ...]]) -> None:
    name = f"t{next(NUMBERS)}"
    path = tmp_path / f"{name}.db"
    declared = ", ".join(f"c{n} {kind}" for n, kind in enumerate(COLUMNS))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {declared})")
        marks = ", ".join("?" * len(COLUMNS))
        names = ", ".join(f"c{n}" for n in range(len(COLUMNS)))
        connection.executemany(f"INSERT INTO t ({names}) VALUES ({marks})", rows)
        stored = connection.execute("SELECT * FROM t ORDER BY id").fetchall()
    source, target = endpoint_of(path), TableName("public", name)
    assert pump(source, postgres_database.endpoint(), map_table(source, "t", target)) == len(rows)
    casts = ", ".join(f"c{n}{'::text' if kind == 'JSON' else ''}" for n, kind in enumerate(COLUMNS))
    arrived = postgres_database.rows(f"SELECT {casts} FROM {name} ORDER BY id")
    expected = [_expected(row[1:]) for row in stored]
    assert [tuple(map(repr, row)) for row in arrived] == [tuple(map(repr, row)) for row in expected]


def _expected(row: tuple[Any, ...]) -> tuple[Any, ...]:
    oracles: list[Callable[[Any], Any]] = [BY_DECLARATION[kind] for kind in COLUMNS]
    made = tuple(None if v is None else oracle(v) for oracle, v in zip(oracles, row, strict=True))
    assert not any(value is REFUSED for value in made)
    # PostgreSQL gives a decimal back without its exponent: compare the numbers, not their texts.
    return tuple(_plain(v) for v in made)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return Decimal(format(value, "f").removesuffix(".0"))
    return value
