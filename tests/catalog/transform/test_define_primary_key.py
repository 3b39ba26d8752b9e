"""The target's primary key."""

from __future__ import annotations

from typing import Any

from dmsform.catalog.model import PrimaryKey
from tests.catalog.builders import LINES, OTHER, codes_of, column_of, finding, only, transformation


def define(schema: str, table: str, *columns: str) -> dict[str, Any]:
    return transformation(
        "table",
        "define-primary-key",
        {"schema-name": schema, "table-name": table},
        primary_key_def={"name": "new_key", "columns": list(columns)},
    )


def test_the_sources_key_is_carried_in_new_names() -> None:
    rename = transformation("column", "rename", {"column-name": "order"}, value="order_id")
    assert only(LINES, rename).primary_key == PrimaryKey(("order_id", "line"), "lines_pkey")


def test_a_renamed_tables_key_leaves_its_name_to_the_target() -> None:
    found = only(LINES, transformation("table", "rename", value="lines"))
    assert found.primary_key == PrimaryKey(("order", "line"), None)


def test_a_rule_gives_a_key() -> None:
    found = only(OTHER, define("archive", "orders", "b", "a"))
    assert found.primary_key == PrimaryKey(("b", "a"), "new_key")
    assert not column_of(found, "a").nullable
    assert not column_of(found, "b").nullable


def test_columns_are_found_by_their_new_or_their_old_name() -> None:
    rename = transformation("column", "add-prefix", value="n_")
    assert only(OTHER, rename, define("archive", "orders", "n_a", "b")).primary_key == PrimaryKey(
        ("n_a", "n_b"), "new_key"
    )


def test_a_rule_replaces_the_key_of_a_removed_column() -> None:
    remove = transformation("column", "remove-column", {"column-name": "line"})
    found = only(LINES, remove, define("shop", "order_lines", "article"))
    assert found.primary_key == PrimaryKey(("article",), "new_key")


def test_an_added_column_can_be_the_key() -> None:
    added = transformation("column", "add-column", value="n", expression="random()", data_type={"type": "int8"})
    assert only(OTHER, added, define("archive", "orders", "n")).primary_key == PrimaryKey(("n",), "new_key")


def test_an_unknown_column_is_refused() -> None:
    _, diagnostics = finding(OTHER, define("archive", "orders", "aa"))
    assert codes_of(diagnostics) == ["DMS338"]
    assert 'Did you mean "a"?' in diagnostics[0].detail


def test_the_name_is_exact() -> None:
    found, diagnostics = finding(LINES, define("shop", "order_line_", "article"))
    assert found.primary_key == LINES.primary_key
    assert codes_of(diagnostics) == ["DMS331"]
