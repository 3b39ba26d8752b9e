"""Reading: one moment, every row once, what must not pass refused by value, and lost connections never an end."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pymysql
import pytest

from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import SequencePosition
from dmsform.catalog.types import Enumeration, Text
from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import ConnectionLostError
from dmsform.testing.mysql_server import MysqlServer
from dmsform_mysql import codes as own
from dmsform_mysql.connect import connected
from dmsform_mysql.reader import MysqlRowText, Read, read_row_text
from dmsform_mysql.select import select
from dmsform_mysql.snapshot import open_snapshot
from tests.providers.mysql.reading import lines_of, mapped_of, refused
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

MANY = 80_000
"""Rows that take several buffers, and more than what fits between the two ends of a connection."""


@pytest.fixture
def database(make_family_database: Callable[[], MysqlDatabase]) -> MysqlDatabase:
    return make_family_database()


def _fill_many(database: MysqlDatabase) -> MappedTable:
    digits = " UNION ALL ".join(f"SELECT {n} n" for n in range(10))
    database.execute(
        "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, c varchar(300) CHARACTER SET ascii)",
        "CREATE TABLE d (n int)",
        f"INSERT INTO d {digits}",
        "INSERT INTO t SELECT 1 + a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n, REPEAT('x', 200) "
        "FROM d a, d b, d c, d d, d e WHERE e.n < 8",
    )
    return mapped_of(database, "t")


def test_all_rows_come_in_buffers_of_whole_rows(database: MysqlDatabase) -> None:
    with read_row_text(database.endpoint(), _fill_many(database)) as stream:
        buffers = list(stream)
        positions = stream.sequence_positions()
    assert stream.rows == MANY
    assert all(buffer.endswith(b"\n") for buffer in buffers)
    assert all(200_000 < len(buffer) < 1_000_000 for buffer in buffers[:-1])
    numbers = [int(line.partition(b"\t")[0]) for line in b"".join(buffers).splitlines()]
    assert sorted(numbers) == list(range(1, MANY + 1))
    # What the server would number next; of a copy it may be more than the last number and one.
    assert positions == (SequencePosition("id", int(database.value(_NEXT.format(database.name)))),)
    assert positions[0].next_value > MANY


_NEXT = (
    "SELECT /*+ SET_VAR(information_schema_stats_expiry = 0) */ AUTO_INCREMENT FROM information_schema.TABLES "
    "WHERE TABLE_SCHEMA = '{}' AND TABLE_NAME = 't'"
)


def test_rows_are_those_of_the_moment_of_the_cut(database: MysqlDatabase) -> None:
    database.execute("CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    with read_row_text(database.endpoint(), mapped_of(database, "t")) as stream:
        told = json.loads(stream.cut)
        database.execute("INSERT INTO t VALUES (7)", "DELETE FROM t WHERE id = 1")
        assert b"".join(stream) == b"1\n"
        assert stream.sequence_positions() == (SequencePosition("id", 8),)
    expected = "gtid" if database.server.flavor == "mysql" else "binlog"
    assert list(told) == [expected]
    assert all(told.values())


def test_a_table_altered_after_the_snapshot_is_tried_again(database: MysqlDatabase) -> None:
    database.execute("CREATE TABLE t (id int PRIMARY KEY, c int)", "INSERT INTO t VALUES (1, 1)")
    mapped = mapped_of(database, "t")
    with connected(database.endpoint()) as connection:
        cut = open_snapshot(connection)
        database.execute("TRUNCATE TABLE t")
        text = MysqlRowText(Read(connection, database.endpoint(), mapped, select(mapped)), cut, "InnoDB")
        with pytest.raises(ConnectionLostError):
            list(text)


def test_nobody_alters_a_table_that_is_about_to_be_read(database: MysqlDatabase) -> None:
    database.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    with (
        read_row_text(database.endpoint(), mapped_of(database, "t")) as stream,
        closing(database.connect(init_command="SET lock_wait_timeout = 1")) as other,
    ):
        with pytest.raises(pymysql.OperationalError, match="Lock wait timeout"):
            other.cursor().execute("ALTER TABLE t MODIFY id bigint")
        assert b"".join(stream) == b"1\n"


@pytest.mark.parametrize("kill", ["KILL {}", "KILL QUERY {}"])
def test_a_lost_connection_is_never_an_end(database: MysqlDatabase, kill: str) -> None:
    mapped = _fill_many(database)
    with read_row_text(database.endpoint(), mapped) as stream:
        buffers = iter(stream)
        next(buffers)
        found = "SELECT id FROM information_schema.processlist WHERE db = '{}' AND info LIKE 'SELECT CONCAT%'"
        number = database.value(found.format(database.name))
        database.execute(kill.format(number))
        with pytest.raises(ConnectionLostError):
            for _ in buffers:
                pass
    assert stream.rows < MANY


def test_kinds_of_tables(database: MysqlDatabase) -> None:
    """Views, partitions, other engines, generated and invisible columns, no rows, no key: all rows, once."""
    invisible = "INVISIBLE" if database.server.flavor == "mariadb" else "/*!80023 INVISIBLE */"
    database.execute(
        "CREATE TABLE plain (id int NOT NULL, c varchar(9) CHARACTER SET utf8mb4)",
        "INSERT INTO plain VALUES (1, 'a'), (1, 'a'), (2, NULL)",
        "CREATE VIEW seen AS SELECT id * 2 AS twice, c FROM plain",
        "CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3",
        "INSERT INTO parts VALUES (1), (2), (3), (4)",
        f"CREATE TABLE made (a int, b int AS (a + 1) VIRTUAL, c int AS (a * 2) STORED, d int DEFAULT 5 {invisible})",
        "INSERT INTO made (a) VALUES (1)",
        "CREATE TABLE nothing (a int, b text)",
        *(f"CREATE TABLE {engine} (a int) ENGINE = {engine}" for engine in ("MyISAM", "MEMORY")),
        *(f"INSERT INTO {engine} VALUES (1), (2)" for engine in ("MyISAM", "MEMORY")),
        "CREATE TABLE `we``ird \\\\ ta.ble` (`select` int, `a``b\\\\c %s` int, `x'y` int)",
        "INSERT INTO `we``ird \\\\ ta.ble` VALUES (1, 2, 3)",
    )
    expected = {
        "plain": [b"1\ta", b"1\ta", b"2\t\\N"],
        "seen": [b"2\ta", b"2\ta", b"4\t\\N"],
        "parts": [b"1", b"2", b"3", b"4"],
        "made": [b"1\t2\t2\t5"],
        "nothing": [],
        "MyISAM": [b"1", b"2"],
        "MEMORY": [b"1", b"2"],
        "we`ird \\\\ ta.ble": [b"1\t2\t3"],
    }
    assert {name: sorted(lines_of(database, mapped_of(database, name))) for name in expected} == expected


def test_a_table_with_a_history_is_read_as_it_is_now(make_mariadb_database: Callable[[], MysqlDatabase]) -> None:
    database = make_mariadb_database()
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, c int) WITH SYSTEM VERSIONING",
        "INSERT INTO t VALUES (1, 1), (2, 2)",
        "UPDATE t SET c = 5",
        "DELETE FROM t WHERE id = 2",
    )
    assert lines_of(database, mapped_of(database, "t")) == [b"1\t5"]


def test_missing_tables_and_columns_are_told(database: MysqlDatabase) -> None:
    database.execute("CREATE TABLE t (id int, c int)")
    mapped = mapped_of(database, "t")
    database.execute("ALTER TABLE t DROP COLUMN c")
    assert "Plan again" in refused(database, mapped).remedy
    database.execute("DROP TABLE t")
    assert refused(database, mapped).code == own.TABLE_MISSING.id


def test_a_missing_right_is_told(database: MysqlDatabase) -> None:
    database.execute("CREATE TABLE t (id int, c int)")
    mapped = mapped_of(database, "t")
    user, password = database.server.create_user()
    database.execute(f"GRANT SELECT (id) ON `{database.name}`.t TO '{user}'@'%'")
    endpoint = database.endpoint(username=user, password=password)
    with pytest.raises(DiagnosticError) as raised, read_row_text(endpoint, mapped) as stream:
        list(stream)
    assert raised.value.diagnostics[0].code == codes.MISSING_GRANT.id


def test_the_error_value_of_an_enum_is_no_label(database: MysqlDatabase) -> None:
    """Index 0 prints as the empty text, which is a label here too."""
    with closing(database.connect(sql_mode="")) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (id int PRIMARY KEY, e enum('', 'a') CHARACTER SET utf8mb4)")
        cursor.execute("INSERT INTO t VALUES (1, ''), (2, 'nothing of the kind')")
    mapped = mapped_of(database, "t")
    for asked in (Enumeration(("", "a")), Text()):
        columns = (mapped.columns[0], replace(mapped.columns[1], type=asked))
        diagnostic = refused(database, replace(mapped, columns=columns))
        assert diagnostic.code == codes.VALUE_REFUSED.id
        assert "id 2" in diagnostic.detail
        assert diagnostic.place is not None
        assert diagnostic.place.column == "e"


UNDEFINED = (("cp1251", "98"), ("sjis", "81ad"), ("big5", "a2ce"), ("tis620", "db"), ("hebrew", "a1"), ("gbk", "a140"))


@pytest.mark.parametrize(("charset", "raw"), UNDEFINED)
def test_bytes_that_are_no_character_are_refused_by_value(database: MysqlDatabase, charset: str, raw: str) -> None:
    """The servers would give a question mark or U+FFFD."""
    database.execute(
        f"CREATE TABLE t (id int PRIMARY KEY, c varchar(9) CHARACTER SET {charset})",
        f"INSERT INTO t VALUES (1, 'fine?'), (2, x'3f{raw}')",
    )
    diagnostic = refused(database, mapped_of(database, "t"))
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert diagnostic.place is not None
    assert diagnostic.place.column == "c"
    assert diagnostic.place.value == f"the bytes 3f{raw}"
    assert "in the row with id 2" in diagnostic.detail


def _patch(server: MysqlServer, database: MysqlDatabase, old: bytes, new: bytes) -> None:
    """Change a MyISAM table's file, as other servers' and older versions' files come to hold what no INSERT stores."""
    database.execute("FLUSH TABLES t")
    path = Path(server.data_dir, database.name, "t.MYD")
    held = path.read_bytes()
    assert held.count(old) == 1
    path.write_bytes(held.replace(old, new))
    database.execute("FLUSH TABLES t")


