"""LOAD DATA of every canonical text into every type of a target, on both servers; what does not fit is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dmsform.catalog.changes import ColumnDesign, CreateTable, TableDesign
from dmsform.catalog.model import TableName
from dmsform.catalog.types import Float, Integer, Text, Timestamp
from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform_mysql.batches import Batches
from dmsform_mysql.connect import Connection, open_connection
from dmsform_mysql.ddl import render
from dmsform_mysql.loading import Field, expression, readable, statement
from dmsform_mysql.quoting import identifier, qualified
from tests.providers.mysql.cells import CELLS, Cell, escaped, taken_rows
from tests.servers import MysqlDatabase

Load = Callable[[TableName, list[Field], bytes], int]


@pytest.fixture
def database(make_family_database: Callable[[], MysqlDatabase]) -> MysqlDatabase:
    return make_family_database()


@pytest.fixture
def connection(database: MysqlDatabase) -> Iterator[Connection]:
    opened = open_connection(database.endpoint())
    yield opened
    opened.close()


@pytest.fixture
def load(database: MysqlDatabase, connection: Connection) -> Load:
    """Loads rows in a transaction that stays open."""

    def load(table: TableName, fields: list[Field], rows: bytes) -> int:
        connection.execute("START TRANSACTION")
        batches = Batches(connection, database.endpoint(), table, table, fields, lambda: None)
        batches.send(rows)
        batches.finish()
        return batches.taken

    return load


def made(connection: Connection, database: MysqlDatabase, cells: tuple[Cell, ...]) -> TableName:
    table = TableName(database.name, "cells")
    columns = tuple(ColumnDesign(cell.name, cell.native, cell.nullable) for cell in cells)
    for sql in render(CreateTable(TableDesign(table, columns))):
        connection.execute(sql)
    return table


def fields_of(cells: tuple[Cell, ...]) -> list[Field]:
    return [Field(cell.name, cell.logical, cell.native) for cell in cells]


def test_every_text_of_every_type(database: MysqlDatabase, connection: Connection, load: Load) -> None:
    """The server then holds exactly what the text says, NULL too."""
    table, rows = made(connection, database, CELLS), taken_rows()
    # Order is kept by a number of its own.
    connection.execute(f"ALTER TABLE {qualified(table)} ADD COLUMN n int")
    numbered = b"".join(line[:-1] + b"\t%d\n" % n for n, line in enumerate(rows.lines))
    assert load(table, [*fields_of(CELLS), Field("n", Integer(32), "int")], numbered) == len(rows.lines)
    for position, cell in enumerate(CELLS):
        probe = cell.probe.format(identifier(cell.name))
        found = [row[0] for row in connection.rows(f"SELECT {probe} FROM {qualified(table)} ORDER BY n")]
        if cell.name.startswith("float"):
            assert [v if v is None else float(v) for v in found] == [
                v if v is None else float(v) for v in (held[position] for held in rows.held)
            ], cell.name
        else:
            expected = [held[position] for held in rows.held]
            assert [v if v is None else str(v).upper() for v in found] == [
                v if v is None else v.upper() for v in expected
            ], cell.name
            assert cell.probe != "CAST({} AS CHAR)" or found == expected, cell.name


def test_negative_zero(database: MysqlDatabase, connection: Connection, load: Load) -> None:
    """MySQL keeps its sign. MariaDB's columns, and those with digits, would make 0 of it without a warning."""
    cells = tuple(cell for cell in CELLS if cell.name.startswith("float"))
    digits = Cell("float_digits", Float(64), "double(9,3)", "{}", {})
    for cell in (*cells, digits):
        connection.execute(f"DROP TABLE IF EXISTS {qualified(TableName(database.name, 'cells'))}")
        table = made(connection, database, (cell,))
        for text in ("-0", "-0.0", "-0e0"):
            if connection.server.mariadb or cell is digits:
                told = refusal(load, table, b"0\n" + text.encode() + b"\n-0.5\n", (cell,))
                assert told == (cell.name, text)
                connection.execute("ROLLBACK")
            else:
                load(table, fields_of((cell,)), text.encode() + b"\n0\n-0.5\n")
                query = f"SELECT ATAN2({cell.name}, -1) < 0 FROM {qualified(table)} WHERE {cell.name} = 0 ORDER BY 1"
                assert connection.rows(query) == [(0,), (1,)]
                connection.execute("ROLLBACK")


def test_what_does_not_fit_is_refused(database: MysqlDatabase, connection: Connection, load: Load) -> None:
    """Each text alone among good rows; its column and value are named, whatever the server tells of them."""
    table = made(connection, database, CELLS)
    names = {cell.name: position for position, cell in enumerate(CELLS)}
    good, wrong = taken_rows().lines[0], []
    for cell in CELLS:
        for text in cell.refused:
            parts = good[:-1].split(b"\t")
            parts[names[cell.name]] = escaped(text)
            told = refusal(load, table, good + b"\t".join(parts) + b"\n" + good)
            if told != (cell.name, text):
                wrong.append((cell.name, text, told))
            connection.execute("ROLLBACK")
    assert not wrong


