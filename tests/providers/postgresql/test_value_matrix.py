"""Every type and its awkward values: from PostgreSQL to PostgreSQL all arrive bit for bit, or are refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.provider.values import Role
from dmsform.testing.contract_values import map_whole
from dmsform.testing.postgresql_server import PostgresServer
from tests.providers.postgresql.moves import POSTGRES, design_of, mapped_of, move, table_of
from tests.servers import PostgresDatabase

_USER_TYPES = (
    "CREATE TYPE public.pair AS (a integer, b text)",
    "CREATE TYPE public.span AS RANGE (subtype = float8)",
)
_SOURCE_TYPES = (
    "CREATE TYPE public.mood AS ENUM ('sad', 'it''s ok', 'Grüße 😀', '')",
    "CREATE DOMAIN public.positive AS integer CHECK (VALUE > 0)",
    "CREATE DOMAIN public.short AS varchar(5) NOT NULL",
    "CREATE DOMAIN public.shorter AS public.short CHECK (VALUE <> 'no')",
)

MATRIX: dict[str, tuple[str, ...]] = {
    "boolean": ("true", "false"),
    "smallint": ("-32768", "32767", "0"),
    "integer": ("-2147483648", "2147483647"),
    "bigint": ("-9223372036854775808", "9223372036854775807"),
    "numeric": (
        "'NaN'", "'Infinity'", "'-Infinity'", "0", "0.000", "1.10", "-1e-1000", "1e1000",
        "123456789012345678901234567890.123456789012345678901234567890", "'1e131071'",
    ),
    "numeric(10,2)": ("99999999.99", "-0.01", "'NaN'", "1.1"),
    "numeric(3,-2)": ("12300", "-99900"),
    "numeric(3,5)": ("0.00999", "0"),
    "real": ("'NaN'", "'Infinity'", "'-Infinity'", "'-0'", "1.4e-45", "3.4028235e38", "0.1", "16777217"),
    "double precision": (
        "'NaN'", "'Infinity'", "'-Infinity'", "'-0'", "'4.9e-324'", "'2.2250738585072014e-308'",
        "'1.7976931348623157e308'", "0.1", "1e15", "1e20", "1.0/3", "123456789.123", "9007199254740993",
    ),
    "money": ("'-92233720368547758.08'", "'92233720368547758.07'", "'0.01'"),
    "text": (
        "''", r"'\N'", r"'\.'", "'NULL'", "' both '", r"E'a\tb\nc\rd\be\ff\vg\\h'", "'Grüße 😀 \U0001d4b3 \u200b'",
        "repeat('x', 300000)", "E'\\u0001\\u001f\\u007f'", "'''\"'", "E'line\n\\\\.\nline'",
    ),
    "character varying(5)": ("'abcde'", "'a    '", "'😀😀😀😀😀'"),
    "character(5)": ("'ab'", "''", "'   '", "'ab   '"),
    "bpchar": ("'ab   '", "''"),
    "character": ("'x'", "' '"),
    "name": ("'a name'",),
    '"char"': ("'a'", "''", "'\\200'"),
    "bytea": (r"'\x'", r"'\x00ff5c0a09'", "decode(repeat('00ff', 100000), 'hex')"),
    "date": ("'infinity'", "'-infinity'", "'4713-01-01 BC'", "'5874897-12-31'", "'0001-01-01'", "'2024-02-29'"),
    "timestamp without time zone": (
        "'infinity'", "'-infinity'", "'4713-01-01 00:00:00 BC'", "'294276-12-31 23:59:59.999999'",
        "'2024-03-31 02:30:00.000001'",
    ),
    "timestamp(0) without time zone": ("'2024-01-01 00:00:01'",),
    "timestamp with time zone": (
        "'infinity'", "'-infinity'", "'4713-01-01 00:00:00+00 BC'", "'294276-12-31 23:59:59.999999+00'",
        "'1883-11-18 12:03:57.5-04:56:02'", "'2024-10-27 02:30:00+02'", "'2024-10-27 02:30:00+01'",
    ),
    "time without time zone": ("'00:00:00'", "'24:00:00'", "'23:59:59.999999'"),
    "time(3) without time zone": ("'12:34:56.789'",),
    "time with time zone": ("'00:00:00+15:59:59'", "'24:00:00-15:59'", "'12:00:00.5+05:30'"),
    "interval": (
        "'178000000 years'", "'-178000000 years'", "'1 mon -1 day +00:00:00.000001'", "'infinity'", "'-00:00:01'",
        "'1 year 2 mons 3 days 04:05:06.789'", "'-1 mon'", "'838:59:59'",
    ),
    "interval day to second(2)": ("'1 day 01:02:03.45'",),
    "bit(5)": ("B'10101'", "B'00000'"),
    "bit": ("B'1'",),
    "bit varying(7)": ("B''", "B'1010101'"),
    "bit varying": ("B''", "repeat('10', 5000)::varbit"),
    "uuid": ("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "'00000000-0000-0000-0000-000000000000'"),
    "json": ("""'{"b": 1,  "a":[1.10, 1e2], "b": null}'""", "'\"\\u0000\"'", "'null'", r"""'"tab\tnew\nline \\ \""'"""),
    "jsonb": ("""'{"b": 1, "a": [1.10, 1e2, 1e400]}'""", "'null'", r"""'"tab\tnew\nline \\ \" 😀"'"""),
    "xml": ("'<a b=\"c\">d &amp; e</a>'", "'text <b/> content'", "''"),
    "inet": ("'192.168.0.1/24'", "'::1'", "'::ffff:1.2.3.4/128'", "'10.0.0.1'"),
    "cidr": ("'10.0.0.0/8'", "'2001:db8::/32'"),
    "macaddr": ("'08:00:2b:01:02:03'",),
    "macaddr8": ("'08:00:2b:01:02:03:04:05'",),
    "integer[]": ("'{}'", "'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'[0:2]={1,2,3}'"),
    "text[]": (r"""ARRAY['', 'NULL', NULL, 'a,b', '{}', '"', '\', E'\n\t', ' x ']""",),
    "numeric(5,2)[]": ("'{1.50,NaN}'",),
    "timestamp with time zone[]": ("ARRAY['2024-01-01 00:00:00+05'::timestamptz, 'infinity']",),
    "int4range": ("'empty'", "'[1,5)'", "'(,)'", "'[3,]'"),
    "numrange": ("'(1.10,2.200]'",),
    "tstzrange": ("'[2024-01-01 00:00:00+00,infinity)'",),
    "int8multirange": ("'{}'", "'{[1,3),[5,8)}'"),
    "tsvector": ("'a:1A fat:2B,4C cat''s:5'", "''"),
    "tsquery": ("'fat & (rat | !cat:AB*) <2> dog'",),
    "point": ("'(0.1,-0)'", "'(NaN,Infinity)'"),
    "line": ("'{1,2,3}'",),
    "lseg": ("'[(0,0),(1,1)]'",),
    "box": ("'(1,1),(0,0)'",),
    "path": ("'[(0,0),(1,1)]'", "'((0,0),(1,1))'"),
    "polygon": ("'((0,0),(1,1),(1,0))'",),
    "circle": ("'<(0.1,0.2),0.3>'",),
    "oid": ("4294967295", "0"),
    "xid8": ("'18446744073709551615'",),
    "pg_lsn": ("'16/B374D848'",),
    "pg_snapshot": ("'10:20:10,14,15'",),
    "jsonpath": ("'$.a[*] ? (@.b > 1)'",),
    "public.mood": ("'sad'", "'it''s ok'", "'Grüße 😀'", "''"),
    "public.positive": ("1", "2147483647"),
    "public.short": ("'abc'",),
    "public.shorter": ("'abcde'",),
    "public.pair": ("ROW(1, 'x,y')", "ROW(NULL, '')", "ROW(NULL, NULL)", r"""ROW(1, '"\()')"""),
    "public.pair[]": ("ARRAY[ROW(1, NULL)::public.pair, NULL]",),
    "public.span": ("'[1.5,2.5)'",),
}  # fmt: skip
BASE_TYPES = {
    "public.positive": "integer",
    "public.short": "character varying(5)",
    "public.shorter": "character varying(5)",
}
NOT_NULL = frozenset({"public.short", "public.shorter"})


