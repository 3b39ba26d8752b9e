"""Filters find their column, and their values fit its type."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.catalog import types as t
from dmsform.catalog.filters import fits
from dmsform.catalog.mapping import FilterCondition, FilterOperator, RowFilter
from tests.catalog.builders import CUSTOMERS, ORDERS, mapped, selection


def filtered(table: str, *filters: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    written = [
        {"filter-type": "source", "column-name": column, "filter-conditions": [condition]}
        for column, condition in filters
    ]
    return selection("shop", table, filters=written)


def test_filters_of_all_rules_apply() -> None:
    found, diagnostics = mapped(
        selection("shop"),
        filtered("orders", ("placed", {"filter-operator": "gte", "value": "2024-01-01"})),
        filtered("orders", ("amount", {"filter-operator": "between", "start-value": "1", "end-value": "2.5"})),
    )
    assert diagnostics == []
    assert found["shop.orders"].filters == (
        RowFilter(ORDERS.column("placed"), (FilterCondition(FilterOperator.GTE, ("2024-01-01",)),)),
        RowFilter(ORDERS.column("amount"), (FilterCondition(FilterOperator.BETWEEN, ("1", "2.5")),)),
    )
    assert found["shop.Customers"].filters == ()


def test_a_missing_column_is_named_with_its_place() -> None:
    _, (found,) = mapped(filtered("orders", ("plced", {"filter-operator": "null"})))
    assert found.code == "DMS332"
    assert 'rules[0].filters[0]: shop.orders has no column "plced". Did you mean "placed"?' in found.detail
    assert found.place is not None
    assert (found.place.table, found.place.column) == ("shop.orders", "plced")


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("orders", "amount", "ten"),
        ("orders", "placed", "2024-02-30"),
        ("orders", "id", "NaN"),
        ("Customers", "Extra", "{}"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(table: str, column: str, value: str) -> None:
    _, (found,) = mapped(filtered(table, (column, {"filter-operator": "eq", "value": value})))
    assert found.code == "DMS333"
    assert column in found.detail


def test_json_can_be_asked_for_null() -> None:
    found, diagnostics = mapped(filtered("Customers", ("Extra", {"filter-operator": "notnull"})))
    assert diagnostics == []
    assert found["shop.Customers"].filters[0].column == CUSTOMERS.column("Extra")


@pytest.mark.parametrize(
    ("value", "logical", "expected"),
    [
        ("2024-01-31", t.Timestamp(), True),
        ("2024-01-31 10:11", t.Timestamp(), True),
        ("2024-01-31 10:11:12.123", t.Timestamp(), True),
        ("2024-01-31T10:11:12+02:00", t.Timestamp(zoned=True), True),
        ("2024-1-31", t.Date(), False),
        ("2024-01-31 24:00", t.Timestamp(), False),
        ("-12.50", t.Decimal(5, 2), True),
        ("1e3", t.Float(64), True),
        ("Infinity", t.Float(64), False),
        ("TRUE", t.Boolean(), True),
        ("yes", t.Boolean(), False),
        ("anything", t.Text(), True),
        ("10:11", t.Time(), True),
    ],
)
def test_fits(value: str, logical: t.LogicalType, expected: bool) -> None:
    assert fits(value, logical) is expected
