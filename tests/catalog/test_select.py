"""What map_catalog refuses and tells across tables, and that its result can be sent to another process."""

from __future__ import annotations

import pickle

import pytest

from dmsform.catalog.mapping import Copied
from dmsform.catalog.model import Catalog, Table, TableKind, TableName
from dmsform.diagnostics import Severity
from tests.catalog.builders import ORDERS, REPORT, SHOP, codes_of, column, mapped, selection, transformation


def test_without_transformations_a_table_stays_as_it_is() -> None:
    found, diagnostics = mapped(selection())
    assert diagnostics == []
    orders = found["shop.orders"]
    assert (orders.target, orders.primary_key, orders.source) == (ORDERS.name, ORDERS.primary_key, ORDERS)
    for mapped_column, source in zip(orders.columns, ORDERS.columns, strict=True):
        assert mapped_column.value == Copied(source)
        assert (mapped_column.name, mapped_column.type, mapped_column.native) == (
            source.name,
            source.type,
            source.native,
        )
        assert (mapped_column.nullable, mapped_column.identity) == (source.nullable, source.identity)
        assert not mapped_column.converted


def test_generated_columns_are_carried_as_values() -> None:
    found, _ = mapped(selection())
    (full,) = (each for each in found["shop.Customers"].columns if each.name == "Full")
    assert full.native == "varchar(90)"
    assert full.identity is None


def test_a_view_is_loaded_as_a_table() -> None:
    found, _ = mapped(selection(table_type="view"))
    assert found["shop.report"].source is REPORT
    assert found["shop.report"].source.kind is TableKind.VIEW
    assert found["shop.report"].target == REPORT.name


def test_two_tables_into_one_are_refused_by_name() -> None:
    _, diagnostics = mapped(selection("%", "orders"), transformation("schema", "rename", value="all"))
    (found,) = diagnostics
    assert (found.code, found.severity) == ("DMS334", Severity.ERROR)
    assert "archive.orders and shop.orders would both load into all.orders" in found.detail


def test_a_rule_that_matches_nothing_is_told() -> None:
    rule = transformation("table", "rename", {"table-name": "ordres"}, value="x")
    _, diagnostics = mapped(selection(), rule)
    assert codes_of(diagnostics) == ["DMS331"]
    assert diagnostics[0].detail.startswith("rules[1]")
    assert codes_of(mapped(selection("none"), rule)[1]) == ["DMS331", "DMS330"]


@pytest.mark.parametrize("target", ["column", "table"])
def test_of_two_rules_of_a_kind_the_lower_id_wins(target: str) -> None:
    later = {**transformation(target, "add-prefix", value="b_"), "rule-id": "3"}
    first = {**transformation(target, "add-prefix", value="a_"), "rule-id": "2"}
    found, diagnostics = mapped({**selection("shop", "orders"), "rule-id": "1"}, later, first)
    orders = found["shop.orders"]
    name = orders.target.name if target == "table" else orders.columns[0].name
    assert name == ("a_orders" if target == "table" else "a_id")
    (warning,) = diagnostics
    assert (warning.code, warning.severity) == ("DMS342", Severity.WARNING)
    assert 'rule 2 "r3"' in warning.detail


def test_rules_of_different_kinds_apply_in_the_order_of_their_ids() -> None:
    rules = (
        transformation("table", "rename", {"table-name": "orders"}, value="Bills"),
        transformation("table", "convert-lowercase"),
        transformation("table", "add-prefix", value="T_"),
    )
    found, diagnostics = mapped(selection("shop", "orders"), *rules)
    assert found["shop.orders"].target.name == "T_bills"
    assert diagnostics == []


def test_two_columns_of_one_name_are_refused() -> None:
    table = Table(TableName("s", "t"), (column("a"), column("A"), column("b")))
    _, diagnostics = mapped(selection(), transformation("column", "convert-lowercase"), catalog=Catalog("x", (table,)))
    assert codes_of(diagnostics) == ["DMS335"]
    assert "a and A of s.t" in diagnostics[0].detail


def test_a_table_without_columns_is_refused() -> None:
    _, diagnostics = mapped(selection(), catalog=Catalog("x", (Table(TableName("s", "t"), ()),)))
    assert codes_of(diagnostics) == ["DMS336"]
    assert "s.t has no columns" in diagnostics[0].detail
    assert "selection rule" in diagnostics[0].remedy


def test_the_result_travels_between_processes() -> None:
    found, _ = mapped(selection(), transformation("column", "convert-lowercase"), catalog=SHOP)
    assert pickle.loads(pickle.dumps(found)) == found
