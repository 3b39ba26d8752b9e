"""Control tables under contention: made once, claimed once, and no session of an old owner is waited for."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.values import Epoch, Position
from dmsform.testing.contract_values import map_whole
from dmsform_postgresql.connect import connected
from dmsform_postgresql.control import begin_load
from tests.providers.postgresql.moves import OWNER, POSTGRES, claim, mapped_of, move, write_of
from tests.servers import PostgresDatabase

ITEMS = TableName("public", "items")
PATIENCE_SECONDS = 10


def test_claims_that_race_on_an_empty_database_each_get_an_epoch(postgres_database: PostgresDatabase) -> None:
    with ThreadPoolExecutor(8) as pool:
        epochs = list(pool.map(lambda _: claim(postgres_database, ITEMS), range(8)))
    assert sorted(epochs) == list(range(1, 9))


def test_of_lineages_that_race_for_a_table_one_wins(postgres_database: PostgresDatabase) -> None:
    control = POSTGRES.target_control
    assert control is not None

    def attempt(number: int) -> Epoch | str:
        try:
            owner = replace(OWNER, lineage=f"lineage-{number}", holder=f"holder-{number}")
            return control.claim(postgres_database.endpoint(), owner, [ITEMS])
        except DiagnosticError as error:
            return error.diagnostics[0].code

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(attempt, range(6)))
    assert sorted(outcomes, key=str) == [1, *["DMS511"] * 5]
    assert postgres_database.value("SELECT count(*) FROM dmsform_control.tasks") == 1


def test_a_commit_that_hangs_does_not_hold_up_a_new_owner(postgres_database: PostgresDatabase) -> None:
    """The old owner stands between its epoch check and its commit, row locked; the new one ends its session."""
    postgres_database.execute("CREATE TABLE items (a int)")
    mapped = mapped_of(postgres_database, "items", "copy")
    write = write_of(mapped, claim(postgres_database, mapped.target))
    assert POSTGRES.row_text_writer is not None
    with POSTGRES.row_text_writer.load_row_text(postgres_database.endpoint(), write) as hung:
        hung.prepare()
        hung.finish_rows(0)
        hung.record(0, Position("cut"))
        started = time.monotonic()
        assert claim(postgres_database, mapped.target) == write.epoch + 1
        assert time.monotonic() - started < PATIENCE_SECONDS
        assert move(postgres_database, postgres_database, mapped) == 0


def test_the_next_try_ends_the_session_that_a_lost_connection_left_behind(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE items (a int)")
    mapped = mapped_of(postgres_database, "items", "copy")
    write = write_of(mapped, claim(postgres_database, mapped.target))
    writer = POSTGRES.row_text_writer
    assert writer is not None
    with (
        writer.load_row_text(postgres_database.endpoint(), write) as lost,
        writer.load_row_text(postgres_database.endpoint(), write) as again,
    ):
        lost.prepare()
        started = time.monotonic()
        again.prepare()
        again.finish_rows(0)
        again.record(0, Position("cut"))
        again.commit()
        assert time.monotonic() - started < PATIENCE_SECONDS
        with pytest.raises(ConnectionLostError):
            lost.finish_rows(0)
    assert postgres_database.value("SELECT rows FROM dmsform_control.tables") == 0


def test_names_that_read_alike_are_loads_of_their_own(postgres_database: PostgresDatabase) -> None:
    """No load ends another's session: schema `a b` has a table `c`, schema `a` a table `b c`."""
    with connected(postgres_database.endpoint()) as one, connected(postgres_database.endpoint()) as other:
        begin_load(one, OWNER, TableName("a b", "c"))
        begin_load(other, OWNER, TableName("a", "b c"))
        assert one.execute("SELECT 1").fetchone() == (1,)


def test_loads_that_share_a_missing_schema_and_enumeration_do_not_collide(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "CREATE SCHEMA origin",
        "CREATE TYPE origin.mood AS ENUM ('a')",
        *(f"CREATE TABLE origin.t{n} AS SELECT 'a'::origin.mood AS m" for n in range(6)),
    )
    catalog = POSTGRES.introspector.introspect(postgres_database.endpoint())
    mappings = [map_whole(t, TableName("fresh", t.name.name), same_engine=True) for t in catalog]
    epoch = claim(postgres_database, *(m.target for m in mappings))
    writer = POSTGRES.row_text_writer
    assert writer is not None

    def load(number: int) -> None:
        with writer.load_row_text(postgres_database.endpoint(), write_of(mappings[number], epoch)) as load:
            load.prepare()
            load.write_row_text(b"a\n")
            load.finish_rows(1)
            load.record(1, Position("cut"))
            load.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(load, range(6)))
    assert postgres_database.value("SELECT count(*) FROM fresh.t0, fresh.t5 WHERE t0.m = t5.m") == 1


def test_a_released_task_leaves_no_row(postgres_database: PostgresDatabase) -> None:
    control = POSTGRES.target_control
    assert control is not None
    postgres_database.execute("CREATE TABLE items (a int)")
    move(postgres_database, postgres_database, mapped_of(postgres_database, "items", "copy"))
    control.release(postgres_database.endpoint(), OWNER)
    for table in ("tasks", "claims", "tables"):
        assert postgres_database.value(f"SELECT count(*) FROM dmsform_control.{table}") == 0
    assert postgres_database.value("SELECT count(*) FROM copy") == 0