_KIND = "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'v'"


@pytest.fixture(scope="module")
def pair(postgres_server: PostgresServer) -> Iterator[tuple[PostgresDatabase, PostgresDatabase]]:
    """A source and a target for all types: a fresh pair for each would take longer than the tests."""
    source, target = (PostgresDatabase(postgres_server, postgres_server.create_database()) for _ in range(2))
    source.execute(*_USER_TYPES, *_SOURCE_TYPES)
    target.execute(*_USER_TYPES)
    yield source, target
    for database in (source, target):
        postgres_server.drop_database(database.name)


def _knows_xml(database: PostgresDatabase) -> bool:
    try:
        database.execute("SELECT '<a/>'::xml")
    except psycopg.errors.FeatureNotSupported:
        return False
    return True


@pytest.mark.parametrize("declared", MATRIX)
def test_every_value_arrives(declared: str, pair: tuple[PostgresDatabase, PostgresDatabase]) -> None:
    source, target = pair
    if declared == "xml" and not _knows_xml(target):
        pytest.skip("this PostgreSQL server was built without libxml")
    expressions = [*MATRIX[declared], *(() if declared in NOT_NULL else ("NULL",))]
    values = ", ".join(f"({n}, CAST({e} AS {declared}))" for n, e in enumerate(expressions))
    target.execute("DROP TABLE IF EXISTS t")
    source.execute("DROP TABLE IF EXISTS t", f"CREATE TABLE t (n integer PRIMARY KEY, v {declared})")
    source.execute(f"INSERT INTO t VALUES {values}")
    mapped = mapped_of(source, "t")
    assert POSTGRES.probe.preflight(target.endpoint(), Role.TARGET, [mapped]) == []
    assert move(source, target, mapped) == len(expressions)
    texts = "SELECT n, v::text FROM t ORDER BY n"
    assert target.rows(texts) == source.rows(texts)
    arrived = BASE_TYPES.get(declared, declared)
    assert target.value(_KIND) == BASE_TYPES.get(declared, source.value(_KIND))
    # Byte for byte, as the server stores it: record_image_eq knows every type, and 1.1 is not 1.10 to it.
    for number, expression in enumerate(expressions):
        same = f"SELECT record_image_eq(ROW(v), ROW(CAST({expression} AS {arrived}))) FROM t WHERE n = {number}"
        assert target.value(same) is True, expression


