"""Reading as row text: refusals say which row, memory is bounded, the source is not changed."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dmsform.catalog.mapping import Computed, MappedColumn, MappedTable, Masked, MaskKind
from dmsform.catalog.model import TableName
from dmsform.catalog.types import Bits, Integer, Text
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform_sqlite.batches import MAX_BYTES
from dmsform_sqlite.reader import read_row_text
from tests.providers.pump import map_table
from tests.providers.sqlite.harness import endpoint_of, run

TARGET = TableName("public", "t")
MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "


def read(path: Path, mapped: MappedTable | None = None, table: str = "t") -> bytes:
    endpoint = endpoint_of(path)
    with read_row_text(endpoint, mapped or map_table(endpoint, table, TARGET)) as stream:
        return b"".join(stream)


def refusal(path: Path, mapped: MappedTable | None = None, table: str = "t") -> Diagnostic:
    with pytest.raises(DiagnosticError) as raised:
        read(path, mapped, table)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.remedy
    return diagnostic


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


def test_the_row_is_named_by_its_rowid_even_deep_in_the_table(path: Path) -> None:
    run(path, "CREATE TABLE t (a TEXT, n INTEGER)")
    run(path, f"INSERT INTO t {MANY.format(count=5000)} SELECT i, i FROM n", "UPDATE t SET n = 'x' WHERE rowid = 4321")
    assert "the row with rowid 4321" in refusal(path).detail


def test_the_row_is_named_by_its_key_without_rowids(path: Path) -> None:
    run(path, "CREATE TABLE t (v INTEGER, b TEXT, a INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID")
    run(path, "INSERT INTO t VALUES (1, 'x', 1), ('bad', 'y', 2)")
    assert "the row with a 2, b y" in refusal(path).detail


def test_the_row_is_named_by_another_name_of_the_rowid(path: Path) -> None:
    run(path, "CREATE TABLE t (rowid TEXT, n INTEGER)", "INSERT INTO t VALUES ('mine', 1), ('mine', 'bad')")
    assert "the row with _rowid_ 2" in refusal(path).detail


def test_a_view_names_the_place_in_its_rows(path: Path) -> None:
    run(
        path, "CREATE TABLE t (n INTEGER)", "INSERT INTO t VALUES (1), (2), ('bad')", "CREATE VIEW v AS SELECT n FROM t"
    )
    assert "row 3 of what the query gives" in refusal(path, table="v").detail


def test_broken_text_deep_in_the_table_names_its_row(path: Path) -> None:
    run(path, "CREATE TABLE t (a TEXT, b TEXT)", f"INSERT INTO t {MANY.format(count=3000)} SELECT i, 'é' FROM n")
    run(path, "UPDATE t SET b = CAST(x'61ff' AS TEXT) WHERE rowid = 2500")
    found = refusal(path)
    assert "the row with rowid 2500" in found.detail
    assert found.place
    assert (found.place.column, found.place.value) == ("b", "x'61ff'")


@pytest.mark.parametrize(("encoding", "lone"), [("UTF-16le", "00d84100"), ("UTF-16be", "d8000041")])
def test_a_utf16_file_with_half_a_pair(path: Path, encoding: str, lone: str) -> None:
    """SQLite itself would give another character without a word."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA encoding = '{encoding}'")
        connection.execute("CREATE TABLE t (a TEXT)")
        connection.execute("INSERT INTO t VALUES ('grüße 😀')")
    assert read(path) == "grüße 😀\n".encode()
    run(path, f"INSERT INTO t VALUES (CAST(x'{lone}' AS TEXT))")
    found = refusal(path)
    assert found.place
    assert (found.code, found.place.column, found.place.value) == ("DMS509", "a", f"x'{lone}'")


def test_null_in_a_key_is_named(path: Path) -> None:
    run(path, "CREATE TABLE t (k TEXT PRIMARY KEY, v INTEGER)", "INSERT INTO t VALUES ('a', 1), (NULL, 2)")
    found = refusal(path)
    assert found.place
    assert (found.place.column, found.place.value) == ("k", "NULL")


