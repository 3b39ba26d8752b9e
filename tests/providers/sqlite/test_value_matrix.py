"""The value matrix, SQLite to PostgreSQL: every value arrives equal, or is refused by column and value.

Two oracles: `oracle` says what must arrive and what must not; PostgreSQL's own types say what did arrive.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dmsform.catalog.mapping import FilterCondition, FilterOperator, MappedTable, RowFilter
from dmsform.catalog.model import TableName
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.registry import provider
from tests.providers.pump import map_table, pump
from tests.providers.sqlite.harness import endpoint_of
from tests.providers.sqlite.oracle import BY_DECLARATION, REFUSED
from tests.providers.sqlite.samples import BROKEN_TEXTS, SAMPLES
from tests.providers.sqlite.tables import forge, store, store_broken_texts, values_of
from tests.servers import PostgresDatabase

TARGET = TableName("public", "t")
Store = Callable[[Path, str, Any], None]


def refusal(path: Path, mapped: MappedTable, number: int) -> str | None:
    """Read the one row of that id: the value that the refusal names, None when it is not refused."""
    endpoint = endpoint_of(path)
    only = RowFilter(mapped.source.column("id"), (FilterCondition(FilterOperator.EQ, (str(number),)),))
    reader = provider("sqlite").row_text_reader
    assert reader is not None
    try:
        with reader.read_row_text(endpoint, replace(mapped, filters=(only,))) as stream:
            assert b"".join(stream).count(b"\n") == 1
    except DiagnosticError as error:
        (diagnostic,) = error.diagnostics
        assert (diagnostic.code, bool(diagnostic.remedy)) == ("DMS509", True), diagnostic
        assert diagnostic.place is not None
        assert (diagnostic.place.endpoint, diagnostic.place.table, diagnostic.place.column) == ("shop", "main.t", "v")
        assert f"rowid {number} " in diagnostic.detail.replace(",", " ")
        return diagnostic.place.value
    return None


def names(shown: str, value: Any) -> bool:
    """Whether a message's value is the stored one (cut where it is long)."""
    if isinstance(value, bytes):
        return shown.startswith(f"x'{value[:100].hex()}")
    return shown.startswith(str(value)[:200])


@pytest.mark.parametrize("put", [store, forge])
@pytest.mark.parametrize("declared", BY_DECLARATION)
def test_each_value_is_taken_or_refused_as_the_declaration_says(tmp_path: Path, declared: str, put: Store) -> None:
    path = tmp_path / "t.db"
    put(path, declared, SAMPLES)
    mapped = map_table(endpoint_of(path), "t", TARGET)
    wrong = []
    taken = 0
    for number, value in values_of(path).items():
        shown, expected = refusal(path, mapped, number), BY_DECLARATION[declared](value)
        if (shown is not None) != (expected is REFUSED) or (shown is not None and not names(shown, value)):
            wrong.append((value, shown))
        taken += shown is None
    assert wrong == []
    assert 2 <= taken < len(SAMPLES)


@pytest.mark.server
@pytest.mark.parametrize("put", [store, forge])
def test_what_is_taken_arrives_equal(tmp_path: Path, postgres_database: PostgresDatabase, put: Store) -> None:
    """All declared types, each in a table of its own."""
    wrong = []
    for number, (declared, oracle) in enumerate(BY_DECLARATION.items()):
        path = tmp_path / f"t{number}.db"
        put(path, declared, _taken(tmp_path / f"all{number}.db", declared, put))
        source, target = endpoint_of(path), TableName("public", f"t{number}")
        expected = {n: oracle(v) for n, v in values_of(path).items()}
        assert pump(source, postgres_database.endpoint(), map_table(source, "t", target)) == len(expected)
        as_text = "::text" if declared in ("JSON", "TIME") else ""
        found = dict(postgres_database.rows(f"SELECT id, v{as_text} FROM {target}"))
        if declared == "TIME":
            # Python has no 24:00:00.
            found = {n: v if v == "24:00:00" else time.fromisoformat(v) for n, v in found.items()}
        assert found.keys() == expected.keys()
        wrong += [(declared, expected[n], found[n]) for n in expected if not _same(expected[n], found[n])]
    assert wrong == []


def _taken(path: Path, declared: str, put: Store) -> list[Any]:
    """The samples that are values of the type once they are stored: affinity may turn one into another."""
    put(path, declared, SAMPLES)
    found = values_of(path)
    oracle = BY_DECLARATION[declared]
    return [v for number, v in enumerate(SAMPLES, start=1) if oracle(found[number]) is not REFUSED]


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, float):
        return type(found) is float and (found, math.copysign(1, found)) == (expected, math.copysign(1, expected))
    if isinstance(expected, Decimal) and expected.is_nan():
        return isinstance(found, Decimal) and found.is_nan()
    return type(found) is type(expected) and bool(found == expected)


@pytest.mark.parametrize("declared", BY_DECLARATION)
def test_null_arrives_as_null(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "t.db"
    store(path, declared, [None])
    endpoint = endpoint_of(path)
    reader = provider("sqlite").row_text_reader
    assert reader is not None
    with reader.read_row_text(endpoint, map_table(endpoint, "t", TARGET)) as stream:
        assert b"".join(stream) == b"1\t\\N\n"


@pytest.mark.parametrize("declared", BY_DECLARATION)
@pytest.mark.parametrize("text", BROKEN_TEXTS)
def test_text_that_is_no_unicode_is_refused(tmp_path: Path, declared: str, text: bytes) -> None:
    path = tmp_path / "t.db"
    store_broken_texts(path, declared, [text])
    shown = refusal(path, map_table(endpoint_of(path), "t", TARGET), 1)
    assert shown == f"x'{text.hex()}'"


@pytest.mark.parametrize("declared", ["", "STRING", "GEOMETRY", "ANY"])
def test_columns_without_a_known_type_are_refused_before_anything_runs(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "t.db"
    store(path, declared, SAMPLES)
    endpoint = endpoint_of(path)
    dialect = provider("postgresql").dialect
    assert dialect is not None
    (finding,) = dialect.design(map_table(endpoint, "t", TARGET), "sqlite")  # type: ignore[misc]
    assert (finding.code, finding.place and finding.place.column) == ("DMS508", "v")
    assert "change-data-type" in finding.remedy
