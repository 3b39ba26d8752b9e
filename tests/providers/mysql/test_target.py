"""What stands on a target: looked at without a change, kept where it fits, refused where others would suffer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest

from dmsform.catalog.model import Column, Identity, TableKind, TableName
from dmsform.catalog.types import Boolean, Integer, Text, Timestamp
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.provider.values import Owner
from dmsform.task.settings import TargetTablePrepMode
from dmsform_mysql import codes as own
from dmsform_mysql.control import release
from dmsform_mysql.target import inspect_target
from dmsform_mysql.writer import load_row_text
from tests.providers.mysql.moves import ROWS, Place, send, steps
from tests.servers import MysqlDatabase

ITEMS = "CREATE TABLE items (id int PRIMARY KEY, name longtext) DEFAULT CHARACTER SET utf8mb4"
USE = TargetTablePrepMode.DO_NOTHING
DROP, TRUNCATE = TargetTablePrepMode.DROP_AND_CREATE, TargetTablePrepMode.TRUNCATE_BEFORE_LOAD


@pytest.fixture
def place(make_family_database: Callable[[], MysqlDatabase]) -> Iterator[Place]:
    place = Place(make_family_database(), Owner(secrets.token_hex(4), "shop", "ann@host"))
    yield place
    release(place.endpoint, place.owner)
    place.close()


def refused(place: Place, preparation: TargetTablePrepMode) -> list[Diagnostic]:
    before = place.tables()
    write = place.write(place.claim(), preparation, destroy=True, destroy_rows=True)
    with load_row_text(place.endpoint, write) as load, pytest.raises(DiagnosticError) as raised:
        load.prepare()
    assert place.tables() == before
    assert place.under_way() == 0
    return list(raised.value.diagnostics)


def loaded(place: Place, preparation: TargetTablePrepMode) -> None:
    place.load(place.write(place.claim(), preparation, destroy=True, destroy_rows=True))
    assert place.held() == list(ROWS)


def test_looking_tells_tables_views_and_what_hangs_on_them(place: Place) -> None:
    """A view that cannot be read is one all the same."""
    schema = place.database.name
    place.execute(
        ITEMS, "CREATE INDEX by_name ON items (name(9))", "CREATE TABLE gone (a int)", "INSERT INTO gone VALUES (1)",
        "CREATE VIEW good AS SELECT 1 AS a", "CREATE VIEW broken AS SELECT a FROM gone", "DROP TABLE gone",
    )  # fmt: skip
    names = [TableName(schema, name) for name in ("items", "good", "broken", "missing")]
    found = inspect_target(place.endpoint, names)
    assert set(found) == set(names[:3])
    assert [(found[n].table.kind, found[n].has_rows) for n in names[:3]] == [
        (TableKind.TABLE, False), (TableKind.VIEW, True), (TableKind.VIEW, False),
    ]  # fmt: skip
    assert found[names[0]].dependents == ("index by_name",)


def test_a_view_is_not_replaced(place: Place) -> None:
    """Neither dropped nor written through."""
    place.execute("CREATE VIEW items AS SELECT 1 AS id, 'a' AS name")
    for preparation in (USE, DROP, TRUNCATE):
        (diagnostic,) = refused(place, preparation)
        assert diagnostic.code == codes.TARGET_HOLDS_ROWS.id


def test_triggers_keep_rows_out_of_a_table_that_stays(place: Place) -> None:
    """They would fire for every row: of inserts always, of deletes where rows are deleted. A new table has none."""
    place.execute(ITEMS, "CREATE TRIGGER loud BEFORE INSERT ON items FOR EACH ROW SET NEW.name = 'changed'")
    (diagnostic,) = refused(place, USE)
    assert diagnostic.code == own.TARGET_TRIGGERS.id
    assert "DROP TRIGGER" in (diagnostic.remedy or "")
    place.execute("DROP TRIGGER loud", "CREATE TRIGGER farewell AFTER DELETE ON items FOR EACH ROW SET @a = 1")
    place.execute("INSERT INTO items VALUES (7, 'old')")
    (diagnostic,) = refused(place, TRUNCATE)
    assert diagnostic.code == own.TARGET_TRIGGERS.id
    loaded(place, DROP)


def test_a_delete_trigger_does_not_matter_where_nothing_is_deleted(place: Place) -> None:
    """An empty table is only filled."""
    place.execute(ITEMS, "CREATE TRIGGER farewell AFTER DELETE ON items FOR EACH ROW SET @a = 1")
    loaded(place, USE)


def test_only_what_can_be_rolled_back_is_kept(place: Place) -> None:
    """A table of MyISAM may be replaced, not filled."""
    place.execute(f"{ITEMS} ENGINE=MyISAM")
    for preparation in (USE, TRUNCATE):
        (diagnostic,) = refused(place, preparation)
        assert diagnostic.code == own.NOT_TRANSACTIONAL.id
    loaded(place, DROP)


def test_foreign_keys_of_others_keep_the_rows(place: Place) -> None:
    """Emptying would cascade into them, dropping would leave them without their table."""
    place.execute(
        ITEMS,
        "INSERT INTO items VALUES (7, 'old')",
        "CREATE TABLE child (id int PRIMARY KEY, FOREIGN KEY (id) REFERENCES items (id) ON DELETE CASCADE)",
        "INSERT INTO child VALUES (7)",
    )
    for preparation in (DROP, TRUNCATE):
        (diagnostic,) = refused(place, preparation)
        assert diagnostic.code == own.TABLE_IN_USE.id
        assert "child_ibfk_1" in diagnostic.detail
    assert place.held() == [(7, "old")]
    assert place.rows("SELECT * FROM child") == [(7,)]
    place.execute("DELETE FROM child", "DELETE FROM items")
    loaded(place, USE)


def test_a_table_that_references_itself_is_replaced(place: Place) -> None:
    """What goes with it is its own. The server does not empty it row by row, and is not asked to look away."""
    place.execute(f"{ITEMS}", "ALTER TABLE items ADD parent int, ADD FOREIGN KEY (parent) REFERENCES items (id)")
    place.execute("INSERT INTO items VALUES (7, 'old', 7)")
    (diagnostic,) = refused(place, TRUNCATE)
    assert diagnostic.code == own.TABLE_IN_USE.id
    loaded(place, DROP)


def test_foreign_keys_hold_for_loaded_rows(place: Place) -> None:
    """They are not switched off: what they refuse is told, with the way out."""
    place.execute(
        "CREATE TABLE parent (id int PRIMARY KEY)",
        ITEMS,
        "ALTER TABLE items ADD FOREIGN KEY (id) REFERENCES parent (id)",
        "INSERT INTO parent VALUES (1), (2)",
    )
    write = place.write(place.claim())
    with load_row_text(place.endpoint, write) as load, pytest.raises(DiagnosticError) as raised:
        list(steps(load))
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == codes.VALUE_REFUSED.id
    assert "row 3 of the load" in diagnostic.detail
    assert "foreign key" in (diagnostic.remedy or "")
    assert place.held() == []


def test_a_table_with_other_types_takes_the_canonical_texts(place: Place) -> None:
    """By what its columns are, not by what they would be; its letter case, order and further columns are its own."""
    columns = (
        Column("id", Integer(32), "int4", nullable=False, identity=Identity.BY_DEFAULT),
        Column("name", Text(), "text"),
        Column("on", Boolean(), "bool"),
        Column("at", Timestamp(0, zoned=True), "timestamptz"),
    )
    wide = Place(place.database, place.owner, columns)
    place.execute(
        "CREATE TABLE items (more int DEFAULT 5, `AT` timestamp(3) NULL, `On` bit(1), `NAME` longtext, "
        "ID bigint AUTO_INCREMENT PRIMARY KEY) DEFAULT CHARACTER SET utf8mb4"
    )
    rows = ((1, "é", "t", "2024-02-29 03:04:05+00"), (2, None, "f", None))
    wide.load(wide.write(wide.claim()), rows)
    held = wide.rows("SELECT id, name, `on` + 0, CAST(at AS CHAR), more FROM items ORDER BY id")
    assert held[1] == (2, None, 0, None, 5)
    assert held[0][:3] == (1, "é", 1)
    assert wide.database.value("SELECT UNIX_TIMESTAMP(at) FROM items WHERE id = 1") == 1709175845
    wide.execute("INSERT INTO items (name) VALUES ('next')")
    assert wide.rows("SELECT MAX(id) FROM items") == [(100,)]
    wide.close()


def test_null_for_a_column_that_takes_none_is_refused(place: Place) -> None:
    """Where the source may send NULL and the table that stays would number the row instead."""
    columns = (Column("id", Integer(32), "int4", nullable=True), Column("name", Text(), "text"))
    other = Place(place.database, place.owner, columns)
    place.execute(ITEMS, "ALTER TABLE items MODIFY id int AUTO_INCREMENT")
    write = other.write(other.claim())
    with load_row_text(other.endpoint, write) as load:
        load.prepare()
        with pytest.raises(DiagnosticError, match=codes.VALUE_REFUSED.id):
            send(load, b"1\ta\n\\N\tb\n")
    assert place.held() == []
    other.close()
