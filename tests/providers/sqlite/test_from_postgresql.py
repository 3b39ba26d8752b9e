"""PostgreSQL to SQLite: every value arrives as what Python's sqlite3 says it is, or is refused by column and value.

PostgreSQL itself, asked past the provider, says what each value is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.registry import provider
from dmsform.testing.contract_values import map_whole
from tests.providers.pump import map_table, pump, table_of
from tests.providers.sqlite.harness import endpoint_of, rows, run
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.server
TARGET = TableName("main", "t")
TEXT = "v::text"
UTC_TEXT = "(v AT TIME ZONE 'UTC')::text || '+00'"

# By declared type: how PostgreSQL is asked for the value, what makes Python's value of the answer, and the values.
MATRIX: dict[str, tuple[str, Callable[[Any], Any], tuple[str, ...]]] = {
    "boolean": ("v", int, ("true", "false")),
    "smallint": ("v", int, ("-32768", "32767", "0")),
    "bigint": ("v", int, ("-9223372036854775808", "9223372036854775807", "9007199254740993")),
    "numeric": (
        TEXT, str,
        ("'NaN'", "'Infinity'", "'-Infinity'", "0", "0.000", "1.10", "-1e-1000", "1e1000", "'1e131071'",
         "123456789012345678901234567890.123456789012345678901234567890"),
    ),
    "numeric(10,2)": (TEXT, float, ("99999999.99", "-0.01", "1.1", "0.10")),
    "numeric(18,0)": (TEXT, int, ("999999999999999999", "-9007199254740993")),
    "numeric(16,4)": (TEXT, str, ("999999999999.9999", "'NaN'", "1.1")),
    "numeric(3,-2)": (TEXT, int, ("12300", "-99900")),
    "numeric(3,5)": (TEXT, float, ("0.00999",)),
    "real": ("v::float8", float, ("'Infinity'", "'-Infinity'", "1.4e-45", "3.4028235e38", "0.1", "16777217")),
    "double precision": (
        "v", float,
        ("'Infinity'", "'-Infinity'", "'4.9e-324'", "'1.7976931348623157e308'", "0.1", "1e15", "1e20", "1.0/3", "0"),
    ),
    "money": ("v::numeric::text", str, ("'-92233720368547758.08'", "'0.01'")),
    "text": (
        "v", str,
        ("''", r"'\N'", r"'\.'", "'NULL'", "' both '", r"E'a\tb\nc\rd\be\ff\vg\\h'", "'Grüße \U0001d4b3 \u200b'",
         "repeat('x', 300000)", "E'\\u0001\\u001f\\u007f'", "E'line\n\\\\.\nline'", "'12'", "E'\\uffff'"),
    ),
    "character varying(5)": ("v", str, ("'abcde'", "'a    '", "'\U0001f600\U0001f600'")),
    "character(5)": ("v", str, ("'ab'", "''", "'12'")),
    "bytea": ("v", bytes, (r"'\x'", r"'\x00ff5c0a09'", "decode(repeat('00ff', 100000), 'hex')")),
    "date": (TEXT, str, ("'0001-01-01'", "'2024-02-29'", "'9999-12-31'")),
    "timestamp": (TEXT, str, ("'0001-01-01 00:00:00'", "'2024-03-31 02:30:00.000001'", "'9999-12-31 23:59:59.999999'")),
    "timestamp(0)": (TEXT, str, ("'2024-01-01 00:00:01'",)),
    "timestamptz": (
        UTC_TEXT, str, ("'1883-11-18 12:03:57.5-04:56:02'", "'2024-10-27 02:30:00+02'", "'2024-10-27 02:30:00+01'"),
    ),
    "time": (TEXT, str, ("'00:00:00'", "'24:00:00'", "'23:59:59.999999'")),
    "timetz": (TEXT, str, ("'00:00:00+15:59:59'", "'24:00:00-15:59'", "'12:00:00.5+05:30'")),
    "interval": (
        TEXT, str,
        ("'178000000 years'", "'-178000000 years'", "'1 mon -1 day +00:00:00.000001'", "'infinity'", "'-00:00:01'",
         "'1 year 2 mons 3 days 04:05:06.789'", "'-1 mon'", "'838:59:59'", "'0'"),
    ),
    "bit(5)": (TEXT, str, ("B'10101'", "B'00000'")),
    "varbit": (TEXT, str, ("B''", "repeat('10', 5000)::varbit")),
    "uuid": (TEXT, str, ("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'00000000-0000-0000-0000-000000000000'")),
    "json": (TEXT, str, ("""'{"b": 1,  "a":[1.10, 1e2]}'""", "'\"\\u0000\"'", "'null'", "'1.10'", "'1e2'", "' 7 '")),
    "jsonb": (TEXT, str, ("""'{"b": 1, "a": [1.10, 1e400]}'""", "'null'", r"""'"tab\tnew\nline \\ \""'""", "'1.10'")),
    "inet": (TEXT, str, ("'192.168.0.1/24'", "'2001:db8::1/64'")),
    "text[]": (TEXT, str, (r"""ARRAY['', 'NULL', NULL, 'a,b', '{}', '"', '\', E'\n\t']""", "'{}'")),
    "int4range": (TEXT, str, ("'empty'", "'[1,5)'")),
    "point": (TEXT, str, ("'(0.1,-0)'", "'(NaN,Infinity)'")),
    "oid": (TEXT, str, ("4294967295", "0")),
    "tsvector": (TEXT, str, ("'a:1A fat:2B,4C cat''s:5'",)),
    "mood": (TEXT, str, ("'sad'", "'it''s ok'", "''", "'7'")),
}  # fmt: skip

