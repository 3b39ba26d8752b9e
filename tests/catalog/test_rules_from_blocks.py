"""Selection and transformation blocks become AWS DMS's document."""

from __future__ import annotations

from dmsform.catalog.mapping import FilterOperator
from dmsform.catalog.rules import parse_rules
from dmsform.catalog.rules.model import AddColumn, DefinePrimaryKey, Letters, Locator, RuleTarget, SelectionAction
from dmsform.catalog.rules_from_blocks import block_path, rules_document


def test_blocks_become_rules_in_their_order() -> None:
    written = rules_document(
        [
            ("everything", {"schema": "shop", "table": "%"}),
            ("no_tmp", {"schema": "shop", "table": "tmp[_]%", "action": "exclude", "table_type": "all"}),
        ],
        [("lower", {"target": "table", "schema": "%", "table": "%", "action": "convert-lowercase"})],
    )
    assert written == {
        "rules": [
            {
                "rule-type": "selection",
                "rule-id": "1",
                "rule-name": "everything",
                "object-locator": {"schema-name": "shop", "table-name": "%"},
                "rule-action": "include",
            },
            {
                "rule-type": "selection",
                "rule-id": "2",
                "rule-name": "no_tmp",
                "object-locator": {"schema-name": "shop", "table-name": "tmp[_]%", "table-type": "all"},
                "rule-action": "exclude",
            },
            {
                "rule-type": "transformation",
                "rule-id": "3",
                "rule-name": "lower",
                "object-locator": {"schema-name": "%", "table-name": "%"},
                "rule-target": "table",
                "rule-action": "convert-lowercase",
            },
        ]
    }
    parsed, diagnostics = parse_rules(written)
    assert diagnostics == []
    assert [rule.action for rule in parsed.selections] == [SelectionAction.INCLUDE, SelectionAction.EXCLUDE]


def test_filters_with_an_operator_of_their_own_and_with_conditions() -> None:
    conditions = [{"operator": "between", "start_value": 1, "end_value": 2.5}, {"operator": "null"}]
    written = rules_document(
        [
            (
                "recent",
                {
                    "schema": "shop",
                    "table": "orders",
                    "load_order": 5,
                    "filter": [
                        {"column": "created_at", "operator": "gte", "value": "2024-01-01", "start_value": None},
                        {"column": "amount", "condition": conditions},
                        {"column": "paid", "operator": "eq", "value": True},
                    ],
                },
            )
        ],
        [],
    )
    parsed, diagnostics = parse_rules(written)
    assert diagnostics == []
    (rule,) = parsed.selections
    assert rule.load_order == 5
    assert [[(c.operator, c.values) for c in f.conditions] for f in rule.filters] == [
        [(FilterOperator.GTE, ("2024-01-01",))],
        [(FilterOperator.BETWEEN, ("1", "2.5")), (FilterOperator.NULL, ())],
        [(FilterOperator.EQ, ("true",))],
    ]


def test_nested_blocks_of_transformations() -> None:
    written = rules_document(
        [("all", {"schema": "%", "table": "%"})],
        [
            (
                "full_name",
                {
                    "target": "column",
                    "schema": "shop",
                    "table": "people",
                    "action": "add-column",
                    "value": "full_name",
                    "expression": "$first || ' ' || $last",
                    "data_type": [{"type": "string", "length": 100, "scale": None}],
                },
            ),
            (
                "key",
                {
                    "target": "table",
                    "schema": "shop",
                    "table": "people",
                    "action": "define-primary-key",
                    "primary_key": {"name": "people_pkey", "columns": ["id"]},
                },
            ),
            (
                "upper",
                {
                    "target": "column",
                    "schema": "%",
                    "table": "%",
                    "column": "x%",
                    "data_type_match": "int4",
                    "action": "convert-uppercase",
                },
            ),
        ],
    )
    parsed, diagnostics = parse_rules(written)
    assert diagnostics == []
    added, key, upper = parsed.transformations
    assert isinstance(added.action, AddColumn)
    assert key.action == DefinePrimaryKey("people_pkey", ("id",))
    assert (upper.target, upper.locator) == (RuleTarget.COLUMN, Locator("%", "%", "x%", data_type="int4"))
    assert getattr(upper.action, "letters", None) is Letters.UPPERCASE


def test_a_label_of_both_kinds_gets_its_kind_in_front() -> None:
    written = rules_document(
        [("a", {"schema": "%", "table": "%"}), ("b", {"schema": "%", "table": "x"})],
        [("a", {"target": "schema", "schema": "%", "action": "rename", "value": "x"})],
    )
    assert [rule["rule-name"] for rule in written["rules"]] == ["selection.a", "b", "transformation.a"]
    assert parse_rules(written)[1] == []


def test_what_is_unknown_is_passed_on_and_refused_with_its_place() -> None:
    written = rules_document(
        [("a", {"schema": "%", "table": "t", "filters": [], "colour": "red", "filter": [{"column": "c", "hue": 1}]})],
        [],
    )
    details = [d.detail.partition(": ")[0] for d in parse_rules(written)[1]]
    assert "rules[0].colour" in details
    assert "rules[0].filters[0].hue" in details


def test_paths_lead_back_to_blocks() -> None:
    assert block_path("filters[0].filter-conditions[1].start-value") == ("filter[0]", "condition[1]", "start_value")
    assert block_path("object-locator.schema-name") == ("schema",)
    assert block_path("object-locator.data-type") == ("data_type",)
    assert block_path("data-type.length") == ("data_type", "length")
    assert block_path("rule-action") == ("action",)
    assert block_path("primary-key-def.columns") == ("primary_key", "columns")
