"""The same run over the other planes: typed from SQLite to SQLite, row text from SQLite to PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.replication.events import TableCommitted
from dmsform.replication.task import End, Outcome
from tests.replication.running import Runner
from tests.replication.sqlite_files import content, definition, endpoint, make_source, tables
from tests.servers import PostgresDatabase


def test_typed_from_sqlite_to_sqlite(tmp_path: Path, runner: Runner) -> None:
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    make_source(source)
    task = definition(source, endpoint(target))
    assert runner.run(task) == Outcome(End.FINISHED)
    assert tables(target) == ["t1", "t2", "t3"]
    for table in tables(target):
        assert content(target, table) == content(source, table)
    held = {
        table: sum(16 + len(v or "") + len(b or b"") for _, v, _, b, *_ in content(source, table))
        for table in tables(target)
    }
    assert {e.table.name: e.bytes for e in runner.events if isinstance(e, TableCommitted)} == held
    assert runner.run(task, runner.digests()) == Outcome(End.FINISHED)
    assert runner.names().count("TableKept") == 3


@pytest.mark.server
def test_row_text_from_sqlite_to_postgresql(
    tmp_path: Path, runner: Runner, postgres_database: PostgresDatabase
) -> None:
    source = tmp_path / "source.db"
    make_source(source)
    task = definition(source, postgres_database.endpoint())
    assert runner.run(task) == Outcome(End.FINISHED)
    moved = {e.table.name: (e.rows, e.bytes > 0) for e in runner.events if isinstance(e, TableCommitted)}
    assert moved == {"t1": (51, True), "t2": (101, True), "t3": (151, True)}
    for table in moved:
        rows = postgres_database.rows(f"SELECT id, v, x, b FROM main.{table} ORDER BY id")
        assert [tuple(row) for row in rows] == [row[:4] for row in content(source, table)]


@pytest.mark.server
def test_row_text_from_postgresql_to_sqlite(
    tmp_path: Path, runner: Runner, postgres_database: PostgresDatabase
) -> None:
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    make_source(source)
    assert runner.run(definition(source, postgres_database.endpoint())) == Outcome(End.FINISHED)
    back = definition(source, endpoint(target)).model_copy(update={"source": postgres_database.endpoint("source")})
    assert runner.run(back) == Outcome(End.FINISHED)
    for table in ("t1", "t2", "t3"):
        assert content(target, table) == content(source, table)


def test_loads_of_one_file_take_turns(tmp_path: Path, runner: Runner) -> None:
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    make_source(source, rows=3000)
    assert runner.run(definition(source, endpoint(target), parallel_tables=3)) == Outcome(End.FINISHED)
    assert "TableRetried" not in runner.names()
    for table in ("t1", "t2", "t3"):
        assert content(target, table) == content(source, table)
