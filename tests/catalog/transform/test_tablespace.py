"""Tablespaces of tables and indexes."""

from __future__ import annotations

from tests.catalog.builders import ORDERS, codes_of, finding, only, transformation


def test_tables_and_indexes_are_put_into_tablespaces() -> None:
    found = only(
        ORDERS,
        transformation("table-tablespace", "rename", value="fast"),
        transformation("index-tablespace", "rename", {"table-name": "ord%"}, value="faster"),
    )
    assert (found.table_tablespace, found.index_tablespace) == ("fast", "faster")


def test_without_a_rule_there_is_none() -> None:
    found, diagnostics = finding(ORDERS, transformation("table-tablespace", "rename", {"table-name": "x"}, value="a"))
    assert (found.table_tablespace, found.index_tablespace) == (None, None)
    assert codes_of(diagnostics) == ["DMS331"]


def test_a_rule_for_one_source_tablespace_is_not_applied_and_says_so() -> None:
    rule = transformation("table-tablespace", "rename", {"table-tablespace-name": "USERS"}, value="fast")
    found, diagnostics = finding(ORDERS, rule)
    assert found.table_tablespace is None
    assert [(d.code, d.severity) for d in diagnostics] == [("DMS309", "warning")]
