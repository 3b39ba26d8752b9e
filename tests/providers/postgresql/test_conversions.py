"""Conversions that a rule asked for: every value arrives without loss or is refused with column and value."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dmsform.catalog.types import (
    Binary,
    Boolean,
    Date,
    Decimal,
    Enumeration,
    Float,
    Integer,
    Interval,
    Json,
    LogicalType,
    Text,
    Time,
    Timestamp,
    Uuid,
)
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.values import Role
from dmsform.testing.postgresql_server import PostgresServer
from tests.providers.postgresql.moves import POSTGRES, mapped_of, move, retyped
from tests.servers import PostgresDatabase

# source type, target type, value in the source, its text on the target
KEPT: list[tuple[str, LogicalType, str, str]] = [
    ("bigint", Integer(32), "2147483647", "2147483647"),
    ("bigint", Integer(16), "-32768", "-32768"),
    ("integer", Integer(8, signed=False), "255", "255"),
    ("numeric", Integer(64), "9223372036854775807.000", "9223372036854775807"),
    ("double precision", Integer(64), "9007199254740993", "9007199254740992"),
    ("double precision", Integer(32), "-0.0", "0"),
    ("boolean", Integer(16), "true", "1"),
    ("text", Integer(32), "'-12'", "-12"),
    ("integer", Decimal(5, 2), "-999", "-999.00"),
    ("numeric", Decimal(5, 2), "999.990", "999.99"),
    ("double precision", Decimal(), "0.1", "0.1"),
    ("double precision", Decimal(), "1e20", "100000000000000000000"),
    ("text", Decimal(5, 2), "'1.1'", "1.10"),
    ("real", Float(64), "0.1", "0.10000000149011612"),
    ("double precision", Float(32), "0.5", "0.5"),
    ("double precision", Float(32), "'-Infinity'", "-Infinity"),
    ("double precision", Float(32), "'NaN'", "NaN"),
    ("numeric", Float(64), "0.1", "0.1"),
    ("bigint", Float(64), "9007199254740992", "9.007199254740992e+15"),
    ("integer", Text(3), "-12", "-12"),
    ("timestamp with time zone", Text(), "'2024-01-01 00:00+01'", "2023-12-31 23:00:00+00"),
    ("text", Text(3), "'😀😀😀'", "😀😀😀"),
    ("text", Text(3, padded=True), "'a'", "a  "),
    ("integer[]", Text(), "'{1,NULL}'", "{1,NULL}"),
    ("uuid", Text(36), "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("date", Timestamp(), "'infinity'", "infinity"),
    ("date", Timestamp(), "'2024-02-29'", "2024-02-29 00:00:00"),
    ("date", Timestamp(zoned=True), "'2024-02-29'", "2024-02-29 00:00:00+00"),
    ("timestamp", Date(), "'2024-02-29 00:00'", "2024-02-29"),
    ("timestamp", Timestamp(0), "'2024-02-29 12:00:01'", "2024-02-29 12:00:01"),
    ("timestamp", Timestamp(zoned=True), "'2024-02-29 12:00:01.5'", "2024-02-29 12:00:01.5+00"),
    ("timestamp with time zone", Timestamp(), "'2024-02-29 12:00+01'", "2024-02-29 11:00:00"),
    ("timestamp with time zone", Date(), "'2024-02-29 01:00+01'", "2024-02-29"),
    ("integer", Boolean(), "1", "true"),
    ("text", Uuid(), "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ("text", Binary(), "'ä'", r"\xc3a4"),
    ("uuid", Binary(16), "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", r"\xa0eebc999c0b4ef8bb6d6bb9bd380a11"),
    ("jsonb", Json(), """'{"a": 1.10}'""", '{"a": 1.10}'),
    ("text", Enumeration(("a", "b"), "public.letter"), "'b'", "b"),
]
REFUSED: list[tuple[str, LogicalType, str]] = [
    ("bigint", Integer(32), "2147483648"),
    ("integer", Integer(8), "128"),
    ("integer", Integer(16, signed=False), "-1"),
    ("numeric", Integer(32), "1.5"),
    ("numeric", Integer(64), "'NaN'"),
    ("numeric", Integer(64), "'Infinity'"),
    ("double precision", Integer(64), "9223372036854775808"),
    ("double precision", Integer(64), "0.5"),
    ("double precision", Integer(64), "'NaN'"),
    ("double precision", Integer(64), "'-Infinity'"),
    ("text", Integer(32), "'007'"),
    ("text", Integer(32), "'12x'"),
    ("text", Integer(64), "'9223372036854775808'"),
    ("text", Integer(64), "'99999999999999999999999'"),
    ("numeric", Decimal(5, 2), "1.999"),
    ("numeric", Decimal(5, 2), "1000"),
    ("numeric", Decimal(5, 2), "'NaN'"),
    ("double precision", Decimal(5, 2), "'Infinity'"),
    ("text", Decimal(5, 2), "'1,5'"),
    ("text", Decimal(), "'1e5'"),
    ("double precision", Float(32), "0.1"),
    ("double precision", Float(32), "1e300"),
    ("double precision", Float(32), "'1e-300'"),
    ("numeric", Float(64), "0.12345678901234567890"),
    ("numeric", Float(64), "'1e400'"),
    ("numeric", Float(64), "'1e-400'"),
    ("bigint", Float(64), "9007199254740993"),
    ("integer", Float(32), "16777217"),
    ("text", Text(3), "'abcd'"),
    ("text", Text(3, padded=True), "'a '"),
    ("integer", Text(2), "-12"),
    ("date", Timestamp(), "'5874897-12-31'"),
    ("timestamp", Date(), "'2024-02-29 00:00:01'"),
    ("timestamp", Timestamp(3), "'2024-02-29 12:00:00.0001'"),
    ("timestamp with time zone", Date(), "'2024-02-29 00:00+01'"),
    ("integer", Boolean(), "2"),
    ("text", Uuid(), "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"),
    ("text", Uuid(), "'no'"),
    ("bytea", Binary(2), r"'\x010203'"),
    ("text", Enumeration(("a", "b"), "public.letter"), "'c'"),
]
IMPOSSIBLE: list[tuple[str, LogicalType]] = [
    ("timestamp", Time()),
    ("text", Timestamp()),
    ("text", Json(binary=True)),
    ("interval", Integer(64)),
    ("integer", Interval()),
    ("bytea", Text()),
    ("uuid", Integer(64)),
]


@pytest.fixture(scope="module")
def pair(postgres_server: PostgresServer) -> Iterator[tuple[PostgresDatabase, PostgresDatabase]]:
    """A source and a target for all conversions."""
    databases = tuple(PostgresDatabase(postgres_server, postgres_server.create_database()) for _ in range(2))
    yield databases[0], databases[1]
    for database in databases:
        postgres_server.drop_database(database.name)


def _fill(pair: tuple[PostgresDatabase, PostgresDatabase], declared: str, value: str) -> None:
    source, target = pair
    source.execute("DROP TABLE IF EXISTS t", f"CREATE TABLE t (n integer PRIMARY KEY, v {declared})")
    source.execute(f"INSERT INTO t VALUES (1, {value}), (2, NULL)")
    target.execute("DROP TABLE IF EXISTS t")


@pytest.mark.parametrize(("declared", "logical", "value", "text"), KEPT, ids=str)
def test_without_loss(
    pair: tuple[PostgresDatabase, PostgresDatabase], declared: str, logical: LogicalType, value: str, text: str
) -> None:
    source, target = pair
    _fill(pair, declared, value)
    assert move(source, target, retyped(mapped_of(source, "t"), "v", logical)) == 2
    with target.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        # format() prints CHAR(n) with its blanks, a cast to text does not.
        found = connection.execute("SELECT format('%s', v), v IS NULL FROM t ORDER BY n").fetchall()
    expected = {"true": "t"}.get(text, text) if isinstance(logical, Boolean) else text
    assert found == [(expected, False), ("", True)]


@pytest.mark.parametrize(("declared", "logical", "value"), REFUSED, ids=str)
def test_a_loss_is_refused_with_column_and_value(
    pair: tuple[PostgresDatabase, PostgresDatabase], declared: str, logical: LogicalType, value: str
) -> None:
    source, target = pair
    _fill(pair, declared, value)
    with pytest.raises(DiagnosticError) as raised:
        move(source, target, retyped(mapped_of(source, "t"), "v", logical))
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "DMS509", diagnostic
    assert diagnostic.place is not None
    with source.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        row = connection.execute("SELECT left(v::text, 200) FROM t WHERE n = 1").fetchone()
    assert row is not None
    assert diagnostic.place.column == "v"
    assert diagnostic.place.value is not None
    assert diagnostic.place.value.startswith(row[0])
    assert target.value("SELECT to_regclass('public.t')::text") is None


@pytest.mark.parametrize(("declared", "logical"), IMPOSSIBLE, ids=str)
def test_what_no_rule_knows_is_refused_before_it_starts(
    make_postgres_database: Callable[[], PostgresDatabase], declared: str, logical: LogicalType
) -> None:
    source = make_postgres_database()
    source.execute(f"CREATE TABLE t (n integer, v {declared})")
    mapped = retyped(mapped_of(source, "t"), "v", logical)
    (finding,) = POSTGRES.probe.preflight(source.endpoint(), Role.SOURCE, [mapped])
    assert finding.code == "DMS522"
    assert finding.place is not None
    assert finding.place.column == "v"
