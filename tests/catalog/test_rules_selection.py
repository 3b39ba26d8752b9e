"""Reading selection rules and their filters."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.catalog.mapping import FilterCondition, FilterOperator
from dmsform.catalog.rules.model import TableType
from tests.catalog.builders import findings, mappings, selection


def filters(*conditions: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return [{"filter-type": "source", "column-name": "c", "filter-conditions": list(conditions), **more}]


def test_reads_table_type_and_load_order() -> None:
    rule = mappings(selection(table_type="all", load_order="2147483647")).selections[0]
    assert (rule.table_type, rule.load_order, rule.exact) == (TableType.ALL, 2147483647, False)


@pytest.mark.parametrize("order", [0, 2147483648, "x", 1.5, True])
def test_refuses_a_load_order_out_of_range(order: Any) -> None:
    (found,) = findings(selection(load_order=order))
    assert found.detail.startswith("rules[0].load-order:")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"filter-operator": "eq", "value": "1"}, FilterCondition(FilterOperator.EQ, ("1",))),
        ({"filter-operator": "noteq", "value": ""}, FilterCondition(FilterOperator.NOTEQ, ("",))),
        ({"filter-operator": "ste", "value": 5}, FilterCondition(FilterOperator.STE, ("5",))),
        (
            {"filter-operator": "between", "start-value": "1", "end-value": "2"},
            FilterCondition(FilterOperator.BETWEEN, ("1", "2")),
        ),
        ({"filter-operator": "notnull"}, FilterCondition(FilterOperator.NOTNULL)),
    ],
)
def test_reads_conditions(condition: dict[str, Any], expected: FilterCondition) -> None:
    rule = mappings(selection("s", "sporting_event", filters=filters(condition))).selections[0]
    assert rule.filters[0].conditions == (expected,)
    assert (rule.table, rule.exact) == ("sporting_event", True)


@pytest.mark.parametrize(
    ("condition", "place", "code"),
    [
        ({"filter-operator": "gt", "value": "1"}, "filter-operator", "DMS303"),
        ({"filter-operator": "eq"}, "value", "DMS304"),
        ({"filter-operator": "eq", "value": None}, "value", "DMS301"),
        ({"filter-operator": "eq", "value": True}, "value", "DMS301"),
        ({"filter-operator": "between", "start-value": "1"}, "end-value", "DMS304"),
        ({"filter-operator": "null", "value": "1"}, "value", "DMS308"),
        ({"filter-operator": "eq", "value": "1", "end-value": "2"}, "end-value", "DMS308"),
        ({"filter-operator": "eq", "value": "1", "x": "2"}, "x", "DMS302"),
    ],
)
def test_refuses_conditions(condition: dict[str, Any], place: str, code: str) -> None:
    good = {"filter-operator": "eq", "value": "1"}
    diagnostics = findings(selection("s", "t", filters=filters(good, condition)))
    assert [d.code for d in diagnostics] == [code]
    assert diagnostics[0].detail.startswith(f"rules[0].filters[0].filter-conditions[1].{place}:")


def test_refuses_filters_without_conditions_and_of_other_types() -> None:
    wrong = filters(**{"filter-type": "target"})
    assert [d.code for d in findings(selection("s", "t", filters=wrong))] == ["DMS303", "DMS304"]


@pytest.mark.parametrize(
    "rule",
    [
        selection("s", "t%", "explicit"),
        selection("%", "t", "explicit"),
        selection("s", "t[ab]", filters=filters({"filter-operator": "null"})),
    ],
)
def test_demands_exact_names(rule: dict[str, Any]) -> None:
    (found,) = findings(rule)
    assert found.code == "DMS306"
    assert "pattern" in found.detail


def test_explicit_names_are_unwrapped() -> None:
    rule = mappings(selection("s", "a[_]b", "explicit")).selections[0]
    assert (rule.table, rule.exact) == ("a_b", True)


def test_exclude_takes_no_filters_and_no_order() -> None:
    rule = selection("s", "t", "exclude", load_order=1, filters=filters({"filter-operator": "null"}))
    assert [d.code for d in findings(selection(), rule)] == ["DMS308", "DMS308"]
