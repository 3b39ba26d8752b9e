"""PostgreSQL to PostgreSQL and SQLite to PostgreSQL through the command line, passwords from the environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dmsform.testing.postgresql_server import PostgresServer
from tests.e2e.configurations import INSTANCE, postgres_endpoint, task
from tests.e2e.databases import make_shop
from tests.e2e.project import Project
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.server

SOURCE_PASSWORD = "source-Sesame-77431"
TARGET_PASSWORD = "target-Sesame-90125"


def _two_roles(source: PostgresDatabase, target: PostgresDatabase) -> tuple[dict[str, object], dict[str, object]]:
    suffix = source.name[-8:]
    reader, writer = f"reader_{suffix}", f"writer_{suffix}"
    source.execute(
        f"CREATE ROLE {reader} LOGIN PASSWORD '{SOURCE_PASSWORD}'",
        "CREATE TABLE item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(40), at timestamptz)",
        "INSERT INTO item (name, at) SELECT 'n' || g, now() - g * interval '1 h' FROM generate_series(1, 5000) g",
        'CREATE TABLE "Odd Name" ("select" int, v numeric)',
        "INSERT INTO \"Odd Name\" VALUES (1, 'NaN'), (NULL, 0.10), (1, 'NaN')",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}",
        f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {reader}",
    )
    target.execute(
        f"CREATE ROLE {writer} LOGIN PASSWORD '{TARGET_PASSWORD}'",
        f'GRANT CREATE ON DATABASE "{target.name}" TO {writer}',
        f"GRANT CREATE, USAGE ON SCHEMA public TO {writer}",
    )
    return source.settings(reader, SOURCE_PASSWORD), target.settings(writer, TARGET_PASSWORD)


@pytest.fixture
def declared(project: Project, make_postgres_database: Callable[[], PostgresDatabase]) -> _Declared:
    source, target = make_postgres_database(), make_postgres_database()
    source_settings, target_settings = _two_roles(source, target)
    project.write(
        INSTANCE
        + postgres_endpoint("here", source_settings, "source_password")
        + postgres_endpoint("there", target_settings, "target_password")
        + task("here", "there", "public")
    )
    project.environ.update(DMS_VAR_source_password=SOURCE_PASSWORD, DMS_VAR_target_password=TARGET_PASSWORD)
    return _Declared(project, source, target)


class _Declared:
    """A project that moves one PostgreSQL database into another."""

    def __init__(self, project: Project, source: PostgresDatabase, target: PostgresDatabase) -> None:
        self.project, self.source, self.target = project, source, target

    def same(self) -> None:
        """Assert that both sides hold the same rows."""
        for table, order in (("item", "id"), ('"Odd Name"', "v, 1")):
            query = f"SELECT t::text FROM {table} t ORDER BY {order}"
            assert self.source.rows(query) == self.target.rows(query)


def test_every_row_arrives_and_the_numbering_goes_on(declared: _Declared) -> None:
    declared.project.apply()
    declared.same()
    declared.project.plan_is_empty()
    for side in (declared.source, declared.target):
        side.execute("INSERT INTO item (name) VALUES ('next')")
    last = "SELECT max(id) FROM item"
    assert declared.source.value(last) == declared.target.value(last) == 5001


def test_no_secret_is_written_shown_or_passed_in_the_clear(declared: _Declared) -> None:
    project = declared.project
    printed = [project.run("plan").output, project.ok("plan", "-out", "saved.plan", "-json").output]
    printed += [project.ok("show", "-json", "saved.plan").output, project.ok("apply", "saved.plan").output]
    for command in (
        ("show", "-json"),
        ("state", "list"),
        ("state", "show", "endpoint.here"),
        ("state", "show", "-json", "task.move"),
        ("task", "status", "move", "-json"),
        ("task", "logs", "move"),
        ("output", "-json"),
        ("server", "status", "-json"),
    ):
        printed.append(project.run(*command).output)
    secrets = (SOURCE_PASSWORD, TARGET_PASSWORD)
    for text in printed:
        assert not any(secret in text for secret in secrets)
    for path in project.directory.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in secrets), f"{path} holds a password"
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            for part in ("cmdline", "environ") if _ours(entry, project.directory) else ("cmdline",):
                try:
                    content = (entry / part).read_bytes()
                except OSError:
                    continue
                assert not any(secret.encode() in content for secret in secrets), f"{entry}/{part}"


def _ours(entry: Path, directory: Path) -> bool:
    try:
        return str(directory) in (entry / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False


def test_wrong_password(declared: _Declared) -> None:
    ran = declared.project.run("plan", extra={"DMS_VAR_target_password": "wrong"})
    assert ran.exit_code == 4, ran.output
    assert "endpoint.there" in ran.stderr or "there" in ran.stderr
    assert "wrong" not in ran.output


def test_unreachable_host(declared: _Declared) -> None:
    project = declared.project
    text = (project.directory / "main.dms.hcl").read_text()
    project.write(text.replace(f"port     = {declared.source.settings()['port']}", "port     = 1", 1))
    ran = project.run("plan")
    assert ran.exit_code == 5, ran.output
    assert "here" in ran.stderr


def test_missing_grant(declared: _Declared) -> None:
    reader = f"reader_{declared.source.name[-8:]}"
    declared.source.execute(f"REVOKE SELECT ON item FROM {reader}")
    ran = declared.project.run("plan")
    assert ran.exit_code == 4, ran.output
    assert "GRANT SELECT ON" in ran.stderr
    assert "item" in ran.stderr


def test_a_changed_password_is_a_change(declared: _Declared) -> None:
    project = declared.project
    project.apply()
    writer = f"writer_{declared.source.name[-8:]}"
    declared.target.execute(f"ALTER ROLE {writer} PASSWORD 'another-Sesame-1'")
    project.environ["DMS_VAR_target_password"] = "another-Sesame-1"
    planned = project.run("plan", "-detailed-exitcode")
    assert planned.exit_code == 2, planned.output
    assert "sensitive" in planned.stdout
    project.apply()
    project.plan_is_empty()


def test_a_value_the_target_cannot_hold(
    project: Project, postgres_database: PostgresDatabase, postgres_server: PostgresServer
) -> None:
    import sqlite3

    make_shop(project.directory / "shop.db", customers=20)
    with sqlite3.connect(project.directory / "shop.db") as connection:
        connection.execute("UPDATE customer SET vip = 'maybe' WHERE id = 7")
    connection.close()
    project.write(
        INSTANCE
        + 'endpoint "shop" {\n  engine = "sqlite"\n  path = "shop.db"\n}\n'
        + postgres_endpoint("there", postgres_database.settings(), "target_password")
        + task("shop", "there", "main")
    )
    project.environ["DMS_VAR_target_password"] = str(postgres_database.settings()["password"])
    ran = project.run("apply", "-auto-approve")
    assert ran.exit_code == 9, ran.output
    for words in ("main.customer", "vip", "maybe"):
        assert words in ran.output
    assert postgres_database.value("SELECT to_regclass('main.customer')") is None
    assert postgres_database.value("SELECT count(*) FROM main.product") == 50
    with sqlite3.connect(project.directory / "shop.db") as connection:
        connection.execute("UPDATE customer SET vip = 1 WHERE id = 7")
    connection.close()
    project.apply()
    assert postgres_database.value("SELECT count(*) FROM main.customer") == 20
    project.plan_is_empty()
