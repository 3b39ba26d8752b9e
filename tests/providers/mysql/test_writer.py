"""A load's batches, its transaction, and what a table that stays keeps."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from dmsform.catalog.mapping import Copied, MappedColumn
from dmsform.catalog.model import Column, SequencePosition, TableName
from dmsform.catalog.types import Binary, Decimal, Geometry, Integer, Text
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.values import Owner
from dmsform.task.settings import TargetTablePrepMode
from dmsform_mysql import batches
from dmsform_mysql.connect import open_connection
from dmsform_mysql.control import claim, release
from dmsform_mysql.load_refusal import Complaint, worst
from dmsform_mysql.loading import Field, statement
from dmsform_mysql.local_infile import LocalInfile
from dmsform_mysql.target_sequences import next_value
from dmsform_mysql.writer import load_row_text
from tests.providers.mysql.moves import COLUMNS, CUT, ROWS, Place, mapped_whole, row_text, send, steps
from tests.servers import MysqlDatabase, wait_until

ITEMS = "CREATE TABLE items (id int PRIMARY KEY, name longtext) DEFAULT CHARACTER SET utf8mb4"
DROP, TRUNCATE = TargetTablePrepMode.DROP_AND_CREATE, TargetTablePrepMode.TRUNCATE_BEFORE_LOAD


@pytest.fixture
def make_place(make_family_database: Callable[[], MysqlDatabase]) -> Iterator[Callable[..., Place]]:
    """Databases with tasks of their own; a place takes the table's columns."""
    places: list[Place] = []

    def make(*columns: Column) -> Place:
        owner = Owner(secrets.token_hex(4), "shop", "ann@host")
        places.append(Place(make_family_database(), owner, columns or COLUMNS))
        return places[-1]

    yield make
    for place in places:
        release(place.endpoint, place.owner)
        place.close()


@pytest.fixture
def place(make_place: Callable[..., Place]) -> Place:
    return make_place()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every few rows are a batch."""
    monkeypatch.setattr(batches, "BATCH_BYTES", 200)


def refused(place: Place, *buffers: bytes, preparation: TargetTablePrepMode = DROP) -> Diagnostic:
    write = place.write(place.claim(), preparation, destroy=True, destroy_rows=True)
    with load_row_text(place.endpoint, write) as load:
        load.prepare()
        with pytest.raises(DiagnosticError) as raised:
            send(load, *buffers)
    (diagnostic,) = raised.value.diagnostics
    return diagnostic


@pytest.mark.usefixtures("small_batches")
def test_many_batches_and_buffers_of_every_size(place: Place) -> None:
    """Rows arrive once each, however they are cut into buffers, batches and packets."""
    rows = [(n, "x" * (n * 37 % 300)) for n in range(300)] + [(300, "y" * 3_000_000)]
    with load_row_text(place.endpoint, place.write(place.claim())) as load:
        load.prepare()
        sent = 0
        for size in (1, 2, 3, 100, 150, 45):
            load.write_row_text(row_text(rows[sent : sent + size]))
            sent += size
        assert sent == len(rows)
        load.finish_rows(sent)
        load.record(sent, CUT)
        load.commit()
    assert place.held() == rows


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("preparation", [DROP, TRUNCATE])
def test_a_value_refused_in_a_late_batch_undoes_all(place: Place, preparation: TargetTablePrepMode) -> None:
    """It is named by its row of the whole load; the old rows are there again."""
    place.execute(ITEMS)
    place.execute("INSERT INTO items VALUES (7, 'old')")
    good = [row_text([(n, "name") for n in range(start, start + 50)]) for start in range(0, 500, 50)]
    diagnostic = refused(place, *good, b"501\tx\n9999999999\ty\n502\tz\n", preparation=preparation)
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert diagnostic.place is not None
    assert (diagnostic.place.column, diagnostic.place.value) == ("id", "9999999999")
    assert diagnostic.place.table == f"{place.database.name}.items"
    assert "row 502 of the load" in diagnostic.detail
    assert "dmsform_load" not in diagnostic.detail
    assert place.held() == [(7, "old")]
    assert place.tables() == {"items"}
    assert place.under_way() == 0


@pytest.mark.usefixtures("small_batches")
def test_duplicates_across_batches_are_named(place: Place) -> None:
    """The key's column and value, also where the first row is long committed to the shadow."""
    good = [row_text([(n, "name") for n in range(start, start + 50)]) for start in range(0, 200, 50)]
    diagnostic = refused(place, *good, row_text([(300, "a"), (17, "b")]))
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert diagnostic.place is not None
    assert (diagnostic.place.column, diagnostic.place.value) == ("id", "17")


