"""Which objects a task's assessment is about, and what is said of each."""

from __future__ import annotations

from dataclasses import replace

from dmsform.catalog import item_codes as codes
from dmsform.catalog.assessment import AssessedObject, Assessment, Category, Status
from dmsform.catalog.model import Catalog, Column, Table, TableKind
from dmsform.catalog.types import Unsupported
from dmsform.diagnostics import Diagnostic
from dmsform.resources.assessment import assess
from dmsform.resources.task_block import decode_task
from tests.catalog.transform.test_objects import CUSTOMERS, LINES
from tests.resources.blocks import TASK, everything, resource, task_body


def assessed(*tables: Table, selected: str = "%", **more: str) -> Assessment:
    findings: list[Diagnostic] = []
    selection = everything(selected, "shop")
    selection[2].update(more)  # type: ignore[attr-defined]  # it is a dict
    task = decode_task(resource(TASK, task_body(selection, target_schema="main")), findings)
    assert findings == []
    assert task is not None
    return assess(task, Catalog("postgresql", tables), "sqlite")


def objects(found: Assessment, table: int = 0) -> dict[tuple[Category, str], AssessedObject]:
    return {(each.category, each.name): each for each in found.tables[table].objects}


def test_every_object_of_the_selected_tables_is_there() -> None:
    found = assessed(CUSTOMERS, replace(LINES, not_carried=("trigger audit", "partitioning by RANGE (id)")))
    assert [str(table.source) for table in found.tables] == ["shop.customers", "shop.lines"]
    assert (found.task, found.source, found.target) == ("shop", "PostgreSQL", "SQLite")
    assert list(objects(found, 1)) == [
        (Category.TABLE, "lines"),
        *((Category.COLUMN, name) for name in ("id", "customer", "qty", "code")),
        (Category.PRIMARY_KEY, "id"),
        (Category.UNIQUE, "by_code"),
        (Category.INDEX, "some"),
        (Category.FOREIGN_KEY, "of"),
        (Category.CHECK, "positive"),
        (Category.CHECK, "odd"),
        (Category.TRIGGER, "audit"),
        (Category.OTHER, "partitioning by RANGE (id)"),
    ]
    assert all(each.status is Status.CONVERTED for each in objects(found).values())


def test_items_are_told_of_their_objects() -> None:
    found = objects(assessed(replace(LINES, foreign_keys=(), not_carried=("trigger audit",))))
    assert [item.code for item in found[Category.TRIGGER, "audit"].items] == [codes.TRIGGER]
    assert codes.COMMENT_LEFT_OUT in [item.code for item in found[Category.COLUMN, "qty"].items]
    assert codes.COMMENT_LEFT_OUT in [item.code for item in found[Category.TABLE, "lines"].items]


def test_a_key_to_a_table_that_does_not_move_needs_work() -> None:
    found = objects(assessed(CUSTOMERS, LINES, selected="lines"))
    key = found[Category.FOREIGN_KEY, "of"]
    assert ([item.code for item in key.items], key.status) == ([codes.LOST_BY_RULES], Status.NEEDS_WORK)


def test_a_column_that_cannot_be_carried_is_told_and_stops_nothing() -> None:
    odd = Column("shape", Unsupported("blob9", "nobody knows it"), "blob9")
    found = assessed(replace(CUSTOMERS, columns=(*CUSTOMERS.columns, odd)), replace(LINES, foreign_keys=()))
    assert len(found.tables) == 2
    column = objects(found)[Category.COLUMN, "shape"]
    assert column.status is Status.NOT_CONVERTIBLE
    (item,) = column.items
    assert (item.code, "nobody knows it" in item.reason, bool(item.remedy)) == (codes.TYPE_REFUSED, True, True)


def test_a_view_arrives_as_a_table() -> None:
    view = replace(CUSTOMERS, kind=TableKind.VIEW, primary_key=None)
    found = objects(assessed(view, table_type="view"))
    assert [item.code for item in found[Category.VIEW, "customers"].items] == [codes.VIEW_AS_TABLE]


def test_what_hangs_on_a_table_that_cannot_be_there_is_stranded() -> None:
    """SQLite keeps names that begin with sqlite_ to itself."""
    odd = replace(LINES, name=replace(LINES.name, name="sqlite_lines"), foreign_keys=())
    found = assessed(odd)
    assert [item.code for item in found.items] == [codes.TABLE_REFUSED]
    assert {each.status for each in found.objects} == {Status.NOT_CONVERTIBLE}
