"""What becomes of objects, and the effort and level that follow."""

from __future__ import annotations

from collections import Counter

import pytest

from dmsform.catalog import item_codes as codes
from dmsform.catalog.assessment import AssessedObject, AssessedTable, Assessment, Category, Status, attach
from dmsform.catalog.items import ActionItem, ItemCode
from dmsform.catalog.names import TableName

NAME = TableName("shop", "orders")


def item(code: ItemCode, what: str = "index i") -> ActionItem:
    return code.item(what, "so it is", "Live with it.")


def assessment(*items: ActionItem) -> Assessment:
    objects = (
        AssessedObject(Category.INDEX, "i", items), AssessedObject(Category.TABLE, "orders"),
        AssessedObject(Category.COLUMN, "a"), AssessedObject(Category.COLUMN, "b"),
    )  # fmt: skip
    return Assessment("shop", "MySQL", "PostgreSQL", (AssessedTable(NAME, NAME, objects),))


def test_the_worst_item_of_an_object_counts() -> None:
    changed, work, impossible = codes.INDEX_PREFIX, codes.INDEX_METHOD, codes.EXCLUSION
    statuses = [
        AssessedObject(Category.INDEX, "i", tuple(map(item, found))).status
        for found in ((), (changed,), (changed, work), (work, impossible, changed))
    ]
    assert statuses == [Status.CONVERTED, Status.CHANGED, Status.NEEDS_WORK, Status.NOT_CONVERTIBLE]


def test_counts_by_category_in_the_order_of_a_report() -> None:
    counts = assessment(item(codes.INDEX_METHOD)).counts()
    assert list(counts) == [Category.TABLE, Category.COLUMN, Category.INDEX]
    assert counts[Category.COLUMN] == Counter({Status.CONVERTED: 2})
    assert counts[Category.INDEX] == Counter({Status.NEEDS_WORK: 1})


def test_effort_is_learning_once_and_doing_each_time() -> None:
    found = assessment(item(codes.INDEX_METHOD), item(codes.INDEX_METHOD, "index j"), item(codes.INDEX_PREFIX))
    by_code = {summary.code: summary for summary in found.codes()}
    method, prefix = by_code[codes.INDEX_METHOD], by_code[codes.INDEX_PREFIX]
    assert (method.occurrences, method.minutes) == (2, codes.INDEX_METHOD.learning + 2 * codes.INDEX_METHOD.minutes)
    assert found.minutes == method.minutes + prefix.minutes
    assert next(iter(by_code)) is codes.INDEX_METHOD, "what takes most work comes first"


@pytest.mark.parametrize(
    ("found", "level"),
    [
        ((), "A-1"),
        ((codes.INDEX_PREFIX,), "A-2"),
        ((codes.INDEX_METHOD,), "B-3"),
        ((codes.PARTITIONING,), "B-5"),
        ((codes.PARTITIONING,) * 30, "C-5"),
    ],
)
def test_the_level_says_how_much_and_how_hard(found: tuple[ItemCode, ...], level: str) -> None:
    assert assessment(*map(item, found)).level == level


def test_what_arrives_changed_arrives() -> None:
    assert assessment(item(codes.INDEX_PREFIX)).converted_share == 1.0
    assert assessment(item(codes.INDEX_METHOD)).converted_share == 0.75
    assert Assessment("shop", "MySQL", "SQLite", ()).converted_share == 1.0


def test_items_are_attached_to_their_objects_and_else_to_the_table() -> None:
    objects = [AssessedObject(Category.TABLE, "orders"), AssessedObject(Category.INDEX, "i")]
    of_index, of_table = item(codes.INDEX_PREFIX), item(codes.PARTITIONING, "partitioning")
    attached = attach(objects, {"index i": 1}, [of_index, of_table])
    assert [each.items for each in attached] == [(of_table,), (of_index,)]