@pytest.mark.parametrize("charset", ["utf8mb4", "utf8mb3"])
def test_bytes_that_are_no_utf8_are_refused_by_value(
    mysql_family_server: MysqlServer, database: MysqlDatabase, charset: str
) -> None:
    database.execute(
        f"CREATE TABLE t (id int PRIMARY KEY, b int, c varchar(9) CHARACTER SET {charset}) ENGINE = MyISAM",
        "INSERT INTO t VALUES (1, 1, 'ä'), (2, 2, 'MARK')",
    )
    _patch(mysql_family_server, database, b"MARK", b"M\xed\xa0\x80")
    diagnostic = refused(database, mapped_of(database, "t"))
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert diagnostic.place is not None
    assert diagnostic.place.column == "c"
    assert diagnostic.place.value == "the bytes 4deda080"
    assert "in the row with id 2" in diagnostic.detail


def test_a_negative_zero_keeps_its_sign(mysql_family_server: MysqlServer, database: MysqlDatabase) -> None:
    """MariaDB stores none by itself, but holds those that came by file or replication, and prints them as 0."""
    database.execute(
        "CREATE TABLE t (d double NOT NULL, f float NOT NULL, z double(9,3) NOT NULL) ENGINE = MyISAM",
        "INSERT INTO t VALUES (1.5, 1.5, 1.25)",
    )
    _patch(mysql_family_server, database, struct.pack("<d", 1.5), struct.pack("<d", -0.0))
    _patch(mysql_family_server, database, struct.pack("<f", 1.5), struct.pack("<f", -0.0))
    _patch(mysql_family_server, database, struct.pack("<d", 1.25), struct.pack("<d", -0.0))
    assert lines_of(database, mapped_of(database, "t")) == [b"-0\t-0\t-0"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("MODIFY at datetime(6)", "column at is datetime(6) now and was datetime"),
        ("ADD COLUMN more int", "column more is new"),
    ],
)
def test_a_table_that_was_altered_since_it_was_matched_is_not_read(
    database: MysqlDatabase, change: str, words: str
) -> None:
    """Its values would be rounded by the column that was made for the former type, or some be left out."""
    database.execute("CREATE TABLE t (id int PRIMARY KEY, at datetime)")
    mapped = mapped_of(database, "t")
    database.execute(f"ALTER TABLE t {change}", "INSERT INTO t (id) VALUES (1)")
    with (
        pytest.raises(DiagnosticError) as raised,
        read_row_text(database.endpoint(), mapped) as stream,
    ):
        list(stream)
    (finding,) = raised.value.diagnostics
    assert finding.code == codes.SOURCE_DIFFERS.id
    assert words in finding.detail
