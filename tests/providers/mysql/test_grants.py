"""Preflight names each missing right with the statement that gives it; run as told, the finding is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError, Severity
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner, Role
from dmsform.task.definition import EndpointDefinition
from dmsform.task.settings import TargetTablePrepMode
from dmsform.testing.contract_values import map_whole
from dmsform_mysql.control import release
from tests.providers.mysql.moves import ROWS, Place
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

MYSQL = provider("mysql")


def mapped_of(database: MysqlDatabase, name: str, target: TableName | None = None) -> MappedTable:
    """The table as an administrator sees it."""
    table = MYSQL.introspector.introspect(database.endpoint()).table(TableName(database.name, name))
    assert table is not None
    return map_whole(table, target or table.name)


@dataclass(frozen=True)
class User:
    """A user without rights, and the database as it sees it."""

    name: str
    password: str
    database: MysqlDatabase

    def endpoint(self) -> EndpointDefinition:
        settings = self.database.server.settings(None, self.name, self.password)
        return EndpointDefinition(name="shop", engine="mysql", settings=settings)

    def execute(self, *statements: str) -> None:
        """As an administrator; `{user}` and `{db}` are what they are called."""
        self.database.execute(*(s.replace("{user}", self.name).replace("{db}", self.database.name) for s in statements))

    def preflight(self, role: Role, *mapped: MappedTable) -> list[Diagnostic]:
        return list(MYSQL.probe.preflight(self.endpoint(), role, mapped))

    def source(self, *names: str) -> list[Diagnostic]:
        return self.preflight(Role.SOURCE, *(mapped_of(self.database, name) for name in names))

    def target(self, *names: str, source: str = "t") -> list[Diagnostic]:
        """As a target of tables of these names, which are designed like `source`."""
        schema = self.database.name
        mapped = [mapped_of(self.database, source, TableName(schema, name)) for name in names]
        return self.preflight(Role.TARGET, *mapped)

    def mend(self, findings: Sequence[Diagnostic]) -> None:
        """Do what the remedies say."""
        assert findings
        for finding in findings:
            statement = finding.remedy.partition(": ")[2]
            assert statement.startswith(("GRANT ", "SET DEFAULT ROLE ")), finding
            self.database.execute(statement)


@pytest.fixture
def user(make_family_database: Callable[[], MysqlDatabase]) -> Iterator[User]:
    database = make_family_database()
    name, password = database.server.create_user()
    database.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10), hidden INT) ENGINE=InnoDB",
        "CREATE VIEW w AS SELECT id FROM t",
    )
    yield User(name, password, database)
    database.execute(f"DROP USER {name}", "DROP ROLE IF EXISTS loader")


def checks(findings: Sequence[Diagnostic]) -> list[str | None]:
    return [f.check for f in findings]


def test_a_source_user_is_told_every_grant(user: User) -> None:
    findings = user.source("t", "w")
    assert [(f.code, f.check) for f in findings] == [("DMS506", "mysql-check-select-privileges")] * 2
    assert {f.place.table for f in findings if f.place} == {f"{user.database.name}.t", f"{user.database.name}.w"}
    user.mend(findings)
    assert user.source("t", "w") == []
    assert MYSQL.row_text_reader is not None
    with MYSQL.row_text_reader.read_row_text(user.endpoint(), mapped_of(user.database, "t")) as stream:
        assert list(stream) == []


def test_a_read_without_the_right_names_the_grant(user: User) -> None:
    """When nobody ran preflight, the statement that fails says the same, for the account that is logged in."""
    assert MYSQL.row_text_reader is not None
    mapped = mapped_of(user.database, "t")
    user.execute("GRANT INSERT ON {db}.t TO {user}")  # so that the table is seen
    with (
        pytest.raises(DiagnosticError) as raised,
        MYSQL.row_text_reader.read_row_text(user.endpoint(), mapped) as stream,
    ):
        list(stream)
    (finding,) = raised.value.diagnostics
    assert finding.code == "DMS506"
    assert finding.remedy.endswith(f"TO '{user.name}'@'%'")
    user.mend([finding])
    with MYSQL.row_text_reader.read_row_text(user.endpoint(), mapped) as stream:
        assert list(stream) == []


def test_columns_that_a_source_user_may_not_read(user: User) -> None:
    user.execute("GRANT SELECT (id, v) ON {db}.t TO {user}")
    (finding,) = user.source("t")
    assert finding.severity is Severity.ERROR, "a mapped column may not be read"
    seen = MYSQL.introspector.introspect(user.endpoint()).table(TableName(user.database.name, "t"))
    assert seen is not None
    assert [c.name for c in seen.columns] == ["id", "v"], "the others are not even shown"
    (finding,) = user.preflight(Role.SOURCE, map_whole(seen, seen.name))
    assert (finding.check, finding.severity) == ("mysql-check-column-privileges", Severity.WARNING)
    user.mend([finding])
    assert user.source("t") == []


def test_views_that_do_not_work(user: User) -> None:
    user.execute(
        "CREATE TABLE gone (a INT)", "CREATE VIEW of_gone AS SELECT a FROM gone",
        "CREATE DEFINER = nobody@nowhere VIEW of_nobody AS SELECT id FROM t",
        "CREATE DEFINER = {user}@`%` VIEW of_poor AS SELECT id FROM t", "GRANT SELECT ON {db}.* TO {user}",
    )  # fmt: skip
    mapped = [mapped_of(user.database, name) for name in ("of_gone", "of_poor")]
    user.execute("DROP TABLE gone", "REVOKE SELECT ON {db}.* FROM {user}", "GRANT SELECT ON {db}.of_gone TO {user}")
    user.execute("GRANT SELECT ON {db}.of_poor TO {user}")
    findings = user.preflight(Role.SOURCE, *mapped)
    assert [(f.code, f.check) for f in findings] == [("DMS553", "mysql-check-views")] * 2
    user.execute("GRANT SELECT ON {db}.t TO {user}", "CREATE TABLE gone (a INT)")
    assert user.preflight(Role.SOURCE, *mapped) == []


def test_a_table_that_went_away(user: User) -> None:
    user.execute("GRANT SELECT ON {db}.* TO {user}")
    mapped = mapped_of(user.database, "t")
    user.execute("ALTER TABLE t DROP COLUMN v")
    assert [f.code for f in user.preflight(Role.SOURCE, mapped)] == ["DMS550"]
    user.execute("DROP TABLE t")
    (finding,) = user.preflight(Role.SOURCE, mapped)
    assert (finding.code, finding.check) == ("DMS550", "all-check-source-selection-rules")


def test_a_target_user_is_told_every_grant(user: User) -> None:
    findings = user.target("fresh")
    assert checks(findings) == ["mysql-check-target-privileges"] * 2
    assert "`dmsform\\_control`.*" in findings[0].remedy
    user.mend(findings)
    assert user.target("fresh") == []


@dataclass(frozen=True)
class Granted(Place):
    """A place to load to, as a user with rights that it was given one by one."""

    user: User | None = None

    @property
    def endpoint(self) -> EndpointDefinition:
        assert self.user is not None
        return self.user.endpoint()


def granted(user: User) -> Granted:
    return Granted(user.database, Owner(user.name, "grants", "tests"), user=user)


@contextmanager
def forgotten(place: Place) -> Iterator[None]:
    """Without a trace in the control tables afterwards."""
    try:
        yield
    finally:
        release(place.database.endpoint(), place.owner)
        place.close()


def test_what_preflight_asks_for_is_enough_to_load(user: User) -> None:
    """Into a table that is not there, and in the place of one that is."""
    place = granted(user)
    user.mend(user.preflight(Role.TARGET, place.mapped()))
    with forgotten(place):
        place.load(place.write(place.claim()))
        assert place.held() == list(ROWS)
        findings = user.preflight(Role.TARGET, place.mapped())
        assert checks(findings) == ["mysql-check-target-triggers", "mysql-check-fk-target"], "if it were kept"
        again = place.write(place.claim(), TargetTablePrepMode.DROP_AND_CREATE, destroy=True, destroy_rows=True, run=2)
        place.load(again, ROWS[:2])
        assert place.held() == list(ROWS[:2])
        assert [record.run for record in place.records()] == [2]


def test_rights_on_a_table_that_stands_are_enough_to_fill_it(user: User) -> None:
    place = granted(user)
    user.execute(
        "CREATE TABLE items (id INT PRIMARY KEY, name LONGTEXT) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4",
        "INSERT INTO items VALUES (9, 'x')",
    )
    user.execute("GRANT SELECT ON {db}.items TO {user}")
    findings = user.preflight(Role.TARGET, place.mapped())
    user.mend([f for f in findings if f.severity is Severity.ERROR])
    truncating = TargetTablePrepMode.TRUNCATE_BEFORE_LOAD
    for check in ("mysql-check-target-triggers", "mysql-check-fk-target"):
        told = [f for f in user.preflight(Role.TARGET, place.mapped()) if f.check == check]
        with forgotten(place), pytest.raises(DiagnosticError) as raised:
            place.load(place.write(place.claim(), truncating, destroy=True, destroy_rows=True))
        (refusal,) = raised.value.diagnostics
        assert refusal.code == "DMS506"
        assert refusal.remedy == told[0].remedy
        user.mend(told)
    assert place.held() == [(9, "x")]
    with forgotten(place):
        place.load(place.write(place.claim(), truncating, destroy=True, destroy_rows=True))
        assert place.held() == list(ROWS)


def test_rows_of_tables_that_nobody_sees_are_not_deleted(user: User) -> None:
    """A key of a database without rights cascades all the same: a table that may have one is not emptied."""
    place = granted(user)
    elsewhere = user.database.server.create_database()
    user.execute(
        "CREATE TABLE items (id INT PRIMARY KEY, name LONGTEXT) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4",
        "INSERT INTO items VALUES (9, 'x')",
        f"CREATE TABLE {elsewhere}.c (id INT, FOREIGN KEY (id) REFERENCES {{db}}.items (id) ON DELETE CASCADE)",
        f"INSERT INTO {elsewhere}.c VALUES (9)",
        "GRANT ALL ON {db}.* TO {user}", "GRANT ALL ON dmsform_control.* TO {user}",
    )  # fmt: skip
    try:
        truncating = TargetTablePrepMode.TRUNCATE_BEFORE_LOAD
        with forgotten(place), pytest.raises(DiagnosticError, match="could delete rows of theirs"):
            place.load(place.write(place.claim(), truncating, destroy=True, destroy_rows=True))
        assert user.database.rows(f"SELECT id FROM {elsewhere}.c") == [(9,)]
    finally:
        user.database.server.drop_database(elsewhere)


def test_each_right_in_the_database(user: User) -> None:
    """The grant on the database is written as many do, with a _ that is a wildcard: one that fits better hides it."""
    user.execute("GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON `dmsform\\_control`.* TO {user}")
    for right in ("CREATE", "ALTER", "DROP", "SELECT", "INSERT", "DELETE"):
        user.execute(
            "GRANT CREATE, ALTER, DROP, SELECT, INSERT, DELETE, EVENT ON {db}.* TO {user}",
            f"REVOKE {right} ON {{db}}.* FROM {{user}}",
        )
        findings = user.target("fresh")
        assert [f.code for f in findings] == ["DMS506"]
        assert findings[0].remedy.partition(": ")[2].startswith(f"GRANT {right} ON ")
        user.mend(findings)
        assert user.target("fresh") == []


def test_a_grant_takes_nothing_away(user: User) -> None:
    """A grant on one database hides the one on many that gave more: what that gives is repeated."""
    pattern = user.database.name.replace("_", "\\_")[:-2] + "%"
    user.execute(
        "GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON `dmsform\\_control`.* TO {user}",
        f"GRANT CREATE, DROP, SELECT, INSERT, EVENT, TRIGGER ON `{pattern}`.* TO {{user}}",
    )
    findings = user.target("t")
    user.mend([f for f in findings if f.check == "mysql-check-target-privileges" and f.severity is Severity.WARNING])
    assert user.target("t") == []
    with user.database.server.connect(None, user.name, user.password) as session, session.cursor() as cursor:
        cursor.execute(f"SHOW EVENTS FROM {user.database.name}")


def test_tables_that_stand_may_be_loaded_with_rights_on_them_alone(user: User) -> None:
    user.execute(
        "GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON `dmsform\\_control`.* TO {user}",
        "GRANT SELECT ON {db}.t TO {user}",
    )
    findings = user.target("t")
    assert [f.severity for f in findings] == [Severity.ERROR, Severity.WARNING, Severity.WARNING]
    assert "GRANT INSERT, DELETE ON" in findings[0].remedy
    assert "may not create and drop tables" in findings[1].detail
    assert "whether" in findings[2].detail
    assert checks(findings)[2] == "mysql-check-target-triggers"
    user.mend(findings[:1])
    assert user.target("t") == findings[1:], "the rest matters only if the table is replaced, or has triggers"
    user.mend(findings[1:])
    assert user.target("t") == []


def test_wildcards_are_the_servers_business(user: User) -> None:
    pattern = user.database.name.replace("_", "\\_")[:-2] + "%"
    user.execute(
        "GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON `dmsform\\_%`.* TO {user}",
        f"GRANT ALL ON `{pattern}`.* TO {{user}}",
    )
    assert user.target("fresh", "t") == []


def test_a_role_that_is_not_active_gives_nothing(user: User) -> None:
    user.execute(
        "CREATE ROLE loader", "GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON `dmsform\\_control`.* TO loader",
        "GRANT ALL ON {db}.* TO loader", "GRANT loader TO {user}",
    )  # fmt: skip
    findings = user.target("fresh", "t")
    assert checks(findings).count("mysql-check-database-role") == 1
    assert any(f.severity is Severity.ERROR for f in findings)
    role = next(f for f in findings if f.check == "mysql-check-database-role")
    user.mend([role])
    assert user.target("fresh", "t") == []
    assert user.source("t") == []


def test_what_a_partial_revoke_takes_away(make_mysql_database: Callable[[], MysqlDatabase]) -> None:
    """MySQL alone has them; while they are on, a _ in a grant is no wildcard."""
    database = make_mysql_database()
    other, user = (User(*database.server.create_user(), database) for _ in range(2))
    other.execute("CREATE TABLE t (id INT PRIMARY KEY)", "SET GLOBAL partial_revokes = ON")
    try:
        other.execute("GRANT ALL ON *.* TO {user}", "REVOKE SELECT, TRIGGER ON {db}.* FROM {user}")
        assert checks(other.source("t")) == ["mysql-check-select-privileges"]
        findings = other.target("t")
        assert set(checks(findings)) == {"mysql-check-target-privileges", "mysql-check-target-triggers"}
        other.mend(findings)
        assert other.target("t") == []
        assert other.source("t") == []
        assert checks(user.target("fresh")).count("mysql-check-target-privileges") == 2
        user.mend(user.target("fresh"))
        assert user.target("fresh") == []
    finally:
        database.execute(f"DROP USER {other.name}, {user.name}", "SET GLOBAL partial_revokes = OFF")


def test_preflight_changes_nothing(user: User) -> None:
    before = user.database.rows("SHOW BINARY LOGS")
    for role in Role:
        user.preflight(role, mapped_of(user.database, "t"))
        MYSQL.probe.preflight(user.database.endpoint(), role, [mapped_of(user.database, "t")])
    assert user.database.rows("SHOW BINARY LOGS") == before
    names = {name for (name,) in user.database.rows("SHOW TABLES")}
    assert names == {"t", "w"}
