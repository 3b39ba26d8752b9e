"""Stores are known by what they are, not by how an endpoint names them: real files and real databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dmsform.addresses import Address, Kind
from dmsform.diagnostics import ExitCode
from dmsform.plan.values import Desired, MatchedTable
from dmsform.provider.registry import provider
from dmsform.resources.stores import Loading, own_source, same_store, shared_targets
from dmsform.task.definition import EndpointDefinition
from tests.resources.blocks import place
from tests.servers import PostgresDatabase


def sqlite(path: Path) -> EndpointDefinition:
    return EndpointDefinition(name=path.stem, engine="sqlite", settings={"path": str(path)})


def made(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE a (id)")
    return path


def matched(source: str, target: str) -> MatchedTable:
    return MatchedTable(("main", source), ("main", target), "s", "l")


def declared(name: str, target: str = "endpoint.t") -> Desired:
    return Desired(Address(Kind.TASK, name), {"source": "endpoint.s", "target": target}, place(1))


def test_links_lead_to_one_file(tmp_path: Path) -> None:
    file = made(tmp_path / "s.db")
    (tmp_path / "soft.db").symlink_to(file)
    (tmp_path / "hard.db").hardlink_to(file)
    for alias in ("soft.db", "hard.db"):
        assert same_store(sqlite(file), sqlite(tmp_path / alias))
    assert not same_store(sqlite(file), sqlite(made(tmp_path / "other.db")))
    assert not same_store(sqlite(file), sqlite(tmp_path / "missing.db"))


def test_a_directory_link_leads_to_one_file_that_is_still_to_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    assert same_store(sqlite(tmp_path / "data" / "t.db"), sqlite(tmp_path / "link" / "t.db"))


@pytest.mark.server
def test_one_database_under_two_host_names(make_postgres_database: Callable[[], PostgresDatabase]) -> None:
    one, other = make_postgres_database(), make_postgres_database()
    alias = replace_host(one.endpoint("alias"))
    assert alias.settings["host"] != one.endpoint().settings["host"]
    assert same_store(one.endpoint(), alias)
    assert not same_store(one.endpoint(), other.endpoint())


@pytest.mark.server
def test_a_role_without_the_right_to_the_system_identifier_can_still_tell(
    make_postgres_database: Callable[[], PostgresDatabase],
) -> None:
    one, other = make_postgres_database(), make_postgres_database()
    for database in (one, other):
        database.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    one.execute("CREATE ROLE plain_prober LOGIN PASSWORD 'p'")
    try:
        probe = provider("postgresql").probe
        stores = [probe.probe(d.endpoint("e", "plain_prober", "p")).store for d in (one, one, other)]
    finally:
        one.execute("DROP ROLE plain_prober")
    assert stores[0] == stores[1]
    assert stores[0] != stores[2]


def replace_host(endpoint: EndpointDefinition) -> EndpointDefinition:
    host = "localhost" if endpoint.settings["host"] == "127.0.0.1" else "127.0.0.1"
    return endpoint.model_copy(update={"settings": {**endpoint.settings, "host": host}})


def test_a_table_is_not_loaded_over_one_that_is_read(tmp_path: Path) -> None:
    file = made(tmp_path / "s.db")
    (tmp_path / "t.db").symlink_to(file)
    source, target = sqlite(file), sqlite(tmp_path / "t.db")
    for name in ("a", "A"):
        found = own_source(declared("m"), source, target, [matched("a", name)])
        assert found is not None
        assert (found.code, found.exit_code) == ("DMS458", ExitCode.CONFIGURATION)
        assert f"main.{name}" in found.detail
    assert own_source(declared("m"), source, target, [matched("a", "copy_of_a")]) is None
    assert own_source(declared("m"), source, target, [matched("a", "b"), matched("b", "c")]) is not None
    assert own_source(declared("m"), source, sqlite(made(tmp_path / "o.db")), [matched("a", "a")]) is None


def test_two_tasks_never_load_one_table(tmp_path: Path) -> None:
    file = made(tmp_path / "t.db")
    (tmp_path / "alias.db").symlink_to(file)
    one = Loading(declared("one"), sqlite(file), [matched("a", "a"), matched("b", "b")])
    other = Loading(declared("other"), sqlite(file), [matched("x", "a")])
    (found,) = shared_targets([one, other])
    assert (found.code, found.exit_code) == ("DMS464", ExitCode.CONFIGURATION)
    for words in ("task.one", "task.other", "main.a"):
        assert words in found.detail
    alias = Loading(declared("other", "endpoint.alias"), sqlite(tmp_path / "alias.db"), other.tables)
    assert len(list(shared_targets([one, alias]))) == 1
    unknown = replace(other, target=None)
    assert len(list(shared_targets([replace(one, target=None), unknown]))) == 1
    apart = Loading(declared("other", "endpoint.o"), sqlite(made(tmp_path / "o.db")), other.tables)
    assert list(shared_targets([one, apart])) == []
    assert list(shared_targets([one, replace(other, tables=[matched("x", "c")])])) == []
