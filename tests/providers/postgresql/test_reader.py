"""Reading: the lock comes before the snapshot, every row belongs to one table, filters are compared as their type."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from dmsform.catalog.mapping import FilterCondition, FilterOperator, MappedTable, RowFilter
from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError, RowTextStream
from dmsform_postgresql.reader import BUFFER_BYTES
from tests.providers.postgresql.moves import POSTGRES, mapped_of, move
from tests.servers import PostgresDatabase, wait_until


def _open(database: PostgresDatabase, mapped: MappedTable) -> AbstractContextManager[RowTextStream]:
    assert POSTGRES.row_text_reader is not None
    return POSTGRES.row_text_reader.read_row_text(database.endpoint("source"), mapped)


def _lines(database: PostgresDatabase, mapped: MappedTable) -> list[bytes]:
    with _open(database, mapped) as stream:
        return sorted(b"".join(stream).splitlines())


def test_a_table_rewritten_while_we_wait_for_it_is_not_read_as_empty(postgres_database: PostgresDatabase) -> None:
    """The snapshot is taken after the lock: one taken before would see none of the rewritten rows."""
    postgres_database.execute("CREATE TABLE t AS SELECT n::int FROM generate_series(1, 10) n")
    mapped = mapped_of(postgres_database, "t")
    found: list[bytes] = []
    with postgres_database.connect() as writer:
        writer.execute("BEGIN")
        writer.execute("ALTER TABLE t ALTER COLUMN n TYPE int USING n + 1")
        reader = threading.Thread(target=lambda: found.extend(_lines(postgres_database, mapped)))
        reader.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessShareLock'"
        wait_until(lambda: postgres_database.value(waiting) == 1, "the reader at the lock")
        writer.execute("COMMIT")
    reader.join(30)
    assert len(found) == 10


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ALTER COLUMN at TYPE timestamp(6)", "column at is timestamp(6) without time zone now and was timestamp(0)"),
        ("ADD COLUMN more int", "column more is new"),
    ],
)
def test_a_table_that_was_altered_since_it_was_matched_is_not_read(
    postgres_database: PostgresDatabase, change: str, words: str
) -> None:
    """Its values would be rounded by the column that was made for the former type, or some be left out."""
    postgres_database.execute("CREATE TABLE t (n int, at timestamp(0))", "INSERT INTO t VALUES (1)")
    mapped = mapped_of(postgres_database, "t")
    postgres_database.execute(f"ALTER TABLE t {change}")
    with pytest.raises(DiagnosticError) as raised:
        _lines(postgres_database, mapped)
    (finding,) = raised.value.diagnostics
    assert finding.code == codes.SOURCE_DIFFERS.id
    assert words in finding.detail


def test_the_cut_tells_which_transactions_are_in_the_copy(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE t (n int)")
    with postgres_database.connect() as before, postgres_database.connect() as after:
        before.execute("BEGIN")
        row = before.execute("INSERT INTO t VALUES (1) RETURNING pg_current_xact_id()::text").fetchone()
        before.execute("COMMIT")
        with _open(postgres_database, mapped_of(postgres_database, "t")) as stream:
            late = after.execute("INSERT INTO t VALUES (2) RETURNING pg_current_xact_id()::text").fetchone()
            assert b"".join(stream) == b"1\n"
            assert row is not None
            assert late is not None
            visible = f"SELECT pg_visible_in_snapshot('%s'::xid8, '{stream.cut}'::pg_snapshot)"
            assert postgres_database.value(visible % row[0]) is True
            assert postgres_database.value(visible % late[0]) is False


def test_buffers_are_large_and_end_with_a_row(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE t AS SELECT n, repeat('x', 1000) FROM generate_series(1, 2000) n")
    with _open(postgres_database, mapped_of(postgres_database, "t")) as stream:
        buffers = list(stream)
        assert stream.rows == 2000
    assert all(b.endswith(b"\n") and len(b) < BUFFER_BYTES + 2000 for b in buffers)
    assert all(len(b) >= BUFFER_BYTES for b in buffers[:-1])


def test_a_parent_is_read_without_its_heirs(postgres_database: PostgresDatabase) -> None:
    """Inheriting tables are tables of their own: their rows would arrive twice."""
    postgres_database.execute(
        "CREATE TABLE t (n int)", "CREATE TABLE heir () INHERITS (t)", "INSERT INTO t VALUES (1)",
        "INSERT INTO heir VALUES (2)",
    )  # fmt: skip
    assert _lines(postgres_database, mapped_of(postgres_database, "t")) == [b"1"]
    assert _lines(postgres_database, mapped_of(postgres_database, "heir")) == [b"2"]


def test_a_view_is_read(make_postgres_database: Callable[[], PostgresDatabase]) -> None:
    source, target = make_postgres_database(), make_postgres_database()
    source.execute(
        "CREATE TABLE t AS SELECT n FROM generate_series(1, 3) n", "CREATE VIEW v AS SELECT n * 2 AS d FROM t"
    )
    assert move(source, target, mapped_of(source, "v")) == 3
    assert target.rows("SELECT d FROM v ORDER BY 1") == [(2,), (4,), (6,)]


@pytest.mark.parametrize(
    ("declared", "values", "operator", "operands", "passing"),
    [
        ("varchar(3)", "('abc'), ('abd')", FilterOperator.EQ, ("abcd",), []),
        ("character(5)", "('ab'), ('b')", FilterOperator.EQ, ("ab",), [b"ab   "]),
        ("numeric(5,1)", "(1.2), (1.3)", FilterOperator.EQ, ("1.24",), []),
        ("numeric(5,1)", "(9), (10)", FilterOperator.GTE, ("9.5",), [b"10.0"]),
        ("timestamptz", "('2024-01-01 00:00+00')", FilterOperator.GTE, ("2024-01-01",), [b"2024-01-01 00:00:00+00"]),
        ("date", "('2023-12-31'), ('2024-01-01')", FilterOperator.BETWEEN, ("2024-01-01", "infinity"), [b"2024-01-01"]),
        ("boolean", "(true), (false), (NULL)", FilterOperator.NOTEQ, ("true",), [b"f"]),
        ("uuid", "('00000000-0000-0000-0000-000000000001')", FilterOperator.NULL, (), []),
    ],
)  # fmt: skip
def test_filters_compare_as_the_columns_type(
    postgres_database: PostgresDatabase,
    declared: str,
    values: str,
    operator: FilterOperator,
    operands: tuple[str, ...],
    passing: list[bytes],
) -> None:
    postgres_database.execute(f"CREATE TABLE t (v {declared})", f"INSERT INTO t VALUES {values}")
    mapped = mapped_of(postgres_database, "t")
    row_filter = RowFilter(mapped.source.column("v"), (FilterCondition(operator, operands),))
    assert _lines(postgres_database, replace(mapped, filters=(row_filter,))) == passing


@pytest.mark.parametrize(("declared", "operand"), [("integer", "many"), ("json", "{}"), ("date", "2024-02-30")])
def test_an_operand_that_is_no_value_of_the_type(
    postgres_database: PostgresDatabase, declared: str, operand: str
) -> None:
    postgres_database.execute(f"CREATE TABLE t (v {declared})")
    mapped = mapped_of(postgres_database, "t")
    row_filter = RowFilter(mapped.source.column("v"), (FilterCondition(FilterOperator.EQ, (operand,)),))
    with pytest.raises(DiagnosticError) as raised:
        _lines(postgres_database, replace(mapped, filters=(row_filter,)))
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "DMS523"
    assert diagnostic.place is not None
    assert diagnostic.place.column == "v"


def test_a_connection_that_breaks_while_reading(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE t AS SELECT n, repeat('x', 1000) FROM generate_series(1, 50000) n")
    with _open(postgres_database, mapped_of(postgres_database, "t")) as stream:
        buffers = iter(stream)
        next(buffers)
        own = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'dmsform'"
        assert postgres_database.value(own) == 1
        with pytest.raises(ConnectionLostError, match="DMS507"):
            list(buffers)


def test_numbering_is_read_where_it_stands(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "CREATE TABLE t (a serial, c smallserial, d int,"
        " b bigint GENERATED ALWAYS AS IDENTITY (INCREMENT -5 START 100 MAXVALUE 100))",
        "INSERT INTO t (d) VALUES (1), (2)",
        "SELECT setval('t_c_seq', 42, false)",
    )
    with _open(postgres_database, mapped_of(postgres_database, "t")) as stream:
        list(stream)
        positions = {p.column: p.next_value for p in stream.sequence_positions()}
    assert positions == {"a": 3, "b": 90, "c": 42}