REFUSED = (
    ("real", "'NaN'", "NaN"),
    ("double precision", "'NaN'", "NaN"),
    ("double precision", "'-0'", "-0"),
    ("numeric(10,2)", "'NaN'", "NaN"),
    ("date", "'infinity'", "infinity"),
    ("date", "'-infinity'", "-infinity"),
    ("date", "'4713-01-01 BC'", "4713-01-01 BC"),
    ("date", "'5874897-12-31'", "5874897-12-31"),
    ("timestamp", "'infinity'", "infinity"),
    ("timestamp", "'4713-01-01 00:00:00 BC'", "4713-01-01 00:00:00 BC"),
    ("timestamptz", "'294276-12-31 23:59:59.999999+00'", "294276-12-31 23:59:59.999999+00"),
    ("timestamptz", "'-infinity'", "-infinity"),
)


def copy(source: PostgresDatabase, target: Path, table: str = "t") -> int:
    """Load a table of schema public into a file."""
    found = table_of(source.endpoint(), table, "public")
    return pump(source.endpoint(), endpoint_of(target), map_whole(found, TableName("main", table)))


def same(expected: Any, found: Any) -> bool:
    """Equal and of one type; a float has the same bits."""
    return (type(expected), repr(expected)) == (type(found), repr(found))


def test_every_value_arrives(tmp_path: Path, postgres_database: PostgresDatabase) -> None:
    """One table with a column for each type."""
    cells = [[f"CAST({e} AS {declared})" for e in values] for declared, (_, _, values) in MATRIX.items()]
    lines = [f"({n}, {', '.join(row)})" for n, row in enumerate(zip_longest(*cells, fillvalue="NULL"))]
    columns = ", ".join(f"c{n} {declared}" for n, declared in enumerate(MATRIX))
    postgres_database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', '', '7')",
        f"CREATE TABLE t (n integer PRIMARY KEY, {columns})",
        f"INSERT INTO t VALUES {', '.join(lines)}",
    )
    assert copy(postgres_database, tmp_path / "t.db") == len(lines)
    wrong = []
    for number, (declared, (asked, made, _)) in enumerate(MATRIX.items()):
        said = postgres_database.rows(f"SELECT {asked.replace('v', f'c{number}', 1)} FROM t ORDER BY n")
        expected = [None if v is None else made(v) for (v,) in said]
        found = [v for (v,) in rows(tmp_path / "t.db", f"SELECT c{number} FROM t ORDER BY n")]
        wrong += [(declared, e, f) for e, f in zip(expected, found, strict=True) if not same(e, f)]
    assert wrong == []


def test_what_sqlite_cannot_hold_is_refused_by_name(tmp_path: Path, postgres_database: PostgresDatabase) -> None:
    for number, (declared, expression, _) in enumerate(REFUSED):
        postgres_database.execute(
            f"CREATE TABLE t{number} (n integer PRIMARY KEY, odd {declared})",
            f"INSERT INTO t{number} VALUES (1, NULL), (2, {expression})",
        )
    found = []
    for number in range(len(REFUSED)):
        with pytest.raises(DiagnosticError) as raised:
            copy(postgres_database, tmp_path / "t.db", f"t{number}")
        found += [
            (d.code, d.place and (d.place.table, d.place.column, d.place.value)) for d in raised.value.diagnostics
        ]
    assert found == [("DMS509", (f"main.t{n}", "odd", shown)) for n, (_, _, shown) in enumerate(REFUSED)]
    assert rows(tmp_path / "t.db", "SELECT name FROM sqlite_schema WHERE name LIKE 't%'") == []


