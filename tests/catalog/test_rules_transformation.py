"""Reading transformation rules: which action goes with which target, and what each needs."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.catalog.mapping import MaskKind
from dmsform.catalog.rules.model import (
    Action,
    AddPrefix,
    AddSuffix,
    ChangeDataType,
    DefinePrimaryKey,
    IncludeColumn,
    MaskData,
    RemoveColumn,
    RemovePrefix,
    RemoveSuffix,
    Rename,
    ReplacePrefix,
    ReplaceSuffix,
)
from dmsform.catalog.types import Integer, Text
from tests.catalog.builders import findings, mappings, selection, transformation

EXACT = {"schema-name": "s", "table-name": "order_lines"}
STRING = {"type": "string", "length": "40", "scale": ""}


@pytest.mark.parametrize(
    ("rule", "action"),
    [
        (transformation("schema", "rename", value="x"), Rename("x")),
        (transformation("table", "add-prefix", value="x"), AddPrefix("x")),
        (transformation("table", "remove-prefix", value="x"), RemovePrefix("x")),
        (transformation("table", "replace-prefix", value="x", old_value="y"), ReplacePrefix("y", "x")),
        (transformation("column", "add-suffix", value="x"), AddSuffix("x")),
        (transformation("column", "remove-suffix", value="x"), RemoveSuffix("x")),
        (transformation("column", "replace-suffix", value="x", old_value="y"), ReplaceSuffix("y", "x")),
        (transformation("column", "remove-column"), RemoveColumn()),
        (transformation("column", "include-column"), IncludeColumn()),
        (transformation("column", "change-data-type", data_type=STRING), ChangeDataType(Text(40))),
        (transformation("column", "change-data-type", data_type={"type": "int8"}), ChangeDataType(Integer(64))),
        (transformation("column", "data-masking-hash-mask"), MaskData(MaskKind.HASH_MASK)),
        (transformation("column", "data-masking-digits-randomize"), MaskData(MaskKind.DIGITS_RANDOMIZE)),
        (transformation("column", "data-masking-digits-mask", value="#"), MaskData(MaskKind.DIGITS_MASK, "#")),
        (
            transformation("table", "define-primary-key", EXACT, primary_key_def={"name": "k", "columns": ["a", "b"]}),
            DefinePrimaryKey("k", ("a", "b")),
        ),
    ],
)
def test_reads_actions(rule: dict[str, Any], action: Action) -> None:
    assert mappings(selection(), rule).transformations[0].action == action


@pytest.mark.parametrize(
    ("rule", "place", "code"),
    [
        (transformation("schema", "remove-column"), "rule-action", "DMS308"),
        (transformation("schema", "change-data-type"), "rule-action", "DMS308"),
        (transformation("column", "define-primary-key"), "rule-action", "DMS308"),
        (transformation("index-tablespace", "add-prefix", value="x"), "rule-action", "DMS308"),
        (transformation("table", "renam"), "rule-action", "DMS303"),
        (transformation("tables", "rename", value="x"), "rule-target", "DMS303"),
        (transformation("table", "rename"), "value", "DMS304"),
        (transformation("table", "rename", value="x", expression="'y'"), "expression", "DMS308"),
        (transformation("table", "rename", value="x", data_type=STRING), "data-type", "DMS308"),
        (transformation("table", "replace-prefix", value="x"), "old-value", "DMS304"),
        (transformation("table", "convert-lowercase", value="x"), "value", "DMS308"),
        (transformation("column", "add-column", value="x", data_type=STRING), "expression", "DMS304"),
        (transformation("column", "add-column", value="x", expression="1"), "data-type", "DMS304"),
        (transformation("column", "add-column", value="x", expression="1 +", data_type=STRING), "expression", "DMS320"),
        (
            transformation("column", "add-column", value="x", expression="f(1)", data_type=STRING),
            "expression",
            "DMS321",
        ),
        (transformation("column", "change-data-type", data_type={"type": "int3"}), "data-type.type", "DMS303"),
        (transformation("column", "change-data-type", data_type={"type": "int4", "length": 4}), "data-type", "DMS303"),
        (transformation("column", "change-data-type", data_type={"type": "map"}), "data-type", "DMS303"),
        (transformation("column", "change-data-type", data_type={"typ": "int4"}), "data-type.type", "DMS304"),
        (transformation("column", "data-masking-digits-mask", value="##"), "value", "DMS303"),
        (transformation("column", "data-masking-digits-mask", value="ä"), "value", "DMS303"),
        (transformation("column", "data-masking-digits-mask", value=" "), "value", "DMS303"),
        (transformation("column", "data-masking-digits-mask"), "value", "DMS304"),
        (transformation("table", "rename", {"column-name": "c"}, value="x"), "object-locator.column-name", "DMS308"),
        (transformation("column", "remove-column", {"column-name": ""}), "object-locator.column-name", "DMS304"),
        (transformation("column", "remove-column", {"column-name": "[b"}), "object-locator.column-name", "DMS307"),
        (transformation("column", "remove-column", {"data-type": "in"}), "object-locator.data-type", "DMS303"),
        (transformation("column", "remove-column", {"tabel": "x"}), "object-locator.tabel", "DMS302"),
    ],
)
def test_refuses_by_path(rule: dict[str, Any], place: str, code: str) -> None:
    found = [(d.code, d.detail.partition(": ")[0]) for d in findings(selection(), rule)]
    assert (code, f"rules[1].{place}") in found
    assert all(c in (code, "DMS302") for c, _ in found)


def primary_key(locator: dict[str, Any], **definition: Any) -> dict[str, Any]:
    record = {"name": "k", "columns": ["a"], **definition}
    return transformation("table", "define-primary-key", locator, primary_key_def=record)


def test_define_primary_key_takes_exact_names_and_each_column_once() -> None:
    assert [d.code for d in findings(selection(), primary_key({}))] == ["DMS306", "DMS306"]
    assert [d.code for d in findings(selection(), primary_key(EXACT, columns=["a", "a"]))] == ["DMS303"]
    assert [d.code for d in findings(selection(), primary_key(EXACT, columns=[]))] == ["DMS304"]
    assert [d.code for d in findings(selection(), primary_key(EXACT, origin="index"))] == ["DMS303"]


def test_a_unique_index_is_announced_as_a_key() -> None:
    (found,) = findings(selection(), primary_key(EXACT, origin="unique-index"))
    assert (found.code, found.severity) == ("DMS309", "warning")
    assert "rules[1].primary-key-def.origin" in found.detail
