"""Settings and tables that stand in the way, each found under its check's name, and gone when its remedy was run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from dmsform.catalog.mapping import Copied, MappedColumn, MappedTable
from dmsform.catalog.model import TableName
from dmsform.catalog.types import Geometry, Text
from dmsform.diagnostics import Diagnostic, Severity
from dmsform.provider.registry import provider
from dmsform.provider.values import Role
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.contract_values import map_whole
from dmsform.testing.mysql_server import MysqlServer, mariadb_server
from dmsform_mysql.connect import Server
from dmsform_mysql.preflight import too_old
from dmsform_mysql.preflight_tables import letter_case, small_pages
from tests.servers import MysqlDatabase, packages_or_skip

MYSQL = provider("mysql")
ENDPOINT = EndpointDefinition(name="shop", engine="mysql", settings={"username": "dms"})


def mapped_of(database: MysqlDatabase, name: str, target: TableName | None = None) -> MappedTable:
    table = MYSQL.introspector.introspect(database.endpoint()).table(TableName(database.name, name))
    assert table is not None
    return map_whole(table, target or table.name)


def preflight(database: MysqlDatabase, role: Role, *mapped: MappedTable) -> list[Diagnostic]:
    findings = list(MYSQL.probe.preflight(database.endpoint(), role, mapped))
    assert {f.check for f in findings} <= set(MYSQL.probe.checks(role))
    return findings


def run_as_told(database: MysqlDatabase, *findings: Diagnostic) -> None:
    for finding in findings:
        statement = finding.remedy.partition(": ")[2]
        assert statement.startswith(("SET GLOBAL ", "ALTER TABLE ", "DROP TRIGGER ")), finding
        database.execute(*statement.split("; "))


@contextmanager
def kept(server: MysqlServer, *variables: str) -> Iterator[None]:
    """Put global variables back afterwards."""
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'@@global.{name}' for name in variables)}")
        ((*before,),) = cursor.fetchall()
    try:
        yield
    finally:
        # The last first: super_read_only holds read_only.
        for name, value in reversed(list(zip(variables, before, strict=True))):
            server.execute(f"SET GLOBAL {name} = {value}")


@pytest.fixture
def database(make_family_database: Callable[[], MysqlDatabase]) -> MysqlDatabase:
    made = make_family_database()
    made.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10)) ENGINE=InnoDB")
    return made


@pytest.mark.server
def test_local_infile_is_off(database: MysqlDatabase) -> None:
    with kept(database.server, "local_infile"):
        database.execute("SET GLOBAL local_infile = OFF")
        (finding,) = preflight(database, Role.TARGET, mapped_of(database, "t"))
        assert (finding.code, finding.check) == ("DMS547", "mysql-check-target-localinfile-set")
        assert preflight(database, Role.SOURCE, mapped_of(database, "t")) == []
        run_as_told(database, finding)
        assert preflight(database, Role.TARGET, mapped_of(database, "t")) == []


@pytest.mark.server
def test_a_target_that_takes_no_writes(database: MysqlDatabase) -> None:
    name, password = database.server.create_user()
    database.execute(f"GRANT ALL ON *.* TO {name}" if database.server.flavor == "mariadb" else "DO 0")
    database.execute(f"GRANT SELECT, CREATE, ALTER, DROP, INSERT, UPDATE, DELETE, TRIGGER ON *.* TO {name}")
    with kept(database.server, "read_only"):
        database.execute("SET GLOBAL read_only = ON")
        mapped = mapped_of(database, "t")
        (warned,) = preflight(database, Role.TARGET, mapped)
        assert (warned.severity, warned.check) == (Severity.WARNING, "all-check-target-read-replica")
        if database.server.flavor == "mariadb":
            database.execute(f"REVOKE READ_ONLY ADMIN, SUPER ON *.* FROM {name}")
        poor = database.endpoint(username=name, password=password)
        (finding,) = MYSQL.probe.preflight(poor, Role.TARGET, [mapped])
        assert (finding.code, finding.check, finding.severity) == ("DMS548", warned.check, Severity.ERROR)
        assert MYSQL.probe.preflight(poor, Role.SOURCE, [mapped]) == []
        run_as_told(database, finding)
        assert MYSQL.probe.preflight(poor, Role.TARGET, [mapped]) == []
    database.execute(f"DROP USER {name}")


@pytest.mark.server
def test_even_an_administrator_may_not_write(make_mysql_database: Callable[[], MysqlDatabase]) -> None:
    database = make_mysql_database()
    database.execute("CREATE TABLE t (id INT PRIMARY KEY)")
    with kept(database.server, "read_only", "super_read_only"):
        database.execute("SET GLOBAL super_read_only = ON")
        (finding,) = preflight(database, Role.TARGET, mapped_of(database, "t"))
        assert (finding.code, finding.severity) == ("DMS548", Severity.ERROR)
        run_as_told(database, finding)
        assert preflight(database, Role.TARGET, mapped_of(database, "t")) == []


@pytest.mark.server
def test_large_objects_and_a_small_packet(database: MysqlDatabase) -> None:
    database.execute("CREATE TABLE lob (id INT PRIMARY KEY, v LONGTEXT)")
    with kept(database.server, "max_allowed_packet"):
        database.execute("SET GLOBAL max_allowed_packet = 1048576")
        for role in Role:
            assert preflight(database, role, mapped_of(database, "t")) == []
            (finding,) = preflight(database, role, mapped_of(database, "lob"))
            assert (finding.severity, finding.check) == (Severity.WARNING, "mysql-check-max-allowed-packet-lob")
        run_as_told(database, finding)
        assert preflight(database, Role.SOURCE, mapped_of(database, "lob")) == []


@pytest.mark.server
def test_a_storage_engine_without_transactions(database: MysqlDatabase) -> None:
    database.execute("CREATE TABLE old (id INT PRIMARY KEY) ENGINE=MyISAM")
    for role in Role:
        (finding,) = preflight(database, role, mapped_of(database, "t"), mapped_of(database, "old"))
        assert (finding.code, finding.check) == ("DMS549", "mysql-check-table-storage-engine")
        assert finding.place is not None
        assert finding.place.table == f"{database.name}.old"
    run_as_told(database, finding)
    assert preflight(database, Role.SOURCE, mapped_of(database, "old")) == []


@pytest.mark.server
def test_what_tables_that_stand_would_do(database: MysqlDatabase) -> None:
    database.execute(
        "CREATE TABLE child (id INT PRIMARY KEY, t INT, twice INT AS (id * 2), CONSTRAINT to_t FOREIGN KEY (t) "
        "REFERENCES t (id)) ENGINE=InnoDB",
        "CREATE TRIGGER stamp BEFORE INSERT ON child FOR EACH ROW SET NEW.id = NEW.id + 1",
        "CREATE TRIGGER `st``amp` AFTER INSERT ON child FOR EACH ROW SET @a = 1",
    )
    findings = preflight(database, Role.TARGET, mapped_of(database, "child"))
    assert {f.severity for f in findings} == {Severity.WARNING}
    assert [f.check for f in findings] == [
        "mysql-check-target-triggers", "mysql-check-generated-columns", "mysql-check-fk-target",
    ]  # fmt: skip
    assert [f.check for f in preflight(database, Role.TARGET, mapped_of(database, "t"))] == ["mysql-check-fk-target"]
    mapped = mapped_of(database, "child")
    run_as_told(database, *findings)
    assert preflight(database, Role.TARGET, mapped, mapped_of(database, "t")) == []


@pytest.mark.server
def test_a_server_that_wants_primary_keys(make_mysql_database: Callable[[], MysqlDatabase]) -> None:
    database = make_mysql_database()
    database.execute("CREATE TABLE t (id INT)", "CREATE TABLE k (id INT PRIMARY KEY)")
    with kept(database.server, "sql_require_primary_key"):
        database.execute("SET GLOBAL sql_require_primary_key = ON")
        fresh = [mapped_of(database, name, TableName(database.name, f"new_{name}")) for name in ("t", "k")]
        (finding,) = preflight(database, Role.TARGET, *fresh)
        assert (finding.severity, finding.check) == (Severity.ERROR, "mysql-check-require-primary-key")
        assert finding.place is not None
        assert finding.place.table == f"{database.name}.new_t"
        run_as_told(database, finding)
        assert preflight(database, Role.TARGET, *fresh) == []


@pytest.mark.server
def test_a_character_set_that_is_not_there(database: MysqlDatabase) -> None:
    mapped = mapped_of(database, "t")
    column = mapped.columns[1]
    known = replace(column, native="varchar(10) character set latin1 collate latin1_german1_ci")
    unknown = replace(column, native="varchar(10) character set klingon collate klingon_bin")
    translated = replace(column, native="varchar(10) character set gb18030 collate gb18030_bin")
    for native, codes in ((known, []), (translated, []), (unknown, ["DMS552"])):
        findings = preflight(database, Role.TARGET, replace(mapped, columns=(mapped.columns[0], native)))
        assert [f.code for f in findings] == codes
    assert findings[0].check == "mysql-check-target-character-sets"


@pytest.mark.server
def test_a_conversion_that_is_none(database: MysqlDatabase) -> None:
    mapped = mapped_of(database, "t")
    value = mapped.columns[1].value
    assert isinstance(value, Copied)
    assert value.column.type == Text(10)
    asked = MappedColumn("v", value, Geometry("point"), converted=True)
    (finding,) = preflight(database, Role.SOURCE, replace(mapped, columns=(mapped.columns[0], asked)))
    assert (finding.code, finding.check) == ("DMS542", "unsupported-data-types-in-source")


@pytest.mark.server
def test_a_server_that_folds_names(tmp_path: Path) -> None:
    with packages_or_skip(), mariadb_server(tmp_path / "server", options=["lower-case-table-names=1"]) as server:
        database = MysqlDatabase(server, server.create_database())
        database.execute("CREATE TABLE t (id INT PRIMARY KEY)")
        mapped = mapped_of(database, "t")
        upper = replace(mapped, target=TableName(database.name, "Orders"))
        lower = replace(mapped, target=TableName(database.name, "orders"))
        assert preflight(database, Role.TARGET, lower) == []
        for findings in (preflight(database, Role.TARGET, upper), preflight(database, Role.TARGET, upper, lower)):
            assert [(f.code, f.check) for f in findings] == [("DMS541", "mysql-check-lower-case-table-names")]


def test_letter_case() -> None:
    names = [TableName("shop", "Orders"), TableName("shop", "orders"), TableName("shop", "Items")]
    assert list(letter_case(ENDPOINT, 0, names)) == []
    (told,) = letter_case(ENDPOINT, 2, names)
    assert "shop.Orders and shop.orders would be one table" in told.detail
    assert len(list(letter_case(ENDPOINT, 1, names))) == 2


@pytest.mark.server
def test_small_pages(database: MysqlDatabase) -> None:
    mapped = [mapped_of(database, "t")]
    assert list(small_pages(ENDPOINT, 16384, mapped)) == []
    (told,) = small_pages(ENDPOINT, 8192, mapped)
    assert told.check == "mysql-check-innodb-page-size"


@pytest.mark.parametrize(
    ("mariadb", "version", "old"),
    [
        (False, (5, 7, 44), True), (False, (8, 0, 11), False), (False, (9, 7, 4), False), (True, (10, 5, 27), True),
        (True, (10, 6, 0), False), (True, (11, 8, 2), False),
    ],
)  # fmt: skip
def test_an_old_server(mariadb: bool, version: tuple[int, ...], old: bool) -> None:
    told = too_old(ENDPOINT, Server(mariadb, version, 1, 0))
    assert (told is not None) is old
    if told is not None:
        assert (told.code, told.check) == ("DMS546", "mysql-check-supported-version")
        assert ".".join(map(str, version)) in told.detail