def test_a_type_without_values_is_refused_at_once(path: Path) -> None:
    run(path, "CREATE TABLE t (a TEXT)")
    mapped = map_table(endpoint_of(path), "t", TARGET)
    mapped = replace(mapped, columns=(replace(mapped.columns[0], type=Bits(3), converted=True),))
    assert refusal(path, mapped).code == "DMS564"


def test_a_dropped_column_is_not_read_as_a_text(path: Path) -> None:
    """SQLite takes the quoted name of a missing column for a literal."""
    run(path, "CREATE TABLE t (a TEXT, b TEXT)", "INSERT INTO t VALUES ('x', 'y')")
    mapped = map_table(endpoint_of(path), "t", TARGET)
    run(path, "ALTER TABLE t DROP COLUMN b")
    found = refusal(path, mapped)
    assert (found.code, found.place and found.place.column) == ("DMS566", "b")


def test_buffers_are_bounded_by_bytes_not_by_rows(path: Path) -> None:
    size = MAX_BYTES // 2
    run(
        path,
        "CREATE TABLE t (n INTEGER, b BLOB)",
        f"INSERT INTO t {MANY.format(count=50)} SELECT i, zeroblob({size}) FROM n",
    )
    endpoint = endpoint_of(path)
    with read_row_text(endpoint, map_table(endpoint, "t", TARGET)) as stream:
        # Hexadecimal doubles a blob; two rows reach the bound.
        assert max(len(buffer) for buffer in stream) < 2 * 2 * size + 100
        assert stream.rows == 50


def test_masked_and_computed_columns(path: Path) -> None:
    run(path, "CREATE TABLE t (card TEXT, n INTEGER)", "INSERT INTO t VALUES ('4111-22', 7)")
    table = map_table(endpoint_of(path), "t", TARGET)
    card, number = table.source.columns
    columns = (
        MappedColumn("masked", Masked(card, MaskKind.DIGITS_MASK, "#"), Text()),
        MappedColumn("twice", Computed("$n * 2", (number,)), Integer(32)),
        MappedColumn("words", Computed("$n + 0.5", (number,)), Text(10)),
    )
    assert read(path, replace(table, columns=columns)) == b"####-##\t14\t7.5\n"


def test_a_masked_value_that_does_not_fit_is_not_shown(path: Path) -> None:
    run(path, "CREATE TABLE t (card TEXT)", "INSERT INTO t VALUES ('secret 4111')")
    table = map_table(endpoint_of(path), "t", TARGET)
    masked = MappedColumn("card", Masked(table.source.columns[0], MaskKind.DIGITS_MASK, "#"), Text(3))
    found = refusal(path, replace(table, columns=(masked,)))
    assert "secret" not in str(found)
    assert found.place
    assert found.place.value is None


def test_reading_leaves_the_file_as_it_was(path: Path) -> None:
    run(path, "CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES ('x')")
    before = path.read_bytes()
    assert read(path) == b"x\n"
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["shop.db"]


def test_the_cut_changes_with_every_commit_and_only_then(path: Path) -> None:
    run(path, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a INTEGER)")
    endpoint = endpoint_of(path)
    mapped = map_table(endpoint, "t", TARGET)
    cuts = []
    for number in range(3):
        for _ in range(2):
            with read_row_text(endpoint, mapped) as stream:
                cuts.append(stream.cut)
        run(path, f"INSERT INTO t VALUES ({number})")
    assert [cuts[0], cuts[2], cuts[4]] == [cuts[1], cuts[3], cuts[5]]
    assert len(set(cuts)) == 3


def test_wide_and_long_tables_arrive_whole(path: Path) -> None:
    drawn = random.Random(7)
    run(path, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB)")
    expected = []
    with closing(sqlite3.connect(path)) as connection, connection:
        for number in range(1, 4001):
            text = "x" * int(drawn.paretovariate(0.6)) if number % 7 else None
            text = text[:200_000] if text else text
            connection.execute("INSERT INTO t VALUES (?, ?, ?)", (number, text, b"\x01" * (number % 5)))
            expected.append((number, text or "\\N", number % 5))
    found = [line.split("\t") for line in read(path).decode()[:-1].split("\n")]
    assert [(int(n), a, (len(b) - 3) // 2) for n, a, b in found] == expected
