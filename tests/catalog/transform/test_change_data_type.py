"""change-data-type."""

from __future__ import annotations

from dmsform.catalog.mapping import Copied
from dmsform.catalog.model import Identity
from dmsform.catalog.types import Decimal, Integer, Text
from tests.catalog.builders import ORDERS, column_of, only, transformation


def test_the_column_is_converted_to_the_type() -> None:
    rule = transformation(
        "column", "change-data-type", {"column-name": "note"}, data_type={"type": "string", "length": 200}
    )
    note = column_of(only(ORDERS, rule), "note")
    assert (note.type, note.native, note.converted) == (Text(200), None, True)
    assert note.value == Copied(ORDERS.column("note"))


def test_all_columns_of_a_type() -> None:
    rule = transformation(
        "column",
        "change-data-type",
        {"data-type": "numeric"},
        data_type={"type": "numeric", "precision": 38, "scale": 10},
    )
    found = only(ORDERS, rule)
    assert column_of(found, "amount").type == Decimal(38, 10)
    assert [column.name for column in found.columns if column.converted] == ["amount"]


def test_only_whole_numbers_go_on_numbering() -> None:
    number = transformation("column", "change-data-type", {"column-name": "id"}, data_type={"type": "int4"})
    text = transformation("column", "change-data-type", {"column-name": "id"}, data_type={"type": "string"})
    assert column_of(only(ORDERS, number), "id").identity is Identity.BY_DEFAULT
    assert column_of(only(ORDERS, number), "id").type == Integer(32)
    assert column_of(only(ORDERS, text), "id").identity is None