def test_duplicates_of_other_keys_are_named(place: Place) -> None:
    """A table that stays has unique keys of its own."""
    place.execute(
        "CREATE TABLE items (id int PRIMARY KEY, name longtext CHARACTER SET utf8mb4, n int DEFAULT 5, "
        "UNIQUE KEY `a.b` (n, name(5)))"
    )
    diagnostic = refused(place, b"1\tsame\n2\tsame\n", preparation=TRUNCATE)
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert diagnostic.place is not None
    assert (diagnostic.place.column, diagnostic.place.value) == ("n, name", "5-same")


def test_a_row_that_the_server_does_not_number_is_found(make_place: Callable[..., Place]) -> None:
    """Shapes and bytes fail without a row number: it is looked for among thousands."""
    columns = (
        Column("id", Integer(32), "int4", nullable=False),
        Column("b", Binary(), "bytea"),
        Column("g", Geometry("point"), "geometry"),
    )
    place = make_place(*columns)
    point = "\\\\x0101000000" + "0000000000002440" * 2
    rows = [f"{n}\t\\\\x00ff\t{point}\n".encode() for n in range(5000)]
    rows[3777] = f"3777\t\\\\x00ff\t{point[:-2]}\n".encode()
    diagnostic = refused(place, b"".join(rows))
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert "row 3778 of the load" in diagnostic.detail
    rows[3777] = f"3777\t\\\\x00fg\t{point}\n".encode()
    diagnostic = refused(place, b"".join(rows))
    assert diagnostic.place is not None
    assert (diagnostic.place.column, diagnostic.place.value) == ("b", "\\x00fg")


def test_a_digit_too_many_is_refused_though_only_a_note(make_place: Callable[..., Place]) -> None:
    """The server rounds decimals and tells so below a warning."""
    place = make_place(Column("id", Integer(32), "int4", nullable=False), Column("d", Decimal(5, 2), "numeric"))
    diagnostic = refused(place, b"1\t1.25\n2\t1.255\n")
    assert diagnostic.place is not None
    assert (diagnostic.place.column, diagnostic.place.value) == ("d", "1.255")


def test_rows_of_another_shape_are_refused(place: Place) -> None:
    """Too few fields or too many are never filled up or cut."""
    for rows in (b"1\n", b"1\ta\tb\n"):
        assert refused(place, rows).code == codes.VALUE_REFUSED.id


def test_a_reader_that_dies_is_no_end_of_the_rows(place: Place) -> None:
    """The statement under way is never ended: what it took is rolled back by the server."""
    write = place.write(place.claim())
    with load_row_text(place.endpoint, write) as load:
        load.prepare()
        load.write_row_text(row_text(ROWS) + b"4\tcut in the mid")
    assert place.tables() == set()
    assert place.under_way() == 0


def test_a_broken_connection_commits_nothing(place: Place) -> None:
    """Even of a table that the statement's rows went into directly."""
    place.execute("CREATE TABLE direct (id int PRIMARY KEY, name longtext)")
    connection = open_connection(place.endpoint)
    number = connection.number
    connection.execute("START TRANSACTION")
    fields = [Field("id", Integer(32), "int"), Field("name", Text(), "longtext")]
    into = TableName(place.database.name, "direct")
    infile = LocalInfile(connection, statement(into, fields, mariadb=connection.server.mariadb))
    for start in range(0, 50_000, 5_000):
        infile.send(row_text([(n, "name") for n in range(start, start + 5_000)]))
    connection.raw._force_close()  # type: ignore[attr-defined]
    alive = f"SELECT COUNT(*) FROM information_schema.processlist WHERE id = {number}"
    wait_until(lambda: place.rows(alive) == [(0,)], "the session's end")
    assert place.rows("SELECT COUNT(*) FROM direct") == [(0,)]


def test_a_killed_session_is_a_lost_connection(place: Place) -> None:
    """It may be tried again; nothing stays."""
    write = place.write(place.claim())
    with load_row_text(place.endpoint, write) as load:
        load.prepare()
        place.execute(f"KILL {load._connection.number}")
        with pytest.raises(DiagnosticError) as raised:
            send(load, row_text(ROWS))
    assert raised.value.diagnostics[0].code == codes.CONNECTION_LOST.id
    assert place.tables() == set()
    assert place.under_way() == 0


def test_rows_that_appear_before_the_renaming_are_put_back(place: Place) -> None:
    """The plan saw an empty table: what somebody wrote meanwhile stays, under the table's own name."""
    place.execute(ITEMS)
    write = place.write(place.claim(), DROP, destroy=True)
    with load_row_text(place.endpoint, write) as load:
        going = steps(load)
        while next(going) != "recorded":
            pass
        place.execute("INSERT INTO items VALUES (8, 'mine')")
        with pytest.raises(DiagnosticError, match=codes.TARGET_HOLDS_ROWS.id):
            list(going)
    assert place.held() == [(8, "mine")]
    assert place.tables() == {"items"}
    assert (place.under_way(), place.records()) == (0, [])


