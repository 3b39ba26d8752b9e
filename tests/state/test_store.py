"""The store on real SQLite files and on a real PostgreSQL server: every test runs on both."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import CreateTable

from dmsform.diagnostics import DiagnosticError, ExitCode
from dmsform.state.reading import read_snapshot
from dmsform.state.snapshot import Snapshot, StateChange
from dmsform.state.store import Author, StateStore
from dmsform.state.tables import METADATA
from tests.servers import PostgresDatabase
from tests.state.helpers import MAIN, RECORDS, SHOP, TASK, fill, locked


def postgres_url(database: PostgresDatabase) -> str:
    settings = database.settings()
    user, password = quote(str(settings["username"])), quote(str(settings["password"] or ""))
    return f"postgresql://{user}:{password}@{settings['host']}:{settings['port']}/{settings['database']}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StateStore]:
    url = "sqlite:///dmsform.state.db"
    if request.param == "postgresql":
        url = postgres_url(request.getfixturevalue("postgres_database"))
    with StateStore(url, tmp_path) as opened:
        yield opened


def test_reading_what_was_never_written_creates_nothing(store: StateStore, tmp_path: Path) -> None:
    assert store.read() == Snapshot()
    assert store.history() == ()
    assert list(tmp_path.iterdir()) == []


def test_what_was_saved_is_read_back(store: StateStore, tmp_path: Path) -> None:
    saved = fill(store, tmp_path)
    read = store.read()
    assert read == saved
    assert read.serial == 4
    assert len(read.lineage) == 36
    assert [r.address for r in read.resources] == sorted([SHOP, MAIN, TASK])
    assert read.resource(TASK) == RECORDS[2]


def test_the_cheap_way_to_read_sees_the_same(store: StateStore, tmp_path: Path) -> None:
    url = store.database.where.url.render_as_string(hide_password=False)
    assert read_snapshot(url, tmp_path) == Snapshot()
    saved = fill(store, tmp_path)
    assert read_snapshot(url, tmp_path) == saved


def test_every_version_is_kept(store: StateStore, tmp_path: Path) -> None:
    filled = fill(store, tmp_path)
    with locked(store, tmp_path, "destroy") as held:
        store.save(filled, StateChange((), (TASK,), ()), held.author)
    assert [(v.serial, v.command, v.changed) for v in store.history()][:2] == [
        (5, "destroy", ("outputs", "task.shop")),
        (4, "apply", ("outputs",)),
    ]
    assert store.at(4) == filled
    assert [r.address for r in store.at(2).resources] == sorted([MAIN, SHOP])
    assert store.at(5) == store.read()


def test_a_save_on_another_serial_is_refused_and_writes_nothing(store: StateStore, tmp_path: Path) -> None:
    filled = fill(store, tmp_path)
    with locked(store, tmp_path) as held, pytest.raises(DiagnosticError) as caught:
        store.save(replace(filled, serial=2), StateChange((), (TASK,)), held.author)
    assert caught.value.diagnostics[0].exit_code is ExitCode.STALE_PLAN
    assert store.read() == filled


def test_a_save_without_the_lock_is_refused(store: StateStore, tmp_path: Path) -> None:
    filled = fill(store, tmp_path)
    with pytest.raises(DiagnosticError) as caught:
        store.save(filled, StateChange((), (TASK,)), Author("another", "somebody", "apply"))
    assert caught.value.diagnostics[0].code == "DMS210"
    assert store.read() == filled


def test_a_save_writes_only_the_rows_that_changed(store: StateStore, tmp_path: Path) -> None:
    fill(store, tmp_path)
    with store.database.transaction() as connection:
        entries = connection.exec_driver_sql("SELECT count(*) FROM dmsform_version_entry").scalar()
    assert entries == len(RECORDS) + 1


def test_on_mysql_texts_are_long_and_addresses_differ_by_case() -> None:
    texts = [str(CreateTable(table).compile(dialect=mysql.dialect())) for table in METADATA.sorted_tables]
    for text in texts:
        # TEXT(4294967295) makes MySQL choose LONGTEXT; a plain TEXT ends at 64 KiB.
        assert "TEXT" not in text.replace("TEXT(4294967295)", ""), text
        if "address" in text:
            assert "address VARCHAR(255) COLLATE utf8mb4_bin" in text


Read = Callable[[Path], Snapshot]


def by_store(directory: Path) -> Snapshot:
    with StateStore("sqlite:///dmsform.state.db", directory) as store:
        return store.read()


def by_file(directory: Path) -> Snapshot:
    return read_snapshot("sqlite:///dmsform.state.db", directory)


both_ways = pytest.mark.parametrize("read", [by_store, by_file])


@both_ways
def test_a_text_file_is_a_broken_state(tmp_path: Path, read: Read) -> None:
    (tmp_path / "dmsform.state.db").write_text("this is not a database, though it is long enough to have a header" * 20)
    with pytest.raises(DiagnosticError) as caught:
        read(tmp_path)
    assert caught.value.diagnostics[0].code == "DMS205"
    assert "lock" not in caught.value.diagnostics[0].detail


@both_ways
def test_a_cut_state_is_a_broken_state(tmp_path: Path, read: Read) -> None:
    with StateStore("sqlite:///dmsform.state.db", tmp_path) as store:
        fill(store, tmp_path)
    file = tmp_path / "dmsform.state.db"
    file.write_bytes(file.read_bytes()[:6000])
    with pytest.raises(DiagnosticError) as caught:
        read(tmp_path)
    assert caught.value.diagnostics[0].code == "DMS205"


def test_a_foreign_database_is_not_touched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE customer (id INTEGER)")
    connection.close()
    before = (tmp_path / "shop.db").read_bytes()
    with StateStore("sqlite:///shop.db", tmp_path) as store, pytest.raises(DiagnosticError, match="customer"):
        store.initialise()
    with pytest.raises(DiagnosticError, match="customer"):
        read_snapshot("sqlite:///shop.db", tmp_path)
    assert (tmp_path / "shop.db").read_bytes() == before


def test_a_newer_state_is_told_as_newer(store: StateStore, tmp_path: Path) -> None:
    fill(store, tmp_path)
    with store.database.transaction(write=True) as connection:
        connection.exec_driver_sql("UPDATE dmsform_state SET format = 99")
    url = store.database.where.url.render_as_string(hide_password=False)
    for read in (store.read, lambda: read_snapshot(url, tmp_path)):
        with pytest.raises(DiagnosticError, match="DMS207"):
            read()


@pytest.mark.server
def test_a_wrong_password_is_told_without_showing_it(postgres_database: PostgresDatabase, tmp_path: Path) -> None:
    postgres_database.execute("DROP ROLE IF EXISTS state_keeper", "CREATE ROLE state_keeper LOGIN PASSWORD 'right'")
    settings = postgres_database.settings()
    url = f"postgresql+psycopg://state_keeper:Wr0ngSesame@{settings['host']}:{settings['port']}/{settings['database']}"
    with StateStore(url, tmp_path) as store, pytest.raises(DiagnosticError) as caught:
        store.read()
    postgres_database.execute("DROP ROLE state_keeper")
    assert caught.value.diagnostics[0].exit_code is ExitCode.AUTHENTICATION
    assert "Wr0ngSesame" not in str(caught.value)


def test_an_unreachable_state(tmp_path: Path) -> None:
    with (
        StateStore("postgresql://u:Secret99@127.0.0.1:1/x?connect_timeout=5", tmp_path) as store,
        pytest.raises(DiagnosticError) as caught,
    ):
        store.read()
    assert caught.value.diagnostics[0].exit_code is ExitCode.UNREACHABLE
    assert "Secret99" not in str(caught.value)
