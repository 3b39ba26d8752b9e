"""Every kind of missing right, and targets that take no writes: found before the load, under the name of a check."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from dmsform.diagnostics import Diagnostic, DiagnosticError, Severity
from dmsform.provider.unprivileged import runner
from dmsform.provider.values import Role
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.contract_values import map_whole
from dmsform.testing.postgresql_server import PostgresServer, binaries, postgres_server
from dmsform_postgresql.connect import connected
from dmsform_postgresql.preflight import check_timeouts
from tests.providers.postgresql.moves import OWNER, POSTGRES, claim, mapped_of, move
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.server

SELECT = "postgres-check-select-object-privileges"


@contextmanager
def user_of(database: PostgresDatabase, options: str = "") -> Iterator[tuple[str, EndpointDefinition]]:
    """A role without rights, gone afterwards, and the endpoint that logs in as it."""
    name, password = database.server.create_role(options=options)
    try:
        yield name, database.endpoint("shop", name, password)
    finally:
        database.execute(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def mended(database: PostgresDatabase, endpoint: EndpointDefinition, role: Role, *mapped: Any) -> list[str]:
    """Do what the findings say until there are none; the statements, in their order."""
    done: list[str] = []
    while findings := list(POSTGRES.probe.preflight(endpoint, role, mapped)):
        assert len(done) < 20, findings
        for finding in findings:
            assert finding.check in POSTGRES.probe.checks(role)
            statement = finding.remedy.partition(": ")[2]
            database.execute(statement)
            done.append(statement)
    return done


def test_a_source_in_a_schema_of_its_own(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        'CREATE SCHEMA "App"', 'CREATE TABLE "App"."T" (id serial)', "CREATE SCHEMA numbers",
        "CREATE SEQUENCE numbers.one", "CREATE TABLE t (n bigint DEFAULT nextval('numbers.one'))",
    )  # fmt: skip
    catalog = POSTGRES.introspector.introspect(postgres_database.endpoint())
    mapped = [map_whole(t, t.name, same_engine=True) for t in catalog.tables]
    with user_of(postgres_database) as (name, endpoint):
        findings = POSTGRES.probe.preflight(endpoint, Role.SOURCE, mapped)
        assert {f.check for f in findings} == {SELECT}
        done = mended(postgres_database, endpoint, Role.SOURCE, *mapped)
        assert set(done) == {
            f'GRANT USAGE ON SCHEMA "App" TO "{name}"', f'GRANT SELECT ON "App"."T" TO "{name}"',
            f'GRANT SELECT ON "public"."t" TO "{name}"', f'GRANT USAGE ON SCHEMA "numbers" TO "{name}"',
            f'GRANT SELECT ON SEQUENCE "App"."T_id_seq" TO "{name}"',
            f'GRANT SELECT ON SEQUENCE "numbers"."one" TO "{name}"',
        }  # fmt: skip
        assert POSTGRES.row_text_reader is not None
        for each in mapped:
            with POSTGRES.row_text_reader.read_row_text(endpoint, each) as stream:
                assert list(stream) == []
                assert [p.next_value for p in stream.sequence_positions()] == [1]
    with user_of(postgres_database) as (name, endpoint):
        postgres_database.execute(f"GRANT pg_read_all_data TO {name}")
        assert list(POSTGRES.probe.preflight(endpoint, Role.SOURCE, mapped)) == []


def test_what_holds_rows_and_is_no_table_is_told(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE t (a int)", "CREATE MATERIALIZED VIEW m AS SELECT 1 a")
    (finding,) = POSTGRES.probe.preflight(
        postgres_database.endpoint(), Role.SOURCE, [mapped_of(postgres_database, "t")]
    )
    assert finding.severity is Severity.WARNING
    assert finding.check == "postgres-check-materialized-views"
    assert "materialized view public.m" in finding.detail


def test_a_target_user_is_told_every_right(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE t (a int)", "CREATE SCHEMA there")
    mapped = mapped_of(postgres_database, "t")
    claim(postgres_database, mapped.target)
    with user_of(postgres_database) as (name, endpoint):
        done = mended(postgres_database, endpoint, Role.TARGET, mapped)
        assert set(done) == {
            f'GRANT USAGE, CREATE ON SCHEMA "public" TO "{name}"',
            f'GRANT USAGE, CREATE ON SCHEMA "dmsform_control" TO "{name}"',
            f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "dmsform_control" TO "{name}"',
            f'GRANT SELECT, INSERT, TRUNCATE ON "public"."t" TO "{name}"',
            f'ALTER TABLE "public"."t" OWNER TO "{name}"',
        }  # fmt: skip


def found(database: PostgresDatabase, endpoint: EndpointDefinition) -> list[Diagnostic]:
    return list(POSTGRES.probe.preflight(endpoint, Role.TARGET, [mapped_of(database, "t", "fresh")]))


@pytest.mark.parametrize("where", ["ROLE {user}", "DATABASE {database}", "ROLE {user} IN DATABASE {database}"])
def test_a_target_that_begins_read_only(postgres_database: PostgresDatabase, where: str) -> None:
    postgres_database.execute("CREATE TABLE t (a int)")
    with user_of(postgres_database, "SUPERUSER") as (name, endpoint):
        place = where.format(user=name, database=postgres_database.name)
        postgres_database.execute(f"ALTER {place} SET default_transaction_read_only = on")
        (finding,) = found(postgres_database, endpoint)
        assert (finding.code, finding.check) == ("DMS536", "all-check-target-read-replica")
        assert POSTGRES.target_control is not None
        with pytest.raises(DiagnosticError, match="DMS536"):
            POSTGRES.target_control.claim(endpoint, OWNER, [])
        PostgresDatabase(postgres_database.server, "postgres").execute(finding.remedy.partition(": ")[2])
        assert found(postgres_database, endpoint) == []
        assert move(postgres_database, postgres_database, mapped_of(postgres_database, "t", "fresh")) == 0


@pytest.fixture(scope="module")
def standby(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A hot standby: a stopped server started again, which waits for changes of a server that is not there."""
    folder = tmp_path_factory.mktemp("standby")
    with postgres_server(folder) as first, first.connect() as connection:
        connection.execute("CREATE TABLE t (a int)")
        connection.execute("INSERT INTO t VALUES (1), (2)")
    yield from _as_standby(first)