@pytest.mark.parametrize("declared", ["regclass", "regtype", "regrole", "regclass[]", "aclitem"])
def test_values_that_point_into_the_source_are_refused(declared: str, postgres_database: PostgresDatabase) -> None:
    postgres_database.execute(f"CREATE TABLE t (n integer, odd {declared})")
    with pytest.raises(DiagnosticError) as raised:
        design_of(mapped_of(postgres_database, "t"))
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "DMS508"
    assert diagnostic.place is not None
    assert (diagnostic.place.table, diagnostic.place.column) == ("public.t", "odd")


@pytest.mark.parametrize("declared", ["public.pair", "public.mood[]", "public.span"])
def test_types_the_target_does_not_know_are_named(
    declared: str, make_postgres_database: Callable[[], PostgresDatabase]
) -> None:
    source, target = make_postgres_database(), make_postgres_database()
    source.execute(*_USER_TYPES, *_SOURCE_TYPES, f"CREATE TABLE t (n integer, odd {declared})")
    (finding,) = POSTGRES.probe.preflight(target.endpoint(), Role.TARGET, [mapped_of(source, "t")])
    assert finding.code == "DMS526"
    assert finding.place is not None
    assert finding.place.column == "odd"
    assert declared.removesuffix("[]") in finding.remedy


def test_names_of_all_sorts(make_postgres_database: Callable[[], PostgresDatabase]) -> None:
    """Case, blanks, quotes and dots in names survive; so does a column named like a keyword."""
    source, target = make_postgres_database(), make_postgres_database()
    odd = '"Odd.Schema"."T ""x"'
    source.execute(
        'CREATE SCHEMA "Odd.Schema"',
        """CREATE TYPE "Odd.Schema"."My Mood" AS ENUM ('a')""",
        f'CREATE TABLE {odd} ("select" integer PRIMARY KEY, "Ä b.c" text, "%s" "Odd.Schema"."My Mood")',
        f"INSERT INTO {odd} VALUES (1, 'x', 'a')",
    )
    table = table_of(source, 'T "x', "Odd.Schema")
    move(source, target, map_whole(table, table.name, same_engine=True))
    assert target.rows(f"SELECT * FROM {odd}") == [(1, "x", "a")]
