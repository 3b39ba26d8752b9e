"""Writing into tables that stand: nothing is rounded, fired, cascaded or half done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dmsform.catalog.model import TableName
from dmsform.catalog.types import Text
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.protocols import ConnectionLostError, RowTextLoad
from dmsform.task.settings import TargetTablePrepMode
from tests.providers.postgresql.moves import OWNER, POSTGRES, claim, mapped_of, move, retyped, write_of
from tests.servers import PostgresDatabase

TRUNCATE = TargetTablePrepMode.TRUNCATE_BEFORE_LOAD
DROP = TargetTablePrepMode.DROP_AND_CREATE
Pair = tuple[PostgresDatabase, PostgresDatabase]


@pytest.fixture
def pair(make_postgres_database: Callable[[], PostgresDatabase]) -> Pair:
    return make_postgres_database(), make_postgres_database()


def _refusal(pair: Pair, preparation: TargetTablePrepMode = TargetTablePrepMode.DO_NOTHING) -> DiagnosticError:
    source, target = pair
    with pytest.raises(DiagnosticError) as raised:
        move(source, target, mapped_of(source, "t"), preparation, approved=True)
    return raised.value


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("numeric(10,2)", "numeric(10,1)"),
        ("numeric", "numeric(30,10)"),
        ("timestamp", "timestamp(0)"),
        ("timestamp", "date"),
        ("interval", "interval(0)"),
        ("interval", "interval year to month"),
        ("interval(3)", "interval(2)"),
        ("timestamp", "timestamptz"),
        ("double precision", "real"),
        ("varchar(5)", "character(5)"),
        ("text", "varchar(10)"),
        ("bigint", "integer"),
        ("bit(3)", "bit(4)"),
        ("json", "jsonb"),
        ("text", "integer"),
    ],
)
def test_a_column_that_would_change_values_is_refused(pair: Pair, source: str, target: str) -> None:
    pair[0].execute(f"CREATE TABLE t (v {source})")
    pair[1].execute(f"CREATE TABLE t (v {target})")
    (diagnostic,) = _refusal(pair).diagnostics
    assert diagnostic.code == "DMS514"
    assert diagnostic.place is not None
    assert diagnostic.place.column == "v"


@pytest.mark.parametrize(
    ("source", "target", "value"),
    [
        ("integer", "bigint", "7"),
        ("integer", "numeric(12,2)", "7"),
        ("numeric(5,2)", "numeric", "1.10"),
        ("varchar(5)", "varchar(6)", "'abcde'"),
        ("varchar(5)", "text", "'a '"),
        ("uuid", "text", "gen_random_uuid()"),
        ("real", "double precision", "0.5"),
        ("date", "timestamp", "'2024-01-01'"),
        ("interval(0)", "interval", "'1 day 02:03:04'"),
        ("timestamp(3)", "timestamp(6)", "'2024-01-01 00:00:00.123'"),
        ("bit(3)", "varbit", "B'101'"),
    ],
)
def test_a_wider_column_takes_the_values(pair: Pair, source: str, target: str, value: str) -> None:
    pair[0].execute(f"CREATE TABLE t (v {source})", f"INSERT INTO t VALUES ({value})")
    pair[1].execute(f"CREATE TABLE t (v {target})")
    assert move(*pair, mapped_of(pair[0], "t")) == 1
    (stored,) = pair[0].rows("SELECT v::text FROM t")
    assert pair[1].value(f"SELECT v = '{stored[0]}' FROM t") is True


def test_columns_are_matched_by_name_not_by_place(pair: Pair) -> None:
    pair[0].execute("CREATE TABLE t (a int, b int)", "INSERT INTO t VALUES (1, 2)")
    pair[1].execute("CREATE TABLE t (b int, more text DEFAULT 'x', a int)")
    move(*pair, mapped_of(pair[0], "t"))
    assert pair[1].rows("SELECT a, b, more FROM t") == [(1, 2, "x")]


def test_a_generated_column_on_the_target_is_refused(pair: Pair) -> None:
    for database in pair:
        database.execute("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)")
    (diagnostic,) = _refusal(pair).diagnostics
    assert diagnostic.code == "DMS514"
    assert "generated" in diagnostic.detail


def test_generated_values_become_a_plain_column(pair: Pair) -> None:
    pair[0].execute("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED)", "INSERT INTO t VALUES (4)")
    mapped = mapped_of(pair[0], "t")
    assert POSTGRES.dialect is not None
    assert "generated values" in POSTGRES.dialect.conversions(mapped, "postgresql")[0]
    move(*pair, mapped)
    assert pair[1].rows("SELECT * FROM t") == [(4, 8)]


def test_triggers_that_would_fire_are_refused(pair: Pair) -> None:
    pair[0].execute("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
    pair[1].execute(
        "CREATE TABLE t (a int)",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER swallow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
    )
    (diagnostic,) = _refusal(pair).diagnostics
    assert diagnostic.code == "DMS525"
    assert "swallow" in diagnostic.detail
    assert "DISABLE TRIGGER USER" in diagnostic.remedy
    pair[1].execute("ALTER TABLE t DISABLE TRIGGER USER")
    assert move(*pair, mapped_of(pair[0], "t")) == 1


@pytest.mark.parametrize("preparation", [TRUNCATE, DROP])
def test_what_points_at_the_table_is_never_cascaded_to(pair: Pair, preparation: TargetTablePrepMode) -> None:
    pair[0].execute("CREATE TABLE t (a int PRIMARY KEY)")
    pair[1].execute(
        "CREATE TABLE t (a int PRIMARY KEY)", "INSERT INTO t VALUES (1)",
        "CREATE TABLE child (a int REFERENCES t)", "INSERT INTO child VALUES (1)",
    )  # fmt: skip
    (diagnostic,) = _refusal(pair, preparation).diagnostics
    assert diagnostic.code == "DMS524"
    assert "child" in diagnostic.detail
    assert pair[1].rows("SELECT * FROM child, t") == [(1, 1)]


def test_a_foreign_key_of_the_target_names_its_value(pair: Pair) -> None:
    pair[0].execute("CREATE TABLE t (p int)", "INSERT INTO t VALUES (5)")
    pair[1].execute("CREATE TABLE parent (p int PRIMARY KEY)", "CREATE TABLE t (p int REFERENCES parent)")
    (diagnostic,) = _refusal(pair).diagnostics
    assert diagnostic.code == "DMS509"
    assert diagnostic.place is not None
    assert (diagnostic.place.column, diagnostic.place.value) == ("p", "5")
    assert "foreign key" in diagnostic.remedy


def test_null_into_not_null_names_the_column(pair: Pair) -> None:
    pair[0].execute("CREATE TABLE t (a int, b int)", "INSERT INTO t VALUES (1, NULL)")
    pair[1].execute("CREATE TABLE t (a int, b int NOT NULL)")
    (diagnostic,) = _refusal(pair).diagnostics
    assert diagnostic.code == "DMS509"
    assert diagnostic.place is not None
    assert diagnostic.place.column == "b"


def test_a_refused_value_is_heard_before_the_end(pair: Pair) -> None:
    """The server gives up at the first row; the reader must not have to send the whole table."""
    target = pair[1]
    pair[0].execute("CREATE TABLE t (a int)")
    target.execute("CREATE TABLE t (a int CHECK (a > 0))")
    mapped = mapped_of(pair[0], "t")
    write = write_of(mapped, claim(target, mapped.target))
    assert POSTGRES.row_text_writer is not None
    with (
        POSTGRES.row_text_writer.load_row_text(target.endpoint(), write) as load,
        pytest.raises(DiagnosticError, match="DMS509"),
    ):
        _write_for_ever(load)


def _write_for_ever(load: RowTextLoad) -> None:
    load.prepare()
    while True:
        load.write_row_text(b"0\n" * 100_000)


def test_enumerations_are_created_once_and_compared(pair: Pair) -> None:
    source, target = pair
    source.execute("CREATE TYPE mood AS ENUM ('b', 'a')", "CREATE TABLE t (m mood)", "INSERT INTO t VALUES ('a')")
    source.execute("CREATE TABLE other (m mood)")
    move(source, target, mapped_of(source, "t"))
    move(source, target, mapped_of(source, "other"))
    assert target.value("SELECT enum_range(NULL::mood)::text") == "{b,a}"
    target.execute("ALTER TYPE mood ADD VALUE 'c'")
    with pytest.raises(DiagnosticError, match="DMS527"):
        move(source, target, mapped_of(source, "t"), DROP, approved=True)
    assert target.rows("SELECT m::text FROM t") == [("a",)]


def test_the_keys_name_is_kept_unless_it_is_taken(pair: Pair) -> None:
    source, target = pair
    source.execute("CREATE TABLE t (a int, CONSTRAINT my_key PRIMARY KEY (a))")
    name = "SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid = 'public.{}'::regclass"
    move(source, target, mapped_of(source, "t"))
    assert target.value(name.format("t")) == "my_key"
    move(source, target, mapped_of(source, "t", "renamed"))
    assert target.value(name.format("renamed")) == "renamed_pkey"
    target.execute("DROP TABLE t", "CREATE TABLE my_key (a int)")
    move(source, target, mapped_of(source, "t"))
    assert target.value(name.format("t")) == "t_pkey"


def test_numbering_goes_on_even_when_used_up(pair: Pair) -> None:
    source, target = pair
    source.execute("CREATE TABLE t (a smallserial, b bigserial, v text)", "INSERT INTO t (v) VALUES ('x')")
    source.execute("SELECT setval('t_a_seq', 32767), setval('t_b_seq', 5000000000)")
    move(source, target, mapped_of(source, "t"))
    assert target.value("INSERT INTO t (a, v) VALUES (1, 'y') RETURNING b") == 5000000001
    with pytest.raises(Exception, match="reached maximum value"):
        target.execute("INSERT INTO t (v) VALUES ('z')")


def test_a_column_number_as_text_keeps_no_numbering(pair: Pair) -> None:
    source, target = pair
    source.execute("CREATE TABLE t (a serial)", "INSERT INTO t VALUES (DEFAULT)")
    move(source, target, retyped(mapped_of(source, "t"), "a", Text()))
    assert target.rows("SELECT a FROM t") == [("1",)]


def test_a_load_without_a_claim_is_refused(pair: Pair) -> None:
    source, target = pair
    source.execute("CREATE TABLE t (a int)")
    mapped = mapped_of(source, "t")
    write = write_of(mapped, claim(target, TableName("public", "another")))
    assert POSTGRES.row_text_writer is not None
    with (
        POSTGRES.row_text_writer.load_row_text(target.endpoint(), write) as load,
        pytest.raises(DiagnosticError, match="DMS511"),
    ):
        load.prepare()


def test_a_session_ended_by_a_new_owner_says_so(pair: Pair) -> None:
    """And not that the connection was lost, which the task would try again for ever."""
    source, target = pair
    source.execute("CREATE TABLE t (a int)")
    mapped = mapped_of(source, "t")
    write = write_of(mapped, claim(target, mapped.target))
    assert POSTGRES.row_text_writer is not None
    with POSTGRES.row_text_writer.load_row_text(target.endpoint(), write) as load:
        load.prepare()
        claim(target, mapped.target)
        with pytest.raises(DiagnosticError, match="DMS512"):
            load.finish_rows(0)


def test_a_lost_connection_may_be_tried_again(pair: Pair) -> None:
    source, target = pair
    source.execute("CREATE TABLE t (a int)")
    mapped = mapped_of(source, "t")
    write = write_of(mapped, claim(target, mapped.target))
    assert POSTGRES.row_text_writer is not None
    with POSTGRES.row_text_writer.load_row_text(target.endpoint(), write) as load:
        load.prepare()
        ours = "pg_stat_activity WHERE application_name = 'dmsform'"
        target.value(f"SELECT count(pg_terminate_backend(pid, 9999)) FROM {ours}")
        with pytest.raises(ConnectionLostError):
            load.finish_rows(0)
    assert move(source, target, mapped) == 0


def test_other_tasks_of_the_lineage_are_other_owners(pair: Pair) -> None:
    claim(pair[1], TableName("public", "t"))
    assert POSTGRES.target_control is not None
    with pytest.raises(DiagnosticError, match="DMS511"):
        POSTGRES.target_control.claim(pair[1].endpoint(), replace(OWNER, task="another"), [TableName("public", "t")])


def test_a_partitioned_target_is_filled_through_its_root(pair: Pair) -> None:
    source, target = pair
    source.execute("CREATE TABLE t AS SELECT n FROM generate_series(1, 10) n")
    target.execute(
        "CREATE TABLE t (n int) PARTITION BY HASH (n)",
        *(f"CREATE TABLE t{r} PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER {r})" for r in range(2)),
        "INSERT INTO t VALUES (99)",
    )
    assert move(source, target, mapped_of(source, "t"), TRUNCATE, approved=True) == 10
    assert target.value("SELECT count(*) FROM t") == 10
