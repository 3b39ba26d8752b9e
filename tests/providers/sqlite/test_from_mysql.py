"""MySQL and MariaDB to SQLite: every value arrives as what Python's sqlite3 says it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dmsform.catalog.model import TableName
from dmsform.testing.contract_values import map_whole
from dmsform.testing.mysql_server import MysqlServer
from tests.providers.pump import pump, table_of
from tests.providers.sqlite.harness import endpoint_of, rows, run
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

_POINT = "0101000020e6100000000000000000f03f0000000000000040"
# Declared types, and values as the server reads them with what SQLite is to hold.
COMMON: dict[str, list[tuple[str, Any]]] = {
    "tinyint": [("-128", -128), ("127", 127)],
    "bit(1)": [("b'1'", 1), ("b'0'", 0)],
    "int unsigned": [("4294967295", 4294967295)],
    "bigint": [("-9223372036854775808", -(2**63)), ("9223372036854775807", 2**63 - 1)],
    "bigint unsigned": [("18446744073709551615", "18446744073709551615"), ("7", "7")],
    "decimal(10,2)": [("99999999.99", 99999999.99), ("-0.10", -0.1), ("3", 3)],
    "decimal(65,30)": [("12345678901234567890123456789012345.123456789012345678901234567890",
                        "12345678901234567890123456789012345.123456789012345678901234567890")],
    "float": [("0.1", 0.10000000149011612), ("16777217", 16777216.0)],
    "double": [("0.1", 0.1), ("1e300", 1e300), ("9007199254740993", 9007199254740992.0), ("1e22", 1e22)],
    "varchar(20)": [(r"'a\tb\n\\ \0 é'", "a\tb\n\\ \0 é"), ("'1.10'", "1.10"), ("' both '", " both "), ("''", "")],
    "char(5)": [("'ab'", "ab")],
    "longtext": [("repeat('x', 300000)", "x" * 300000)],
    "blob": [("x'00ff5c0a09'", b"\0\xff\\\n\t"), ("''", b"")],
    "binary(3)": [("x'61'", b"a\0\0")],
    "date": [("'2024-02-29'", "2024-02-29"), ("'9999-12-31'", "9999-12-31")],
    "datetime": [("'2024-02-29 01:02:03'", "2024-02-29 01:02:03")],
    "datetime(6)": [("'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"),
                    ("'2024-01-01 00:00:00.5'", "2024-01-01 00:00:00.5")],
    "timestamp": [("FROM_UNIXTIME(1709168523)", "2024-02-29 01:02:03+00")],
    "time(3)": [("'-838:59:58.999'", "-838:59:58.999"), ("'00:00:00'", "00:00:00"), ("'24:00:00'", "24:00:00")],
    "year": [("2024", 2024)],
    "bit(8)": [("b'101'", "00000101")],
    "enum('sad','it''s ok','7')": [("'it''s ok'", "it's ok"), ("'7'", "7")],
    "set('a','b')": [("'a,b'", "a,b"), ("''", "")],
}  # fmt: skip
OWN: dict[str, dict[str, list[tuple[str, Any]]]] = {
    "mysql_server": {
        "json": [("'{\"a\": 1.5}'", '{"a": 1.5}'), ("'1.50'", "1.5"), ("'null'", "null")],
        "point not null srid 4326": [("ST_GeomFromText('POINT(2 1)', 4326)", bytes.fromhex(_POINT))],
    },
    "mariadb_server": {
        "json": [("'{\"a\":  1.10}'", '{"a":  1.10}'), ("'1.10'", "1.10")],
        "uuid": [("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")],
        "point not null": [("ST_GeomFromText('POINT(1 2)', 4326)", bytes.fromhex(_POINT))],
    },
}


@pytest.mark.parametrize("server", OWN)
def test_every_value_arrives(request: pytest.FixtureRequest, tmp_path: Path, server: str) -> None:
    found: MysqlServer = request.getfixturevalue(server)
    database, target = MysqlDatabase(found, found.create_database()), tmp_path / "t.db"
    cells = {**COMMON, **OWN[server]}
    columns = ", ".join(f"c{n} {declared}" for n, declared in enumerate(cells))
    database.execute(f"CREATE TABLE t (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, {columns})")
    height = max(map(len, cells.values()))
    expected: list[list[Any]] = [[] for _ in range(height)]
    for place in range(height):
        given = []
        for declared, values in cells.items():
            # Where a column has fewer values its first one comes again, or NULL.
            filler = values[0] if "not null" in declared else ("NULL", None)
            text, value = values[place] if place < len(values) else filler
            given.append(text)
            expected[place].append(value)
        database.execute(f"INSERT INTO t VALUES ({place + 1}, {', '.join(given)})")
    mapped = map_whole(table_of(database.endpoint(), "t", database.name), TableName("main", "t"))
    assert pump(database.endpoint(), endpoint_of(target), mapped) == height
    arrived = rows(target, "SELECT * FROM t ORDER BY id")
    wrong = [
        (declared, value, row[number])
        for row, wanted in zip(arrived, expected, strict=True)
        for number, (declared, value) in enumerate(zip(cells, wanted, strict=True), start=1)
        if (type(value), repr(value)) != (type(row[number]), repr(row[number]))
    ]
    assert wrong == []
    # The unsigned key numbers itself all the same.
    (required,) = (number for number, declared in enumerate(cells) if "not null" in declared)
    run(target, f"INSERT INTO t (c{required}) VALUES (x'00')")
    assert rows(target, "SELECT max(id) FROM t") == [(height + 1,)]
