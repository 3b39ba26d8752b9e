"""Rows longer than max_allowed_packet, which the server cannot render: read in pieces, in the same snapshot."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from dmsform.catalog.mapping import FilterCondition, FilterOperator, RowFilter
from dmsform.catalog.types import Binary
from dmsform.provider import codes
from dmsform.testing.mysql_server import MysqlServer
from dmsform_mysql import codes as own
from tests.providers.mysql.reading import lines_of, mapped_of, refused
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

LIMIT = 64 * 1024
LONG = 3 * LIMIT


@pytest.fixture
def database(
    mysql_family_server: MysqlServer, make_family_database: Callable[[], MysqlDatabase]
) -> Iterator[MysqlDatabase]:
    """A database with a table of long values, on a server that from now on handles 64 KiB at most."""
    database = make_family_database()
    _fill(database)
    before = int(database.value("SELECT @@GLOBAL.max_allowed_packet"))
    database.execute(f"SET GLOBAL max_allowed_packet = {LIMIT}")
    yield database
    database.execute(f"SET GLOBAL max_allowed_packet = {before}")


def _fill(database: MysqlDatabase) -> None:
    columns = (
        "id int PRIMARY KEY, t longtext CHARACTER SET utf8mb4, l longtext CHARACTER SET latin1, "
        "k longtext CHARACTER SET latin2, b longblob, j json, g geometry, n decimal(5,2), d datetime(3)"
    )
    database.execute(f"CREATE TABLE t ({columns})")
    rows = [
        (1, "short", "kurz", "a", b"\x00", "[1]", "POINT(1 2)", "1.50", "2024-01-01 00:00:00.5"),
        (2, "é\t\\\n\r" * (LONG // 6), "ü\\", "ł\t", b"\xff\x00", '{"a":"\\"\\\\"}', "POINT(3 4)", None, None),
        (3, "\\N", "ü\t" * (LONG // 2), "ł\\" * (LONG // 2), None, None, None, "-0.01", "0000-00-00 00:00:00"),
        (4, None, None, None, bytes(range(256)) * (LONG // 256), None, None, None, None),
        # Each fits, but not the row.
        (5, "x" * 40_000, None, None, b"\x01" * 20_000, None, None, None, None),
        (6, "y" * LONG, None, None, None, "{}", None, "9.99", None),
        (7, "after", None, None, None, None, None, None, None),
        # Fits, though not in the two bytes a character that MySQL searches in.
        (9, "z" * 60_000 + "\\", None, None, None, None, None, None, None),
    ]
    with closing(database.connect(sql_mode="ALLOW_INVALID_DATES")) as connection, connection.cursor() as cursor:
        for row in rows:
            cursor.execute("INSERT INTO t VALUES (%s, %s, %s, %s, %s, %s, ST_GeomFromText(%s, 3857), %s, %s)", row)
        line = ",".join(f"{n} {n}" for n in range(9_000))
        cursor.execute("CREATE TABLE documents (j json)")
        cursor.execute("INSERT INTO documents VALUES (%s)", ('["' + "j" * LONG + '"]',))
        cursor.execute("INSERT INTO t (id, g) VALUES (8, ST_GeomFromText(%s, 3857))", (f"LINESTRING({line})",))


def _expected(database: MysqlDatabase) -> dict[int, bytes]:
    """The rows but the last, by hand."""
    point = b"\\\\x0101000020110f0000"
    null = b"\\N"
    document = b'{"a": "\\\\"\\\\\\\\"}' if database.server.flavor == "mysql" else b'{"a":"\\\\"\\\\\\\\"}'
    half = LONG // 2
    fields: dict[int, list[bytes]] = {
        1: [b"short", b"kurz", b"a", b"\\\\x00", b"[1]", point + b"000000000000f03f0000000000000040", b"1.50",
            b"2024-01-01 00:00:00.5"],
        2: ["é\\t\\\\\\n\\r".encode() * (LONG // 6), "ü\\\\".encode(), "ł\\t".encode(), b"\\\\xff00", document,
            point + b"00000000000008400000000000001040", null, null],
        3: [b"\\\\N", "ü\\t".encode() * half, "ł\\\\".encode() * half, null, null, null, b"-0.01",
            b"0000-00-00 00:00:00"],
        4: [null, null, null, b"\\\\x" + bytes(range(256)).hex().encode() * (LONG // 256), *[null] * 4],
        5: [b"x" * 40_000, null, null, b"\\\\x" + b"01" * 20_000, *[null] * 4],
        6: [b"y" * LONG, null, null, null, b"{}", null, b"9.99", null],
        7: [b"after", *[null] * 7],
        9: [b"z" * 60_000 + b"\\\\", *[null] * 7],
    }  # fmt: skip
    return {number: b"\t".join([str(number).encode(), *row]) for number, row in fields.items()}


def test_rows_over_the_limit_are_read_all_the_same(database: MysqlDatabase) -> None:
    mapped = mapped_of(database, "t")
    tracemalloc.start()
    found = lines_of(database, mapped)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    by_number = {int(line.partition(b"\t")[0]): line for line in found}
    assert len(found) == len(by_number) == 9
    line = by_number.pop(8)
    assert by_number == _expected(database)
    shape = bytes.fromhex(line.split(b"\t")[6][3:].decode())
    assert shape[:13] == b"\x01\x02\x00\x00\x20\x11\x0f\x00\x00" + (9_000).to_bytes(4, "little")
    assert len(shape) == 13 + 16 * 9_000
    # What was read is held here twice, by the test: as one text and as its lines.
    assert peak < 2 * sum(map(len, found)) + 6 * max(map(len, found))


def test_filters_hold_for_them_too(database: MysqlDatabase) -> None:
    mapped = mapped_of(database, "t")
    for operator, values, expected in (
        (FilterOperator.GTE, ("4",), {4, 5, 6, 7, 8, 9}),
        (FilterOperator.EQ, ("2",), {2}),
    ):
        row_filter = RowFilter(mapped.source.column("id"), (FilterCondition(operator, values),))
        found = lines_of(database, replace(mapped, filters=(row_filter,)))
        assert {int(line.partition(b"\t")[0]) for line in found} == expected


def test_a_json_document_is_never_read_as_empty(database: MysqlDatabase) -> None:
    """MySQL gives documents over the limit as empty texts; MariaDB's are texts as all others."""
    if database.server.flavor == "mariadb":
        assert lines_of(database, mapped_of(database, "documents")) == [b'["' + b"j" * LONG + b'"]']
        return
    diagnostic = refused(database, mapped_of(database, "documents"))
    assert diagnostic.code == own.PACKET_TOO_SMALL.id
    assert "column j" in diagnostic.detail


