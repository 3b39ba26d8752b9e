"""Which tables the selection rules choose, and in which order they load."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.catalog.model import Catalog, Table, TableName
from dmsform.catalog.wildcard import matches
from dmsform.diagnostics import Severity
from tests.catalog.builders import codes_of, column, mapped, selection


@pytest.mark.parametrize(
    ("rules", "tables"),
    [
        ([selection("shop")], ["shop.Customers", "shop.order_lines", "shop.orders", "shop.tmp_load"]),
        ([selection("%", "orders")], ["archive.orders", "shop.orders"]),
        (
            [selection("shop"), selection("shop", "tmp[_]%", "exclude")],
            ["shop.Customers", "shop.order_lines", "shop.orders"],
        ),
        ([selection("shop", "orders", "explicit")], ["shop.orders"]),
        ([selection("shop", table_type="view")], ["shop.report"]),
        (
            [selection("shop", "%r%", table_type="all"), selection("shop", "o%", "exclude")],
            ["shop.Customers", "shop.report"],
        ),
        (
            [selection("shop", "re%", table_type="all"), selection("shop", "o%"), selection("%", "%s", "exclude")],
            ["shop.report"],
        ),
        (
            [selection("shop", table_type="all"), selection("%", "%", "exclude", table_type="table")],
            ["shop.report"],
        ),
    ],
)
def test_chooses(rules: list[dict[str, Any]], tables: list[str]) -> None:
    found, diagnostics = mapped(*rules)
    assert list(found) == tables
    assert diagnostics == []


def test_an_exact_name_is_no_pattern() -> None:
    catalog = Catalog("x", tuple(Table(TableName("s", name), (column("a"),)) for name in ("a_b", "axb")))
    assert list(mapped(selection("s", "a_b", "explicit"), catalog=catalog)[0]) == ["s.a_b"]
    assert list(mapped(selection("s", "a_b"), catalog=catalog)[0]) == ["s.a_b", "s.axb"]
    null = [{"filter-type": "source", "column-name": "a", "filter-conditions": [{"filter-operator": "null"}]}]
    assert list(mapped(selection("s", "a_b", filters=null), catalog=catalog)[0]) == ["s.a_b"]


def test_higher_load_order_first_then_by_name() -> None:
    found, _ = mapped(
        selection("shop"),
        selection("shop", "tmp_load", load_order=1),
        selection("shop", "orders", load_order=20),
        selection("shop", "order[_]lines", load_order=20),
        selection("shop", "orders", load_order=99),
    )
    assert list(found) == ["shop.order_lines", "shop.orders", "shop.tmp_load", "shop.Customers"]
    assert [table.load_order for table in found.values()] == [20, 20, 1, None]


def test_a_rule_that_matches_nothing_is_told() -> None:
    _, diagnostics = mapped(selection("shop"), selection("shop", "customers"), selection("shop", "none", "exclude"))
    (found,) = diagnostics
    assert (found.code, found.severity) == ("DMS331", Severity.WARNING)
    assert found.detail.startswith('rules[1] (rule 2 "r2"): ')
    assert 'Did you mean "shop.Customers"?' in found.detail


def test_a_view_is_pointed_out() -> None:
    _, diagnostics = mapped(selection("shop"), selection("shop", "report"))
    assert 'table-type "view"' in diagnostics[0].detail


def test_no_table_at_all_is_an_error_unless_settings_allow_it() -> None:
    found, diagnostics = mapped(selection("nowhere"))
    assert found == {}
    assert codes_of(diagnostics, Severity.ERROR) == ["DMS330"]
    assert "archive, shop" in diagnostics[-1].detail
    _, diagnostics = mapped(selection("nowhere"), must_match=False)
    assert codes_of(diagnostics, Severity.ERROR) == []
    assert "DMS330" in codes_of(diagnostics)
    assert "it has no tables" in mapped(selection(), catalog=Catalog("x"))[1][-1].detail


NAMES = st.text(alphabet="abc_", min_size=1, max_size=4)
PATTERNS = st.text(alphabet="abc_%", min_size=1, max_size=4)


@given(
    names=st.sets(NAMES, max_size=6),
    including=st.lists(PATTERNS, min_size=1, max_size=3),
    excluding=st.lists(PATTERNS, max_size=2),
)
def test_a_table_is_chosen_when_included_and_not_excluded(
    names: set[str], including: list[str], excluding: list[str]
) -> None:
    catalog = Catalog("x", tuple(Table(TableName("s", name), (column("a"),)) for name in sorted(names)))
    rules = [selection("s", p) for p in including] + [selection("s", p, "exclude") for p in excluding]
    found, _ = mapped(*rules, catalog=catalog, must_match=False)
    expected = [
        name
        for name in sorted(names)
        if any(matches(p, name) for p in including) and not any(matches(p, name) for p in excluding)
    ]
    assert [name.removeprefix("s.") for name in found] == expected
