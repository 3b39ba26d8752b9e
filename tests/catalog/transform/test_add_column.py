"""add-column: computed target columns."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.catalog.mapping import Computed
from dmsform.catalog.types import Integer, Text
from tests.catalog.builders import CUSTOMERS, ORDERS, codes_of, column_of, finding, only, transformation


def add(name: str, expression: str, **data_type: Any) -> dict[str, Any]:
    return transformation(
        "column", "add-column", value=name, expression=expression, data_type=data_type or {"type": "string"}
    )


def test_the_column_is_computed_from_source_columns() -> None:
    found = only(
        CUSTOMERS,
        transformation("column", "convert-lowercase"),
        add("FullName", "$First||' '||$Last", type="string", length=100),
    )
    added = column_of(found, "FullName")
    assert added.value == Computed("$First || ' ' || $Last", (CUSTOMERS.column("First"), CUSTOMERS.column("Last")))
    assert (added.type, added.native, added.nullable, added.converted) == (Text(100), None, True, True)
    assert found.columns[-1] is added


def test_columns_are_added_in_the_order_of_their_rules() -> None:
    found = only(ORDERS, add("b", "1", type="int4"), add("a", "$customer + $id", type="int8"))
    assert [column.name for column in found.columns[-2:]] == ["b", "a"]
    assert found.columns[-1].type == Integer(64)


def test_metadata_is_that_of_the_table() -> None:
    rename = transformation("table", "rename", value="bills")
    found = only(
        ORDERS, rename, add("o", "$AR_M_SOURCE_TABLE_NAME || $AR_M_MODIFIED_TABLE_NAME || $AR_M_MODIFIED_SCHEMA")
    )
    assert column_of(found, "o").value == Computed("'orders' || 'bills' || 'shop'", ())


def test_a_column_can_be_replaced() -> None:
    remove = transformation("column", "remove-column", {"column-name": "note"})
    found = only(ORDERS, remove, add("note", "upper($note)"))
    assert column_of(found, "note").value == Computed("upper($note)", (ORDERS.column("note"),))


@pytest.mark.parametrize(
    ("rule", "code", "why"),
    [
        (add("note", "1"), "DMS343", 'a column "note"'),
        (add("x", "$nte"), "DMS322", "Did you mean $note?"),
        (add("x", "$AR_M_SOURCE_COLUMN_NAME"), "DMS322", "no value here"),
    ],
)
def test_refuses(rule: dict[str, Any], code: str, why: str) -> None:
    _, diagnostics = finding(ORDERS, rule)
    assert codes_of(diagnostics) == [code]
    assert why in diagnostics[0].detail


def test_one_rule_wins_for_one_name() -> None:
    found, diagnostics = finding(ORDERS, add("x", "1"), add("x", "2"))
    assert column_of(found, "x").value == Computed("1", ())
    assert codes_of(diagnostics) == ["DMS342"]