def refusal(load: Load, table: TableName, rows: bytes, cells: tuple[Cell, ...] = CELLS) -> object:
    try:
        load(table, fields_of(cells), rows)
    except DiagnosticError as error:
        (diagnostic,) = error.diagnostics
        assert diagnostic.code == codes.VALUE_REFUSED.id, diagnostic
        assert "row 2 of the load" in diagnostic.detail, diagnostic
        assert diagnostic.place is not None
        return diagnostic.place.column, diagnostic.place.value
    return "taken"


def test_null_is_not_made_a_number_or_the_present(database: MysqlDatabase, connection: Connection, load: Load) -> None:
    """The servers fill both kinds of columns themselves where NULL is sent, without a warning."""
    table = TableName(database.name, "cells")
    connection.execute(f"CREATE TABLE {qualified(table)} (id bigint AUTO_INCREMENT PRIMARY KEY, at timestamp NOT NULL)")
    fields = [
        Field("id", Integer(64), "bigint", nullable=False, identity=True),
        Field("at", Timestamp(0, zoned=True), "timestamp", nullable=False),
    ]
    assert load(table, fields, b"0\t2024-01-01 00:00:00+00\n-5\t2024-01-01 00:00:00+00\n") == 2
    for column, row in (("id", b"\\N\t2024-01-01 00:00:00+00\n"), ("at", b"7\t\\N\n")):
        with pytest.raises(DiagnosticError) as raised:
            load(table, fields, row)
        assert raised.value.diagnostics[0].place is not None
        assert raised.value.diagnostics[0].place.column == column


@pytest.fixture
def small_packets(database: MysqlDatabase) -> Iterator[None]:
    """New sessions have a max_allowed_packet of 1 MiB."""
    before = database.value("SELECT @@GLOBAL.max_allowed_packet")
    database.execute("SET GLOBAL max_allowed_packet = 1048576")
    yield
    database.execute(f"SET GLOBAL max_allowed_packet = {before}")


def test_a_value_beyond_the_largest_packet(
    small_packets: None, database: MysqlDatabase, connection: Connection, load: Load
) -> None:
    """Texts and bytes are taken whole; a shape, which the server has to put together, is refused with the remedy."""
    cells = tuple(cell for cell in CELLS if cell.name in ("text", "binary", "shape"))
    table, packet = made(connection, database, cells), connection.server.max_allowed_packet
    text, binary = b"a" * (packet + 10), b"\\\\x" + b"5c" * (packet + 10)
    assert load(table, fields_of(cells), text + b"\t" + binary + b"\t\\N\n") == 1
    lengths = "LENGTH(`text`), LENGTH(`binary`), LENGTH(REPLACE(LEFT(`binary`, 99), CHAR(92), ''))"
    assert connection.rows(f"SELECT {lengths} FROM {qualified(table)}") == [(packet + 10, packet + 10, 0)]
    points = packet // 32 + 1
    shape = f"\\\\x0102000000{points.to_bytes(4, 'little').hex()}".encode() + b"0000000000002440" * 2 * points
    with pytest.raises(DiagnosticError) as raised:
        load(table, fields_of(cells), b"a\t\\\\x00\t\\N\na\t\\\\x00\t" + shape + b"\n")
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "DMS551"
    assert diagnostic.place is not None
    assert diagnostic.place.column == "shape"
    assert "SET GLOBAL max_allowed_packet" in (diagnostic.remedy or "")


def test_only_what_needs_it_is_an_expression() -> None:
    """Each costs time for every row."""
    plain = [cell.name for cell in CELLS if expression(Field(cell.name, cell.logical, cell.native), "@c") is None]
    made_values = {cell.name for cell in CELLS} - set(plain)
    assert made_values == {
        "boolean", "boolean_bit", "boolean_int", "binary", "varbinary2", "binary4", "zoned", "stamp", "year", "bits5",
        "bits64", "shape", "point",
    }  # fmt: skip


def test_names_are_quoted() -> None:
    """A column may be called anything."""
    fields = [Field("a`b", Text(), "longtext"), Field("x", Timestamp(0, zoned=True), "datetime")]
    sql = statement(TableName("d`b", "t"), fields, mariadb=False)
    assert "`d``b`.`t`" in sql
    assert "(`a``b`, @c1) SET `x` = " in sql


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb"a\fb", b"a\fb"),
        (rb"\v\f", b"\v\f"),
        (rb"\\f", rb"\\f"),
        (rb"\\\f", b"\\\\\f"),
        (rb"C:\\files\\video\v", b"C:\\\\files\\\\video\v"),
        (rb"\t\n\N\\", rb"\t\n\N\\"),
    ],
)
def test_escapes_that_the_servers_do_not_know(sent: bytes, read: bytes) -> None:
    """After an even number of backslashes the letter is an escape, after an odd one it is a letter."""
    assert readable(sent) == read
