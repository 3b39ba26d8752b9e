"""Actions that change names, for schemas, tables and columns."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.catalog.expressions.binding import Metadata
from dmsform.catalog.model import TableName
from dmsform.catalog.rules.model import (
    AddPrefix,
    AddSuffix,
    RemovePrefix,
    RemoveSuffix,
    ReplacePrefix,
    ReplaceSuffix,
)
from dmsform.catalog.transform.names import new_name
from tests.catalog.builders import CUSTOMERS, ORDERS, codes_of, finding, only, transformation


@pytest.mark.parametrize(
    ("action", "more", "name"),
    [
        ("rename", {"value": "People"}, "People"),
        ("convert-lowercase", {}, "customers"),
        ("convert-uppercase", {}, "CUSTOMERS"),
        ("add-prefix", {"value": "old_"}, "old_Customers"),
        ("remove-prefix", {"value": "Cust"}, "omers"),
        ("remove-prefix", {"value": "cust"}, "Customers"),
        ("replace-prefix", {"old_value": "Cust", "value": "Gust"}, "Gustomers"),
        ("replace-prefix", {"old_value": "x", "value": "y"}, "Customers"),
        ("add-suffix", {"value": "_1"}, "Customers_1"),
        ("remove-suffix", {"value": "ers"}, "Custom"),
        ("replace-suffix", {"old_value": "ers", "value": "s"}, "Customs"),
        ("rename", {"expression": "lower($AR_M_SOURCE_SCHEMA) || '_' || $AR_M_SOURCE_TABLE_NAME"}, "shop_Customers"),
    ],
)
def test_tables(action: str, more: dict[str, Any], name: str) -> None:
    assert only(CUSTOMERS, transformation("table", action, **more)).target == TableName("shop", name)


def test_columns() -> None:
    found = only(
        CUSTOMERS,
        transformation("column", "convert-lowercase"),
        transformation("column", "add-prefix", {"column-name": "F%"}, value="c_"),
        transformation("column", "rename", {"column-name": "Id"}, value="customer"),
        transformation("column", "add-suffix", {"data-type": "wstring"}, value="_text"),
    )
    names = [column.name for column in found.columns]
    assert names == ["customer", "c_first_text", "last_text", "card", "photo", "extra", "seen", "c_full_text"]
    assert [column.native for column in found.columns] == [column.native for column in CUSTOMERS.columns]


def test_a_column_named_by_its_metadata() -> None:
    rule = transformation(
        "column", "rename", expression="$AR_M_SOURCE_COLUMN_NAME || '_' || $AR_M_SOURCE_COLUMN_DATATYPE"
    )
    assert [column.name for column in only(ORDERS, rule).columns] == [
        "id_int8",
        "customer_int4",
        "amount_numeric",
        "placed_date",
        "note_nclob",
    ]


@pytest.mark.parametrize(
    ("setting", "rules", "schema"),
    [
        ("", [], "shop"),
        ("warehouse", [], "warehouse"),
        ("warehouse", [transformation("schema", "rename", value="x")], "x"),
        ("warehouse", [transformation("schema", "add-suffix", value="_1")], "warehouse_1"),
        ("", [transformation("schema", "rename", {"schema-name": "other%"}, value="x")], "shop"),
        ("", [transformation("schema", "convert-uppercase")], "SHOP"),
    ],
)
def test_schemas(setting: str, rules: list[dict[str, Any]], schema: str) -> None:
    found, diagnostics = finding(ORDERS, *rules, target_schema=setting)
    assert found.target == TableName(schema, "orders")
    assert set(codes_of(diagnostics)) <= {"DMS331"}


def test_an_empty_name_is_refused() -> None:
    found, diagnostics = finding(ORDERS, transformation("table", "remove-prefix", value="orders"))
    assert found.target.name == "orders"
    assert codes_of(diagnostics) == ["DMS339"]
    _, diagnostics = finding(ORDERS, transformation("table", "rename", expression="NULL"))
    assert codes_of(diagnostics) == ["DMS339"]


def test_a_rename_cannot_use_columns() -> None:
    _, diagnostics = finding(ORDERS, transformation("table", "rename", expression="$note"))
    assert codes_of(diagnostics) == ["DMS322"]
    _, diagnostics = finding(ORDERS, transformation("table", "rename", expression="$AR_M_SOURCE_COLUMN_NAME"))
    assert codes_of(diagnostics) == ["DMS322"]


def test_lower_and_upper_case_contradict_each_other() -> None:
    found, diagnostics = finding(
        CUSTOMERS, transformation("table", "convert-uppercase"), transformation("table", "convert-lowercase")
    )
    assert found.target.name == "CUSTOMERS"
    assert codes_of(diagnostics) == ["DMS342"]


NAMES = st.text(max_size=10)
PARTS = st.text(min_size=1, max_size=4)
METADATA = Metadata("s", "t", "s", "t")


@given(name=NAMES, old=PARTS, new=PARTS)
def test_prefixes_and_suffixes_undo_and_replace_each_other(name: str, old: str, new: str) -> None:
    assert new_name(new_name(name, AddPrefix(old), METADATA), RemovePrefix(old), METADATA) == name
    assert new_name(new_name(name, AddSuffix(old), METADATA), RemoveSuffix(old), METADATA) == name
    assert new_name(old + name, ReplacePrefix(old, new), METADATA) == new + name
    assert new_name(name + old, ReplaceSuffix(old, new), METADATA) == name + new
    untouched = "" if name.startswith(old) else name
    assert new_name(untouched, ReplacePrefix(old, new), METADATA) == untouched
    untouched = "" if name.endswith(old) else name
    assert new_name(untouched, ReplaceSuffix(old, new), METADATA) == untouched
