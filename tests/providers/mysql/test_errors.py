"""Errors of real servers as diagnostics, and those that a test cannot bring about by their numbers."""

from __future__ import annotations

from collections.abc import Callable

import pymysql
import pytest

from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.connect import connected
from dmsform_mysql.errors import diagnosed, statement_error
from tests.servers import MysqlDatabase

TABLE = """CREATE TABLE t (
  id INT PRIMARY KEY, name VARCHAR(3) UNIQUE, small TINYINT NOT NULL, at DATETIME, price DECIMAL(4, 1),
  parent INT, CHECK (small < 50), FOREIGN KEY (parent) REFERENCES t (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET latin1"""
GOOD = {"id": "1", "name": "'a'", "small": "1", "at": "NULL", "price": "NULL", "parent": "NULL"}

ENDPOINT = EndpointDefinition(name="shop", engine="mysql", settings={"username": "dms"})


def diagnosis(database: MysqlDatabase, statement: str, right: str = "INSERT") -> Diagnostic:
    endpoint = database.endpoint()
    with (
        connected(endpoint) as connection,
        pytest.raises(DiagnosticError) as raised,
        diagnosed(endpoint, TableName(database.name, "t"), right),
    ):
        connection.execute(statement)
    (found,) = raised.value.diagnostics
    assert found.remedy
    assert found.place is not None
    return found


