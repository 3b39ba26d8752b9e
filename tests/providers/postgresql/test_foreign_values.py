"""What other engines bring: their types, their texts, their numbering; and PostgreSQL's own texts that others read."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import Copied, MappedTable
from dmsform.catalog.model import Column, Identity, SequencePosition, Table, TableName
from dmsform.catalog.types import (
    Binary,
    Bits,
    Boolean,
    Date,
    Decimal,
    Duration,
    Enumeration,
    Float,
    Geometry,
    Integer,
    Json,
    LogicalType,
    Text,
    Timestamp,
)
from dmsform.diagnostics import DiagnosticError
from dmsform.provider.values import Position, TableWrite
from dmsform.task.settings import TargetTablePrepMode
from dmsform.testing.contract_values import map_whole
from dmsform_postgresql.dialect import PostgresDialect
from dmsform_postgresql.introspect import read_tables, without_money
from tests.providers.postgresql.moves import OWNER, POSTGRES, claim, mapped_of, move, retyped, table_of
from tests.servers import PostgresDatabase

POINT = "0101000020e6100000" + struct.pack("<dd", 13.4, 52.5).hex()
WIDE = Integer(64, signed=False)


def mapped_from(*types: LogicalType, identity: Identity | None = None, name: str = "t") -> MappedTable:
    """A table of another engine with the columns c0, c1 ...; the first one numbers itself if it has an identity."""
    columns = [Column(f"c{n}", logical, "declared elsewhere") for n, logical in enumerate(types)]
    columns[0] = replace(columns[0], identity=identity, nullable=identity is None)
    return map_whole(Table(TableName("shop", name), tuple(columns)), TableName("public", name))


def load(
    target: PostgresDatabase, mapped: MappedTable, *rows: bytes, positions: Sequence[SequencePosition] = ()
) -> None:
    """Load rows of row text as they stand."""
    design = PostgresDialect().design(mapped, "mysql")
    assert isinstance(design, TableDesign), design
    epoch = claim(target, mapped.target)
    write = TableWrite(OWNER, epoch, 1, mapped, design, TargetTablePrepMode.DO_NOTHING)
    assert POSTGRES.row_text_writer is not None
    with POSTGRES.row_text_writer.load_row_text(target.endpoint("target"), write) as loading:
        loading.prepare()
        for row in rows:
            loading.write_row_text(row + b"\n")
        loading.finish_rows(len(rows))
        loading.add_primary_key()
        loading.set_sequences(positions)
        loading.record(len(rows), Position("cut"))
        loading.commit()


def conversions(mapped: MappedTable) -> str:
    return "\n".join(PostgresDialect().conversions(mapped, "mysql"))


@pytest.mark.server
def test_the_types_of_other_engines_arrive(postgres_database: PostgresDatabase) -> None:
    cells: list[tuple[LogicalType, bytes, str, str]] = [
        (Integer(8), b"-128", "smallint", "-128"),
        (Integer(24, signed=False), b"16777215", "integer", "16777215"),
        (Integer(32, signed=False), b"4294967295", "bigint", "4294967295"),
        (WIDE, b"18446744073709551615", "numeric(20,0)", "18446744073709551615"),
        (Decimal(65, 30), b"-" + b"9" * 35 + b"." + b"9" * 30, "numeric(65,30)", "-" + "9" * 35 + "." + "9" * 30),
        (Float(32), b"0.10000000149011612", "real", "0.1"),
        (Float(64), b"-0", "double precision", "-0"),
        (Bits(64), b"1" * 64, "bit(64)", "1" * 64),
        (Duration(6), b"-838:59:59.000001", "interval", "-838:59:59.000001"),
        (Duration(0), b"00:00:00", "interval", "00:00:00"),
        (Geometry("point", 4326), b"\\\\x" + POINT.encode(), "bytea", "\\x" + POINT),
        (Text(10), "Grüße 😀 ".encode(), "character varying(10)", "Grüße 😀 "),
        (Text(16_777_215), b"\\\\N\\t", "text", "\\N\t"),
        (Binary(4), b"\\\\x00ff5c0a", "bytea", "\\x00ff5c0a"),
        (Json(binary=True), b'{"a": 1e400}', "jsonb", '{"a": 1' + "0" * 400 + "}"),
        (Enumeration(("b", "", "A", "a")), b"", "public.t_c15_enum", ""),
        (Enumeration(("x" * 64, "y")), b"x" * 64, "text", "x" * 64),
        (Boolean(), b"t", "boolean", "true"),
        (Timestamp(6), b"9999-12-31 23:59:59.999999", "timestamp without time zone", "9999-12-31 23:59:59.999999"),
    ]  # fmt: skip
    mapped = mapped_from(*(cell[0] for cell in cells))
    load(postgres_database, mapped, b"\t".join(cell[1] for cell in cells), b"\t".join([b"\\N"] * len(cells)))
    types = postgres_database.rows(
        "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'public.t'::regclass AND attnum > 0"
        " ORDER BY attnum"
    )
    assert [t for (t,) in types] == [cell[2].removeprefix("public.") for cell in cells]
    shown = ", ".join(f"c{n}::text" for n in range(len(cells)))
    (row,) = postgres_database.rows(f"SELECT {shown} FROM t WHERE c0 IS NOT NULL")
    assert list(row) == [cell[3] for cell in cells]
    assert (
        postgres_database.value("SELECT count(*) FROM t WHERE num_nulls(VARIADIC ARRAY[c0::text, c15::text]) = 2") == 1
    )


def test_what_becomes_something_else_is_said() -> None:
    mapped = mapped_from(
        WIDE, Duration(), Geometry("point", 4326), Enumeration(("é" * 40,)), Enumeration(("a", "a")), Enumeration(()),
        Text(20_000_000), identity=Identity.BY_DEFAULT,
    )  # fmt: skip
    words = conversions(mapped)
    for said in (
        "c0: numbers up to 2^64 - 1 become numeric(20,0)", "c0: numeric(20,0) cannot number itself",
        "c1: spans of hours become interval", "c2: shapes of SRID 4326 become bytea",
        "c3: the enumeration becomes text: its label", "has 80 bytes", "c4: the enumeration becomes text: it has a",
        "c5: the enumeration becomes text: it has no labels", "c6: text of up to 20000000",
    ):  # fmt: skip
        assert said in words
    assert PostgresDialect().enums(mapped, "mysql") == ()
    assert conversions(mapped_from(Integer(32), Text(5), Enumeration(("a",)), identity=Identity.BY_DEFAULT)) == ""


def test_a_long_name_of_an_enumeration_is_shortened_and_stays_its_own() -> None:
    types = (Enumeration(("a",)), Enumeration(("b",)))
    first, second = PostgresDialect().enums(mapped_from(*types, name="ü" * 31), "mysql")
    assert first != second
    assert all(len(str(e.name).partition(".")[2].strip('"').encode()) <= 63 for e in (first, second))  # type: ignore[union-attr]
    assert isinstance(PostgresDialect().design(mapped_from(*types, name="ü" * 31), "mysql"), TableDesign)


@pytest.mark.server
def test_an_enumeration_is_not_in_the_way_of_a_table(postgres_database: PostgresDatabase) -> None:
    load(postgres_database, mapped_from(Integer(32), name="t_c0"), b"7")
    load(postgres_database, mapped_from(Enumeration(("open", "shut")), name="t"), b"shut")
    load(postgres_database, mapped_from(Integer(32), name="t_c1"), b"8")
    assert postgres_database.rows("SELECT t.c0::text, t_c0.c0, t_c1.c0 FROM t, t_c0, t_c1") == [("shut", 7, 8)]


@pytest.mark.server
def test_numbering_goes_on_where_the_column_can_number_itself(postgres_database: PostgresDatabase) -> None:
    for name, logical, goes_on in (
        ("a", Integer(16), 7), ("b", Integer(32, signed=False), 4_294_967_296), ("c", Integer(24), 7),
        ("d", WIDE, None),
    ):  # fmt: skip
        mapped = mapped_from(logical, Text(), identity=Identity.BY_DEFAULT, name=name)
        load(postgres_database, mapped, b"1\tx", positions=[SequencePosition("c0", goes_on or 2**64 - 1)])
        insert = f"INSERT INTO {name} (c1) VALUES ('y') RETURNING c0"
        if goes_on:
            assert postgres_database.value(insert) == goes_on
        else:
            with pytest.raises(Exception, match="null value"):
                postgres_database.value(insert)


@pytest.mark.server
@pytest.mark.parametrize(
    ("rows", "column", "value", "words"),
    [
        ((b"1\ta\tb", b"2\ta\tx\0y"), "c2", "x\0y", "U+0000"),
        ((b"\0\ta\tb",), "c0", "\0", "U+0000"),
        ((b"1\ta\tb", b"2\t\xff\\tz\tb", b"3\ta\tb"), "c1", "\\xff\\tz", "no UTF-8"),
        ((b"1\tabcdef\tb",), "c1", "abcdef", "too long"),
        ((b"99999\ta\tb",), "c0", "99999", "out of range"),
        ((b"x\ta\tb",), "c0", "x", "invalid input syntax"),
    ],
    ids=["U+0000", "U+0000 first", "no UTF-8", "too long", "out of range", "no number"],
)
def test_a_text_that_cannot_be_held_is_named(
    postgres_database: PostgresDatabase, rows: tuple[bytes, ...], column: str, value: str, words: str
) -> None:
    with pytest.raises(DiagnosticError) as raised:
        load(postgres_database, mapped_from(Integer(16), Text(5), Text()), *rows)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "DMS509"
    assert words in diagnostic.detail
    assert diagnostic.place is not None
    assert (diagnostic.place.table, diagnostic.place.column, diagnostic.place.value) == ("public.t", column, value)
    assert postgres_database.value("SELECT to_regclass('public.t') IS NULL") is True


@pytest.mark.server
def test_values_that_postgresql_has_no_day_or_label_for(postgres_database: PostgresDatabase) -> None:
    for logical, text in (
        (Date(), b"0000-00-00"), (Timestamp(6), b"2024-02-30 00:00:00"), (Enumeration(("a",)), b"b"),
        (Json(binary=True), b'"\\\\u0000"'), (Duration(), b"1 day more"),
    ):  # fmt: skip
        with pytest.raises(DiagnosticError) as raised:
            load(postgres_database, mapped_from(logical), text)
        (diagnostic,) = raised.value.diagnostics
        assert diagnostic.code == "DMS509", logical
        assert diagnostic.place is not None
        assert diagnostic.place.column == "c0"
        assert diagnostic.place.value


@pytest.mark.server
def test_tables_that_stand_take_spans_and_shapes(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE t (c0 interval, c1 bytea, c2 money)")
    mapped = mapped_from(Duration(), Geometry(), Decimal(10, 2))
    load(postgres_database, mapped, b"800:00:00.5\t\\\\x" + POINT.encode() + b"\t-12.50")
    assert postgres_database.rows("SELECT c0::text, c2::numeric::text FROM t") == [("800:00:00.5", "-12.50")]


def texts_of(database: PostgresDatabase, mapped: MappedTable) -> list[bytes]:
    assert POSTGRES.row_text_reader is not None
    with POSTGRES.row_text_reader.read_row_text(database.endpoint(), mapped) as stream:
        return b"".join(stream).splitlines()


@pytest.mark.server
def test_reals_and_money_are_written_for_other_engines(make_postgres_database: Callable[[], PostgresDatabase]) -> None:
    source, target = make_postgres_database(), make_postgres_database()
    source.execute(
        "CREATE TABLE t (n int, r real, m money)",
        "INSERT INTO t VALUES (1, 0.1, '-92233720368547758.08'), (2, '-0', '1234.50'), (3, 3.4028235e38, '0.01'),"
        " (4, 1.4e-45, NULL), (5, 'NaN', '92233720368547758.07')",
    )
    mapped = mapped_of(source, "t")
    assert [c.type for c in mapped.columns] == [Integer(32), Float(32), Decimal(19, 2)]
    lines = [line.split(b"\t") for line in texts_of(source, mapped)]
    floats = [struct.pack("<f", float(line[1])) for line in lines]
    assert floats == [struct.pack("<f", v) for v in (0.1, -0.0, 3.4028235e38, 1.4e-45, float("nan"))]
    assert [float(line[1]) for line in lines[:2]] == [0.10000000149011612, -0.0]
    assert [line[2] for line in lines] == [
        b"-92233720368547758.08", b"1234.50", b"0.01", b"\\N", b"92233720368547758.07",
    ]  # fmt: skip
    move(source, target, mapped)
    same = "SELECT n, r::text, m::text, pg_typeof(m)::text FROM t ORDER BY n"
    assert target.rows(same) == source.rows(same)
    as_text = texts_of(source, retyped(mapped, "m", Text()))
    assert as_text[1].split(b"\t")[2] == b"1234.50"


@pytest.mark.server
def test_a_converted_float_is_written_as_the_64_bit_float_too(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE t (r real, d double precision)", "INSERT INTO t VALUES (0.1, 0.5)")
    mapped = retyped(retyped(mapped_of(postgres_database, "t"), "r", Float(64)), "d", Float(32))
    assert texts_of(postgres_database, mapped) == [b"0.10000000149011612\t0.5"]


@pytest.mark.server
def test_money_of_a_locale_without_cents_is_refused_by_name(postgres_database: PostgresDatabase) -> None:
    """No such locale is on every machine, so that its table is made of one that is."""
    postgres_database.execute("CREATE TABLE t (n int, m money)")
    table = without_money(table_of(postgres_database, "t"), "ja_JP.UTF-8")
    findings = PostgresDialect().design(map_whole(table, table.name, same_engine=True), "postgresql")
    assert not isinstance(findings, TableDesign)
    (finding,) = findings
    assert (finding.code, finding.place and finding.place.column) == ("DMS508", "m")
    assert "ja_JP.UTF-8" in finding.detail


@pytest.mark.server
def test_tables_of_one_name_in_several_schemas(make_postgres_database: Callable[[], PostgresDatabase]) -> None:
    source, target = make_postgres_database(), make_postgres_database()
    for schema in ("a", "B c"):
        source.execute(
            f'CREATE SCHEMA "{schema}"', f"""CREATE TYPE "{schema}".kind AS ENUM ('{schema}')""",
            f'CREATE TABLE "{schema}".t (id serial, k "{schema}".kind, "order" text)',
            f"""INSERT INTO "{schema}".t (k, "order") VALUES ('{schema}', 'x'), (NULL, NULL)""",
        )  # fmt: skip
    for schema in ("a", "B c"):
        table = table_of(source, "t", schema)
        assert move(source, target, map_whole(table, table.name, same_engine=True)) == 2
        assert target.rows(f'SELECT id, k::text, "order" FROM "{schema}".t ORDER BY 1') == [
            (1, schema, "x"), (2, None, None),
        ]  # fmt: skip
        assert target.value(f'INSERT INTO "{schema}".t DEFAULT VALUES RETURNING id') == 3


@pytest.mark.server
def test_columns_copied_keep_their_native_type(postgres_database: PostgresDatabase) -> None:
    postgres_database.execute("CREATE TABLE t (m money)")
    (column,) = mapped_of(postgres_database, "t").columns
    assert isinstance(column.value, Copied)
    assert column.native == "money"
    with postgres_database.connect() as connection:
        (table,) = read_tables(connection)
    assert table.column("m").type == Decimal(19, 2)
