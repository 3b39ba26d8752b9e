"""Where a server would give NULL or something else than SQLite, an expression ends the load with an error instead."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.catalog.expressions.functions import replace_chars
from dmsform.catalog.mapping import Computed, MappedColumn, MappedTable
from dmsform.catalog.model import TableName
from dmsform.catalog.types import Float, Integer, LogicalType, Text, Timestamp
from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform_mysql.expression_replace_chars import ordered
from dmsform_mysql.expressions import render
from tests.providers.mysql.expression_table import column, computed, session
from tests.providers.mysql.reading import lines_of, mapped_of, refused
from tests.servers import MysqlDatabase

pytestmark = pytest.mark.server

NATIVE = {"s": "longtext character set utf8mb4 collate utf8mb4_bin", "data": "longblob", "x": "double", "n": "bigint"}


@pytest.fixture
def database(make_family_database: Callable[[], MysqlDatabase]) -> MysqlDatabase:
    return make_family_database()


def values_of(database: MysqlDatabase, column_name: str, values: list[Any], *terms: str) -> list[tuple[Any, ...]]:
    """Terms over a table of one column, in the order of the values."""
    with session(database) as connection:
        connection.execute(f"CREATE TABLE one (id int AUTO_INCREMENT PRIMARY KEY, {column_name} {NATIVE[column_name]})")
        for value in values:
            connection.execute(f"INSERT INTO one ({column_name}) VALUES (%s)", [value])
        return connection.rows(f"SELECT {', '.join(terms)} FROM one ORDER BY id")


def rendered(expression: str, logical: LogicalType) -> str:
    """The SQL of an expression over columns of `NATIVE`."""
    names = {name for name in NATIVE if f"${name}" in expression}
    return render(Computed(expression, tuple(column(name, NATIVE[name]) for name in sorted(names))), logical)


def reading(database: MysqlDatabase, *expressions: tuple[str, LogicalType]) -> MappedTable:
    """Table t as it is mapped, with the expressions as its only columns."""
    mapped = mapped_of(database, "t")
    source = mapped.source
    columns = tuple(
        MappedColumn(
            f"e{at}",
            Computed(expression, tuple(c for c in source.columns if f"${c.name}" in expression)),
            logical,
            None,
            nullable=True,
            identity=None,
        )
        for at, (expression, logical) in enumerate(expressions)
    )
    return MappedTable(source, TableName("there", "t"), columns, None)


def test_floats_keep_all_digits(database: MysqlDatabase) -> None:
    chance = random.Random(3)
    floats = [struct.unpack("d", chance.randbytes(8))[0] for _ in range(1500)]
    floats = [x for x in floats if math.isfinite(x)] + [0.1, 1e22, 1e23, 5e-324, 1.7976931348623157e308, -0.5]
    with session(database) as connection:
        connection.execute("CREATE TABLE one (id int AUTO_INCREMENT PRIMARY KEY, x double)")
        connection.execute(f"INSERT INTO one (x) VALUES {', '.join(f'({x!r})' for x in floats)}")
        rows = connection.rows(f"SELECT {rendered('$x * 1.0', Float(64))} FROM one ORDER BY id")
    assert [float(text) for (text,) in rows] == floats


def test_letters_beyond_ascii_keep_their_case(database: MysqlDatabase) -> None:
    text = "".join(chr(code) for code in (*range(1, 0xD800), *range(0xE000, 0x10000), 0x10400, 0x10428, 0x10FFFF))
    terms = [rendered(f"{function}($s)", Text()) for function in ("upper", "lower")]
    ((upper, lower),) = values_of(database, "s", [text], *terms)
    assert upper == "".join(c.upper() if c.isascii() else c for c in text)
    assert lower == "".join(c.lower() if c.isascii() else c for c in text)


@given(
    text=st.text("abcdxy\1\2\3"), characters=st.text("abcdx\1\2", max_size=8), targets=st.text("abcdy\1\3", max_size=8)
)
def test_characters_are_replaced_once(text: str, characters: str, targets: str) -> None:
    changes: dict[str, str] = {}
    for character in characters:
        changes.setdefault(character, replace_chars(character, characters, targets) or "")
    done = text
    for old, new in ordered({old: new for old, new in changes.items() if old != new}):
        done = done.replace(old, new)
    assert done == replace_chars(text, characters, targets)


@pytest.mark.parametrize(
    ("native", "value", "expression", "why"),
    [
        ("bigint", 2**63 - 1, "$c + 1", "out of range"),
        ("bigint", -(2**63), "abs($c)", "out of range"),
        ("bigint", 2**31, "substr('abc', $c)", "out of range"),
        ("bigint", -(2**31) - 1, "substr('abc', 1, $c)", "out of range"),
        ("double", 1e308, "$c * 10.0", "out of range"),
        ("double", 1e60, "$c", "too many digits for a decimal"),
        ("double", 1e-60, "$c", "too many digits for a decimal"),
        ("date", "2023-02-30", "date($c)", "day that does not exist"),
        ("date", "0000-05-06", "strftime('%Y', $c)", "day that does not exist"),
        ("date", "0005-05-06", "date($c, '-5 years')", "out of range"),
        ("date", "0001-01-01", "date($c, '-1 day')", "out of range"),
        ("bigint", -62135596801, "date($c, 'unixepoch')", "before the year 1"),
        ("varchar(9) character set hebrew collate hebrew_bin", b"a\xff", "$c || ''", "no text of the character set"),
    ],
)
def test_what_the_server_cannot_compute_is_an_error(
    database: MysqlDatabase, native: str, value: Any, expression: str, why: str
) -> None:
    database.execute(f"CREATE TABLE t (c {native})")
    with session(database) as connection:
        connection.execute("INSERT INTO t VALUES (%s)", [value])
    logical = Integer(64) if native == "double" else Text() if "||" in expression or "(" in expression else Integer(64)
    diagnostic = refused(database, reading(database, (expression, logical)))
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert why in diagnostic.detail


@pytest.mark.parametrize(
    "expression", ["$s || $s", "replace($s, 'a', $s)", "hex($s) = ''", "zeroblob(100000000) IS NULL"]
)
def test_a_part_beyond_the_packet_is_an_error_not_null(
    mariadb_server: Any, make_mariadb_database: Any, expression: str
) -> None:
    """MariaDB's limit is 16 MB; MySQL's is 64 MB, by the same rules."""
    database = make_mariadb_database()
    database.execute("CREATE TABLE t (s longtext)", "INSERT INTO t VALUES (CONCAT('a', REPEAT('b', 9000000))), ('a')")
    diagnostic = refused(database, reading(database, (expression, Text())))
    assert "max_allowed_packet" in diagnostic.detail


def test_what_a_result_has_in_it_never_becomes_a_row_or_a_field(database: MysqlDatabase) -> None:
    database.execute("CREATE TABLE t (s varchar(20))", "INSERT INTO t VALUES ('a\\tb\\nc\\\\d'), (NULL), ('\\\\N')")
    mapped = reading(
        database, ("$s", Timestamp()), ("$s", Integer(8)), ("$s || 'x'", Text()), ("coalesce($s, 1 || '')", Text())
    )
    assert lines_of(database, mapped) == [
        b"a\\tb\\nc\\\\d\ta\\tb\\nc\\\\d\ta\\tb\\nc\\\\dx\ta\\tb\\nc\\\\d",
        b"\\N\t\\N\t\\N\t1",
        b"\\\\N\t\\\\N\t\\\\Nx\t\\\\N",
    ]


def test_chance_differs_from_row_to_row(database: MysqlDatabase) -> None:
    terms = [rendered("random()", Integer(64)), rendered("hex(randomblob(40))", Text())]
    rows = values_of(database, "n", list(range(20)), *terms)
    numbers, blobs = zip(*rows, strict=True)
    assert len(set(numbers)) == len(set(blobs)) == 20
    assert min(map(int, numbers)) < 0 < max(map(int, numbers))
    assert {len(blob) for blob in blobs} == {80}


def test_now_is_the_servers_clock_in_utc(database: MysqlDatabase) -> None:
    terms = [rendered("strftime('%s', 'now')", Integer(64)), rendered("datetime()", Timestamp())]
    ((seconds, text),) = values_of(database, "n", [1], *terms)
    here = datetime.now(UTC)
    assert abs(int(seconds) - here.timestamp()) < 120
    assert abs((datetime.fromisoformat(f"{text}+00:00") - here).total_seconds()) < 120


def test_nested_calls_do_not_double_their_sql(database: MysqlDatabase) -> None:
    nested = "substr(replace(" * 30 + "$s" + ", 'a', 'ab'), -50)" * 30
    term = rendered(nested, Text())
    assert len(term) < 20_000
    assert values_of(database, "s", ["x\ty\nz"], term) == [("x\ty\nz",)]


def test_a_float_has_no_text() -> None:
    with pytest.raises(DiagnosticError, match="floating-point"):
        render(computed("$x"), Text(20))
