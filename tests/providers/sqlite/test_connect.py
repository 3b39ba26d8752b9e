"""Endpoints that cannot be used: each with a diagnostic of its own, and no file made or changed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError, ExitCode
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.registry import provider
from dmsform.provider.values import Role
from dmsform.task.definition import EndpointDefinition
from dmsform_sqlite.connect import reading, writing
from dmsform_sqlite.errors import diagnosed
from dmsform_sqlite.introspect import introspect
from dmsform_sqlite.settings import SqliteSettings
from tests.providers.pump import map_table
from tests.providers.sqlite.harness import endpoint_of, run

_DIES_WHILE_WRITING = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN")
connection.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,)] * 200)
os._exit(1)
"""


def only(raised: pytest.ExceptionInfo[DiagnosticError]) -> Diagnostic:
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.remedy
    assert diagnostic.place
    assert diagnostic.place.endpoint == "shop"
    return diagnostic


def test_a_missing_source_is_named_and_never_made(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.db"
    with pytest.raises(DiagnosticError) as raised:
        introspect(endpoint_of(path))
    found = only(raised)
    assert (found.code, found.exit_code, str(path) in found.detail) == ("DMS505", ExitCode.CONFIGURATION, True)
    assert not path.exists()


def test_a_missing_file_may_become_a_target(tmp_path: Path) -> None:
    endpoint = endpoint_of(tmp_path / "copy.db")
    probe = provider("sqlite").probe
    assert probe.probe(endpoint).label.startswith("SQLite")
    assert list(probe.preflight(endpoint, Role.TARGET, ())) == []
    assert not (tmp_path / "copy.db").exists()


def test_a_file_in_odd_places(tmp_path: Path) -> None:
    path = tmp_path / "a b%20?#é" / "shop's.db"
    path.parent.mkdir()
    run(path, "CREATE TABLE t (a)")
    assert [t.name.name for t in introspect(endpoint_of(path))] == ["t"]


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "shop.db", "CREATE TABLE t (a)")
    monkeypatch.chdir(tmp_path)
    assert [t.name.name for t in introspect(endpoint_of(Path("shop.db")))] == ["t"]


def test_a_source_that_died_in_a_transaction(tmp_path: Path) -> None:
    """Reading alone cannot roll back what is left; a target's looks can."""
    path = tmp_path / "shop.db"
    run(path, "CREATE TABLE t (a)", "INSERT INTO t VALUES ('kept')")
    subprocess.run([sys.executable, "-c", _DIES_WHILE_WRITING, str(path)], check=False)
    assert path.with_name("shop.db-journal").exists()
    with pytest.raises(DiagnosticError) as raised:
        introspect(endpoint_of(path))
    assert only(raised).code == "DMS562"
    inspector = provider("sqlite").target_inspector
    assert inspector is not None
    endpoint = endpoint_of(path)
    assert inspector.inspect_target(endpoint, []) == {}
    assert len(introspect(endpoint).tables) == 1


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    run(path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (zeroblob(20000))")
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)
    with pytest.raises(DiagnosticError) as raised:
        introspect(endpoint_of(path))
    found = only(raised)
    assert (found.code, "integrity_check" in found.remedy) == ("DMS518", True)


def test_a_locked_file_may_be_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    run(path, "CREATE TABLE t (a)")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ConnectionLostError) as raised:
            introspect(endpoint_of(path))
        assert only(raised).code == "DMS507"


def test_a_source_is_opened_for_reading_only(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    run(path, "CREATE TABLE t (a)")
    endpoint = endpoint_of(path)
    with reading(endpoint) as connection, pytest.raises(DiagnosticError) as raised, diagnosed(endpoint):
        connection.execute("INSERT INTO t VALUES (1)")
    assert only(raised).code == "DMS506"


def test_foreign_keys_do_not_hinder_a_load(tmp_path: Path) -> None:
    with writing(endpoint_of(tmp_path / "copy.db"), create=True) as connection:
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (0,)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_target_that_may_not_be_written(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    run(path, "CREATE TABLE t (a)")
    path.chmod(0o444)
    findings = provider("sqlite").probe.preflight(endpoint_of(path), Role.TARGET, ())
    assert [f.code for f in findings] == ["DMS506"]


def test_preflight_of_a_source(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    run(
        path,
        "CREATE TABLE t (a TEXT, b TEXT)",
        "CREATE VIRTUAL TABLE words USING fts5(body)",
        "CREATE VIEW broken AS SELECT * FROM missing",
    )
    endpoint = endpoint_of(path)
    mapped = map_table(endpoint, "t", TableName("main", "t"))
    preflight = provider("sqlite").probe.preflight
    findings = preflight(endpoint, Role.SOURCE, [mapped])
    assert sorted(f.code for f in findings) == ["DMS567", "DMS567", "DMS568"]
    run(path, "PRAGMA journal_mode = WAL", "DROP VIEW broken", "DROP TABLE words", "ALTER TABLE t DROP COLUMN b")
    (finding,) = preflight(endpoint, Role.SOURCE, [mapped])
    assert (finding.code, finding.place and finding.place.column) == ("DMS566", "b")
    run(path, "DROP TABLE t")
    (finding,) = preflight(endpoint, Role.SOURCE, [mapped])
    assert "Table main.t does not exist" in finding.detail


def test_preflight_warns_of_a_disk_that_is_too_small(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    run(path, "CREATE TABLE t (a TEXT)")
    endpoint = endpoint_of(path)
    mapped = map_table(endpoint, "t", TableName("main", "t"))
    huge = replace(mapped, source=replace(mapped.source, estimated_bytes=2**62))
    (finding,) = provider("sqlite").probe.preflight(endpoint_of(tmp_path / "copy.db"), Role.TARGET, [huge])
    assert (finding.code, finding.severity) == ("DMS515", "warning")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"path": ":memory:"}, "path of a file"),
        ({"path": "file:x?mode=memory"}, "path of a file"),
        ({"path": ""}, "at least 1 character"),
        ({"path": "x", "database": "y"}, "is not used"),
        ({"path": "x", "busy_timeout": -1}, "greater than or equal to 0"),
        ({"pth": "x"}, "pth"),
    ],
)
def test_settings_that_are_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        SqliteSettings.model_validate(settings)


def test_settings_survive_the_trip() -> None:
    settings = SqliteSettings(path="shop.db")
    assert SqliteSettings.model_validate(settings.dump()) == settings
    assert EndpointDefinition(name="shop", engine="sqlite", settings=settings.dump()).settings["path"] == "shop.db"