def test_what_changes_is_said(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(
        "CREATE TYPE mood AS ENUM ('sad')",
        "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, other serial, price numeric, "
        "total numeric(10,2), m mood, tags text[], span interval, twice int GENERATED ALWAYS AS (1 + 1) STORED)",
    )
    dialect = provider("sqlite").dialect
    assert dialect is not None
    mapped = map_whole(table_of(postgres_database.endpoint(), "t", "public"), TARGET)
    assert dialect.conversions(mapped, "postgresql") == (
        "column other: it does not number itself any more: SQLite numbers an INTEGER that alone is the primary key",
        "column price: numeric becomes DECIMAL_TEXT, digits as text: SQLite's numbers keep 15 of them",
        "column m: public.mood becomes TEXT",
        "column tags: text[] becomes TEXT",
        "column span: interval becomes TEXT",
        "column twice: the generated values are copied into a plain column",
    )


def test_keys_and_numbering(tmp_path: Path, postgres_database: PostgresDatabase) -> None:
    """The key's own sequence goes on, whatever others the table has."""
    postgres_database.execute(
        "CREATE TABLE t (other serial, id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, v text)",
        "INSERT INTO t (other, v) SELECT n * 100, 'x' FROM generate_series(1, 7) n",
        "DELETE FROM t WHERE id > 5",
        'CREATE TABLE pair (b text, a int, "Both" int[], PRIMARY KEY (b, a))',
        "INSERT INTO pair VALUES ('x', 1, '{1}'), ('x', 2, NULL)",
    )
    target = tmp_path / "t.db"
    assert copy(postgres_database, target) == 5
    assert copy(postgres_database, target, "pair") == 2
    run(target, "INSERT INTO t (other, v) VALUES (1, 'new')")
    assert rows(target, "SELECT max(id) FROM t") == [(8,)]
    found = table_of(endpoint_of(target), "pair")
    assert found.primary_key
    assert (found.primary_key.columns, [c.name for c in found.columns]) == (("b", "a"), ["b", "a", "Both"])


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
_MOMENTS = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31))  # noqa: DTZ001  no zone is meant
_NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3).filter(lambda d: not (d == 0 and d.is_signed()))
# Declared types of SQLite, and values in their canonical form.
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "INTEGER": st.integers(-(2**63), 2**63 - 1),
    "REAL": st.floats(allow_nan=False).filter(lambda f: f != 0 or str(f) == "0.0"),
    "DECIMAL_TEXT": _NUMBERS.map(lambda d: format(d, "f")) | st.sampled_from(["NaN", "Infinity", "-Infinity"]),
    "TEXT": _TEXTS,
    "BLOB": st.binary(),
    "BOOLEAN": st.sampled_from([0, 1]),
    "DATE": st.dates().map(date.isoformat),
    "DATETIME": _MOMENTS.map(lambda m: _short(m.isoformat(" "))),
    "TIMESTAMPTZ": _MOMENTS.map(lambda m: _short(m.isoformat(" ")) + "+00"),
    "TIME": st.times().map(lambda t: _short(t.isoformat())) | st.just("24:00:00"),
    "JSON_TEXT": st.sampled_from(['{"a": 1.10}', "1e2", "1.10", " [null] ", '"\\\\ \\t"', "true"]),
    "UUID": st.uuids().map(str),
}


def _short(text: str) -> str:
    return text.rstrip("0") if "." in text else text


@given(given_rows=st.lists(st.tuples(*(s | st.none() for s in COLUMNS.values())), min_size=1, max_size=30))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, postgres_database: PostgresDatabase, given_rows: list[tuple[Any, ...]]
) -> None:
    """SQLite to PostgreSQL to SQLite: the same values in the same storage classes, under the same declared types."""
    there, back = (tmp_path_factory.mktemp("trip") / name for name in ("there.db", "back.db"))
    columns = ", ".join(f"c{n} {declared}" for n, declared in enumerate(COLUMNS))
    with closing(sqlite3.connect(there)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns})")
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        connection.executemany(f"INSERT INTO t VALUES ({marks})", ((n, *row) for n, row in enumerate(given_rows)))
    postgres_database.execute("DROP TABLE IF EXISTS public.t")
    middle = postgres_database.endpoint()
    assert pump(endpoint_of(there), middle, map_table(endpoint_of(there), "t", TableName("public", "t"))) == len(
        given_rows
    )
    assert copy(postgres_database, back) == len(given_rows)
    query = "SELECT * FROM t ORDER BY id"
    assert list(map(repr, rows(back, query))) == list(map(repr, rows(there, query)))
    assert [c.native for c in table_of(endpoint_of(back), "t").columns] == ["INTEGER", *COLUMNS]