def test_a_value_that_is_converted_must_fit(database: MysqlDatabase) -> None:
    diagnostic = refused(database, mapped_of(database, "t", {"t": Binary()}))
    assert diagnostic.code == own.PACKET_TOO_SMALL.id
    assert "column t" in diagnostic.detail


def test_undefined_bytes_in_them_are_refused(database: MysqlDatabase) -> None:
    database.execute(
        "CREATE TABLE u (id int PRIMARY KEY, a longtext CHARACTER SET cp1251, b longtext CHARACTER SET cp1251)",
        "INSERT INTO u VALUES (1, REPEAT('a', 40000), CONCAT(REPEAT('b', 40000), x'98'))",
    )
    diagnostic = refused(database, mapped_of(database, "u"))
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert diagnostic.place is not None
    assert diagnostic.place.column == "b"


@pytest.mark.parametrize("kind", ["MyISAM", "view"])
def test_without_a_snapshot_they_cannot_be_read_again(database: MysqlDatabase, kind: str) -> None:
    if kind == "view":
        database.execute("CREATE VIEW v AS SELECT id, t FROM t")
    else:
        database.execute("CREATE TABLE v (id int, t longtext) ENGINE = MyISAM", "INSERT INTO v SELECT id, t FROM t")
    diagnostic = refused(database, mapped_of(database, "v"))
    assert diagnostic.code == own.NOT_TRANSACTIONAL.id
    assert "max_allowed_packet" in diagnostic.remedy
