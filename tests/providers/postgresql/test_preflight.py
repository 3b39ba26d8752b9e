"""Preflight names each missing right with the statement that gives it; run as told, the finding is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.values import Role
from dmsform.task.definition import EndpointDefinition
from tests.providers.postgresql.moves import POSTGRES, mapped_of, move
from tests.servers import PostgresDatabase


@dataclass(frozen=True)
class User:
    """A role without rights, and the database as it sees it."""

    name: str
    password: str
    database: PostgresDatabase

    def endpoint(self) -> EndpointDefinition:
        return self.database.endpoint("shop", self.name, self.password)

    def preflight(self, role: Role, *, target: str | None = None) -> list[Diagnostic]:
        return list(POSTGRES.probe.preflight(self.endpoint(), role, [mapped_of(self.database, "t", target)]))


class AsUser(PostgresDatabase):
    """The database, its endpoint as a user without rights."""

    def __init__(self, user: User) -> None:
        super().__init__(user.database.server, user.database.name)
        object.__setattr__(self, "user", user)

    user: User

    def endpoint(
        self, name: str = "warehouse", username: str | None = None, password: str | None = None
    ) -> EndpointDefinition:
        return super().endpoint(name, username or self.user.name, password or self.user.password)


@pytest.fixture
def user(postgres_database: PostgresDatabase) -> Iterator[User]:
    name, password = postgres_database.server.create_role()
    postgres_database.execute("CREATE TABLE t (id serial PRIMARY KEY, v text)")
    yield User(name, password, postgres_database)
    postgres_database.execute(f"DROP OWNED BY {name}")
    postgres_database.execute(f"DROP ROLE {name}")


def _mend(user: User, findings: list[Diagnostic]) -> None:
    """Do what the remedies say."""
    assert findings
    for finding in findings:
        statement = finding.remedy.partition(": ")[2]
        assert statement, finding
        user.database.execute(statement)


def test_a_source_user_is_told_every_grant(user: User) -> None:
    findings = user.preflight(Role.SOURCE)
    assert {f.code for f in findings} == {"DMS506"}
    assert any("GRANT SELECT ON" in f.remedy and f.place and f.place.table == "public.t" for f in findings)
    while findings:
        _mend(user, findings)
        left = user.preflight(Role.SOURCE)
        assert left != findings
        findings = left
    assert POSTGRES.row_text_reader is not None
    with POSTGRES.row_text_reader.read_row_text(user.endpoint(), mapped_of(user.database, "t")) as stream:
        assert list(stream) == []
        assert [p.next_value for p in stream.sequence_positions()] == [1]


def test_row_security_is_an_error_not_fewer_rows(user: User) -> None:
    user.database.execute(
        f"GRANT SELECT ON t, t_id_seq TO {user.name}",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY few ON t USING (id < 2)",
        "INSERT INTO t (v) VALUES ('a'), ('b')",
    )
    (finding,) = user.preflight(Role.SOURCE)
    assert finding.code == "DMS530"
    assert POSTGRES.row_text_reader is not None
    with (
        POSTGRES.row_text_reader.read_row_text(user.endpoint(), mapped_of(user.database, "t")) as stream,
        pytest.raises(DiagnosticError, match=r"DMS506.*row-level security"),
    ):
        list(stream)
    _mend(user, [finding])
    assert user.preflight(Role.SOURCE) == []


def test_a_target_user_is_told_every_grant(user: User) -> None:
    findings = user.preflight(Role.TARGET, target="fresh")
    assert any("GRANT CREATE ON DATABASE" in f.remedy for f in findings)
    _mend(user, findings)
    assert user.preflight(Role.TARGET, target="fresh") == []
    assert move(user.database, AsUser(user), mapped_of(user.database, "t", "fresh")) == 0


def test_a_foreign_target_table_needs_grants_and_an_owner(user: User) -> None:
    findings = user.preflight(Role.TARGET)
    warnings = [f for f in findings if f.severity == "warning"]
    assert len(warnings) == 1
    assert "OWNER TO" in warnings[0].remedy
    assert any("INSERT" in f.remedy for f in findings)
    _mend(user, findings)
    assert user.preflight(Role.TARGET) == []


def test_a_table_that_went_away(user: User) -> None:
    mapped = mapped_of(user.database, "t")
    user.database.execute("DROP TABLE t")
    (finding,) = POSTGRES.probe.preflight(user.database.endpoint(), Role.SOURCE, [mapped])
    assert finding.code == "DMS532"


def test_a_target_in_another_encoding(postgres_database: PostgresDatabase) -> None:
    server = postgres_database.server
    postgres_database.execute("CREATE TABLE t (a int)")
    with server.connect() as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0 LOCALE_PROVIDER libc")
    try:
        latin = PostgresDatabase(server, "latin")
        (finding,) = POSTGRES.probe.preflight(latin.endpoint(), Role.TARGET, [mapped_of(postgres_database, "t")])
    finally:
        server.drop_database("latin")
    assert finding.code == "DMS529"


def test_a_tablespace_that_is_not_there(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE t (a int)")
    mapped = replace(mapped_of(postgres_database, "t", "u"), table_tablespace="fast")
    (finding,) = POSTGRES.probe.preflight(postgres_database.endpoint(), Role.TARGET, [mapped])
    assert finding.code == "DMS531"


def test_a_load_without_the_right_names_the_grant(user: User) -> None:
    """When nobody ran preflight, the statement that fails says the same."""
    user.database.execute(f"GRANT CREATE ON DATABASE {user.database.name} TO {user.name}")
    with pytest.raises(DiagnosticError) as raised:
        move(user.database, AsUser(user), mapped_of(user.database, "t", "fresh"))
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "DMS506"
    assert f'GRANT USAGE, CREATE ON SCHEMA "public" TO "{user.name}"' in diagnostic.remedy