@pytest.mark.server
def test_a_refused_value_is_named_with_its_column(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    database.execute(TABLE, f"INSERT INTO t VALUES ({', '.join(GOOD.values())})")
    values: list[tuple[str, str, str | None]] = [
        ("name", "'abcd'", None), ("name", "'\u20ac\u0416'", "\\x"), ("small", "300", None), ("small", "'x'", "x"),
        ("small", "NULL", None), ("small", "60", None), ("at", "'2020-02-31x'", "2020-02-31x"),
        ("price", "'1.2x'", None), ("price", "12345", None), ("id", "1", "1"), ("parent", "77", None),
    ]  # fmt: skip
    for column, value, told in values:
        row = {**GOOD, "id": "2", "name": "'b'", column: value}
        found = diagnosis(database, f"INSERT INTO t VALUES ({', '.join(row.values())})")
        assert found.code == "DMS509", (column, value, found)
        assert found.place is not None
        if value not in ("60", "1", "77"):  # a constraint or key is named instead
            assert found.place.column == column, (value, found)
        if told is not None:
            assert found.place.value is not None
            assert found.place.value.lower().startswith(told), found
    assert "load-order" in diagnosis(database, "INSERT INTO t VALUES (9, 'z', 1, NULL, NULL, 77)").remedy
    assert "duplicates" in diagnosis(database, "INSERT INTO t VALUES (1, 'z', 1, NULL, NULL, NULL)").remedy


@pytest.mark.server
def test_what_the_server_refuses_for_other_reasons(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    database.execute(TABLE, "CREATE TABLE child (a INT, FOREIGN KEY (a) REFERENCES t (id)) ENGINE=InnoDB")
    assert diagnosis(database, "DROP TABLE t", "DROP").code == "DMS544"
    assert diagnosis(database, "TRUNCATE TABLE t", "DROP").code == "DMS544"
    assert diagnosis(database, "SELECT * FROM gone", "SELECT").code == "DMS550"
    assert "Plan again" in diagnosis(database, "SELECT nothing FROM t", "SELECT").remedy
    assert diagnosis(database, "CREATE TABLE u (a INT) COLLATE nowhere_ci").code == "DMS552"
    assert diagnosis(database, "CREATE TABLE u (a TEXT CHARACTER SET nowhere)").code == "DMS552"
    database.execute("CREATE TABLE base (a INT)", "CREATE VIEW v AS SELECT a FROM base", "DROP TABLE base")
    assert diagnosis(database, "SELECT * FROM v", "SELECT").code == "DMS553"
    assert diagnosis(database, "SELEKT").code == "DMS518"


@pytest.mark.server
def test_a_lock_is_waited_for_in_another_try(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    database.execute(TABLE, f"INSERT INTO t VALUES ({', '.join(GOOD.values())})")
    endpoint = database.endpoint()
    with database.connect() as other, other.cursor() as cursor, connected(endpoint) as connection:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE t SET small = 2")
        connection.execute("SET SESSION innodb_lock_wait_timeout = 1")
        with pytest.raises(ConnectionLostError, match=r"DMS507.*1205"), diagnosed(endpoint):
            connection.execute("DELETE FROM t")


@pytest.mark.server
def test_a_killed_session_may_be_tried_again(make_family_database: Callable[[], MysqlDatabase]) -> None:
    database = make_family_database()
    endpoint = database.endpoint()
    with connected(endpoint) as connection:
        database.execute(f"KILL {connection.number}")
        with pytest.raises(ConnectionLostError, match="DMS507"), diagnosed(endpoint):
            connection.rows("SELECT 1")


@pytest.mark.parametrize(
    ("number", "text", "code"),
    [
        (1021, "Disk full (/tmp/#sql)", "DMS515"),
        (1114, "The table 't' is full", "DMS515"),
        (3, "Error writing file '/tmp/x' (Errcode: 28 - No space left on device)", "DMS515"),
        (1030, 'Got error 28 "No space left on device" from storage engine InnoDB', "DMS515"),
        (1153, "Got a packet bigger than 'max_allowed_packet' bytes", "DMS551"),
        (1301, "Result of repeat() was larger than max_allowed_packet (1024) - truncated", "DMS551"),
        (1148, "The used command is not allowed with this MariaDB version", "DMS547"),
        (3948, "Loading local data is disabled", "DMS547"),
        (4166, "The used command is not allowed because the MariaDB server or client has disabled it", "DMS547"),
        (1290, "The MySQL server is running with the --super-read-only option so it cannot execute it", "DMS548"),
        (1290, "The MySQL server is running with the --secure-file-priv option so it cannot", "DMS518"),
        (1836, "Running in read-only mode", "DMS548"),
        (1820, "You must reset your password using ALTER USER statement before executing this statement.", "DMS504"),
        (3140, "Invalid JSON text: \"Missing a name\" at position 1 in value for column 't.doc'.", "DMS509"),
    ],
)
def test_numbers_have_their_codes(number: int, text: str, code: str) -> None:
    error = statement_error(pymysql.OperationalError(number, text), ENDPOINT, TableName("shop", "t"), "INSERT")
    assert not isinstance(error, ConnectionLostError)
    assert [d.code for d in error.diagnostics] == [code]


@pytest.mark.parametrize("number", [1020, 1040, 1053, 1205, 1213, 1317, 1412, 1927, 2006, 2013, 2027])
def test_what_may_pass_is_tried_again(number: int) -> None:
    assert isinstance(statement_error(pymysql.OperationalError(number, "said"), ENDPOINT), ConnectionLostError)


def test_a_packet_that_broke_the_connection_has_its_hint() -> None:
    error = statement_error(pymysql.OperationalError(2006, "MySQL server has gone away"), ENDPOINT)
    assert "max_allowed_packet" in error.diagnostics[0].remedy


@pytest.mark.parametrize(
    ("number", "text", "statement"),
    [
        (1142, "DROP, ALTER command denied to user 'd'@'h' for table 't'", "GRANT DROP, ALTER ON `shop`.`t` TO"),
        (1142, "INSERT command denied to user 'd'@'h' for table `a_b`.`x``y`", "GRANT INSERT ON `a_b`.`x``y` TO"),
        (1142, "CREATE command denied to user 'd'@'h' for table 'dmsform_load_0123456789abcdef'",
         "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP ON `shop`.* TO"),
        (1143, "SELECT command denied to user 'd'@'h' for column 'c' in table 't'", "GRANT SELECT ON `shop`.`t` TO"),
        (1044, "Access denied for user 'd'@'h' to database 'a_b'", "CREATE, ALTER, DROP ON `a\\_b`.* TO"),
        (1227, "Access denied; you need (at least one of) the SUPER or CONNECTION_ADMIN privilege(s) for it",
         "GRANT CONNECTION_ADMIN ON *.* TO"),
        (1370, "execute command denied to user 'd'@'h' for routine 'shop.f'", "GRANT EXECUTE ON `shop`.* TO"),
    ],
)  # fmt: skip
def test_a_missing_right_comes_with_its_grant(number: int, text: str, statement: str) -> None:
    error = pymysql.OperationalError(number, text)
    (found,) = statement_error(error, ENDPOINT, TableName("shop", "t"), "CREATE").diagnostics
    assert found.code == "DMS506"
    assert statement in found.remedy, found.remedy
    error.account = "d's@%"  # type: ignore[attr-defined]
    (found,) = statement_error(error, ENDPOINT, TableName("shop", "t"), "CREATE").diagnostics
    assert found.remedy.endswith("TO 'd''s'@'%'"), found.remedy
