"""remove-column and include-column."""

from __future__ import annotations

from tests.catalog.builders import CUSTOMERS, ORDERS, codes_of, finding, only, transformation


def columns(locator: str, action: str, **more: str) -> dict[str, object]:
    return transformation("column", action, {"column-name": locator, **more})


def test_removes() -> None:
    found = only(CUSTOMERS, columns("%t%", "remove-column"), columns("C%", "remove-column"))
    assert [column.name for column in found.columns] == ["Id", "Seen", "Full"]


def test_removes_by_data_type() -> None:
    found = only(ORDERS, transformation("column", "remove-column", {"column-name": "%", "data-type": "nclob"}))
    assert [column.name for column in found.columns] == ["id", "customer", "amount", "placed"]


def test_includes_only_what_some_rule_names() -> None:
    found = only(ORDERS, columns("note", "include-column"), columns("id", "include-column"))
    assert [column.name for column in found.columns] == ["id", "note"]
    assert found.primary_key == ORDERS.primary_key


def test_an_included_column_can_still_be_removed() -> None:
    found = only(ORDERS, columns("%", "include-column"), columns("note", "remove-column"))
    assert "note" not in [column.name for column in found.columns]


def test_removing_a_key_column_drops_the_key_and_says_so() -> None:
    found, diagnostics = finding(ORDERS, columns("id", "remove-column"))
    assert found.primary_key is None
    assert [(d.code, d.severity) for d in diagnostics] == [("DMS337", "warning")]


def test_removing_everything_is_refused() -> None:
    (found,) = (d for d in finding(ORDERS, columns("%", "remove-column"))[1] if d.code == "DMS336")
    assert "remove-column" in found.remedy


def test_an_added_column_can_be_all_that_is_left() -> None:
    added = transformation("column", "add-column", value="n", expression="$id", data_type={"type": "int8"})
    found, diagnostics = finding(ORDERS, columns("%", "remove-column"), added)
    assert [column.name for column in found.columns] == ["n"]
    assert codes_of(diagnostics) == ["DMS337"]
