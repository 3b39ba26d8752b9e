"""Rules that this version checks but does not act on: each warns with its key path, and wrong ones are refused."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.diagnostics import Severity
from tests.catalog.builders import findings, selection, transformation

TABLE = {"schema-name": "s", "table-name": "t"}


def rule(kind: str, **more: Any) -> dict[str, Any]:
    rest = {key.replace("_", "-"): value for key, value in more.items()}
    return {"rule-type": kind, "object-locator": TABLE, **rest}


VALIDATION = rule(
    "validation",
    rule_target="column",
    rule_action="override-validation-function",
    object_locator={**TABLE, "column-name": "c"},
    source_function="f(${column-name})",
    target_function="g(${column-name})",
)
RANGES = {"type": "ranges", "columns": ["id", "n"], "boundaries": [["1", "2"]]}


@pytest.mark.parametrize(
    ("written", "place"),
    [
        (rule("table-settings", parallel_load={"type": "partitions-auto"}), "rules[1].parallel-load"),
        (rule("table-settings", parallel_load=RANGES), "rules[1].parallel-load"),
        (rule("table-settings", lob_settings={"mode": "unlimited"}), "rules[1].lob-settings"),
        (VALIDATION, "rules[1]"),
        (rule("object-mapping", rule_action="map-record-to-record"), "rules[1]"),
        (rule("post-processing", rule_action="add-tag", tag_set=[{"key": "a", "value": "b"}]), "rules[1]"),
        (transformation("column", "add-before-image-columns", before_image_def={"column-filter": "all"}), "rules[1]"),
    ],
)
def test_warns_with_the_key_path(written: dict[str, Any], place: str) -> None:
    (found,) = findings(selection(), written)
    assert (found.code, found.severity) == ("DMS309", Severity.WARNING)
    assert found.detail.startswith(f"{place}: ")


def test_no_parallel_load_is_no_news() -> None:
    assert findings(selection(), rule("table-settings", parallel_load={"type": "none"})) == []


@pytest.mark.parametrize(
    ("written", "place", "code"),
    [
        (rule("table-settings", object_locator={**TABLE, "table-name": "%"}), "object-locator.table-name", "DMS306"),
        (rule("table-settings", parallel_load={"type": "auto"}), "parallel-load.type", "DMS303"),
        (rule("table-settings", parallel_load={"type": "ranges"}), "parallel-load.columns", "DMS304"),
        (
            rule("table-settings", parallel_load={**RANGES, "boundaries": [["1"]]}),
            "parallel-load.boundaries[0]",
            "DMS303",
        ),
        (rule("table-settings", parallel_load={**RANGES, "columns": ["a"] * 11}), "parallel-load.columns", "DMS303"),
        (rule("table-settings", lob_settings={"mode": "max"}), "lob-settings.mode", "DMS303"),
        (rule("table-settings", load={}), "load", "DMS302"),
        ({**VALIDATION, "source-function": 1}, "source-function", "DMS301"),
        (rule("object-mapping", rule_action="map"), "rule-action", "DMS303"),
        (rule("post-processing", rule_action="add-tag"), "tag-set", "DMS304"),
        (
            transformation("column", "add-before-image-columns", before_image_def={"column-prefix": ""}),
            "before-image-def.column-prefix",
            "DMS308",
        ),
    ],
)
def test_refuses_what_is_wrong(written: dict[str, Any], place: str, code: str) -> None:
    found = [(d.code, d.detail.partition(": ")[0]) for d in findings(selection(), written)]
    assert (code, f"rules[1].{place}") in found