def test_a_foreign_key_that_appears_keeps_the_old_table(place: Place) -> None:
    """The server refuses to drop what is referenced: the old table is put back, its foreign key with it."""
    place.execute(ITEMS)
    write = place.write(place.claim(), DROP, destroy=True)
    with load_row_text(place.endpoint, write) as load:
        going = steps(load)
        while next(going) != "recorded":
            pass
        place.execute("CREATE TABLE child (id int PRIMARY KEY, FOREIGN KEY (id) REFERENCES items (id))")
        with pytest.raises(DiagnosticError, match="DMS544"):
            list(going)
    assert place.held() == []
    assert place.tables() == {"items", "child"}
    assert (place.under_way(), place.records()) == (0, [])
    place.execute("INSERT INTO items VALUES (1, 'one')", "INSERT INTO child VALUES (1)")


def test_a_table_that_appears_is_not_replaced(place: Place) -> None:
    """A renaming never takes the place of a table."""
    write = place.write(place.claim())
    with load_row_text(place.endpoint, write) as load:
        going = steps(load)
        while next(going) != "recorded":
            pass
        place.execute(ITEMS)
        with pytest.raises(DiagnosticError):
            list(going)
    assert place.held() == []
    assert (place.tables(), place.under_way()) == ({"items"}, 0)


def test_others_cannot_add_rows_while_an_empty_table_is_filled(place: Place) -> None:
    """Old and new rows never mix."""
    place.execute(ITEMS, "SET innodb_lock_wait_timeout = 1")
    with load_row_text(place.endpoint, place.write(place.claim())) as load:
        going = steps(load)
        next(going)
        with pytest.raises(Exception, match="Lock wait timeout"):
            place.execute("INSERT INTO items VALUES (9, 'mine')")
        list(going)
    assert place.held() == list(ROWS)


def test_numbering_never_falls_back(place: Place) -> None:
    """A table that stays and has counted further, as its rows were deleted, counts on."""
    place.execute(ITEMS, "ALTER TABLE items MODIFY id int AUTO_INCREMENT, AUTO_INCREMENT = 500")
    place.load(place.write(place.claim()))
    place.execute("INSERT INTO items (name) VALUES ('next')")
    assert place.rows("SELECT MAX(id) FROM items") == [(500,)]


def test_numbering_that_is_used_up_is_so_in_the_target(place: Place) -> None:
    """The next insert fails, as it does in the source, and does not begin anew."""
    with load_row_text(place.endpoint, place.write(place.claim())) as load:
        list(steps(load, next_value=2**31))
    with pytest.raises(Exception, match=r"auto-increment|Out of range"):
        place.execute("INSERT INTO items (name) VALUES ('next')")


def test_a_missing_database_is_created(place: Place) -> None:
    """As a schema is in other engines."""
    name = f"{place.database.name}_new"
    mapped = replace(place.mapped(), target=TableName(name, "items"))
    write = place.write(place.claim())
    write = replace(write, mapped=mapped, design=replace(write.design, name=mapped.target))
    try:
        with load_row_text(place.endpoint, write) as load, pytest.raises(DiagnosticError, match="DMS511"):
            load.prepare()
        epoch = claim(place.endpoint, place.owner, [mapped.target])
        with load_row_text(place.endpoint, replace(write, epoch=epoch)) as load:
            list(steps(load))
        assert place.rows(f"SELECT COUNT(*) FROM {name}.items") == [(3,)]
    finally:
        place.execute(f"DROP DATABASE IF EXISTS {name}")


def test_next_value() -> None:
    """By the target column's name, or the source's; what cannot be a number of AUTO_INCREMENT is left alone."""
    source = COLUMNS[0]
    whole = mapped_whole(TableName("d", "items"), COLUMNS)
    mapped = replace(whole, columns=(MappedColumn("key", Copied(source), source.type, None, False),))
    assert next_value(mapped, "key", [SequencePosition("key", 5)]) == 5
    assert next_value(mapped, "key", [SequencePosition("id", 5)]) == 5
    assert next_value(mapped, "key", [SequencePosition("other", 5)]) is None
    assert next_value(mapped, None, [SequencePosition("key", 5)]) is None
    assert next_value(mapped, "key", [SequencePosition("key", -5)]) is None
    assert next_value(mapped, "key", [SequencePosition("key", 2**70)]) == 2**64 - 1


def test_a_servers_word_on_its_log_is_no_refusal() -> None:
    """In a log of statements every LOAD DATA is called unsafe, which says nothing of its rows."""
    unsafe = Complaint(1592, "Unsafe statement written to the binary log using statement format")
    cut = Complaint(1265, "Data truncated for column 'a' at row 3")
    assert worst([unsafe]) is None
    assert worst([unsafe, cut]) is cut