def _as_standby(first: PostgresServer) -> Iterator[PostgresServer]:
    signal = first.data_dir / "standby.signal"
    signal.touch()
    runner().give(signal)
    command = [*runner().prefix, str(binaries() / "pg_ctl"), "-D", str(first.data_dir), "-w"]
    settings = f"-p {first.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    log = first.data_dir.parent / "standby.log"
    subprocess.run([*command, "-l", str(log), "-o", settings, "start"], check=True, capture_output=True)
    try:
        yield first
    finally:
        subprocess.run([*command, "-m", "immediate", "stop"], check=True, capture_output=True)


def test_a_standby_is_a_source_and_no_target(standby: PostgresServer, postgres_database: PostgresDatabase) -> None:
    database = PostgresDatabase(standby, "postgres")
    mapped = mapped_of(database, "t")
    assert list(POSTGRES.probe.preflight(database.endpoint(), Role.SOURCE, [mapped])) == []
    assert move(database, postgres_database, mapped) == 2
    findings = POSTGRES.probe.preflight(database.endpoint(), Role.TARGET, [mapped])
    (finding,) = (f for f in findings if f.check == "all-check-target-read-replica")
    assert "standby" in finding.detail
    assert "primary" in finding.remedy
    wanted = {**database.endpoint().settings, "options": {"target_session_attrs": "read-write"}}
    with pytest.raises(DiagnosticError, match="DMS516"):
        POSTGRES.probe.probe(EndpointDefinition(name="t", engine="postgresql", settings=wanted))


def test_settings_that_a_pooler_brings_back(postgres_database: PostgresDatabase) -> None:
    endpoint = postgres_database.endpoint()
    with connected(endpoint) as connection:
        assert check_timeouts(connection, endpoint) == []
        connection.execute("SET statement_timeout = 5000")
        (finding,) = check_timeouts(connection, endpoint)
    assert "statement_timeout is 5000 ms" in finding.detail
    assert "pool_mode" in finding.remedy


def test_the_right_to_a_tablespace(
    postgres_database: PostgresDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("space") / "data"
    folder.mkdir()
    for place in (folder.parent, folder):
        runner().own(place)
    postgres_database.execute("CREATE TABLE t (a int)")
    postgres_database.execute(f"CREATE TABLESPACE fast LOCATION '{folder}'")
    try:
        with user_of(postgres_database) as (name, endpoint):
            mapped = replace(mapped_of(postgres_database, "t", "fresh"), table_tablespace="fast")
            done = mended(postgres_database, endpoint, Role.TARGET, mapped)
            assert f'GRANT CREATE ON TABLESPACE "fast" TO "{name}"' in done
    finally:
        postgres_database.execute("DROP TABLESPACE fast")
