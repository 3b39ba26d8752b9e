"""Reading whole table-mapping documents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dmsform.catalog.rules import parse_rules
from dmsform.catalog.rules.model import AddColumn, ConvertCase, Letters, Selection, SelectionAction, UnhonouredKind
from dmsform.diagnostics import Point, Severity, SourceRange
from tests.catalog.builders import document, findings, mappings, selection, transformation

DMS_EXAMPLE = """{"rules":[
 {"rule-type":"selection","rule-id":"1","rule-name":"all","object-locator":{"schema-name":"dms_sample","table-name":"%"},
  "rule-action":"include","filters":[]},
 {"rule-type":"selection","rule-id":"2","rule-name":"no-tmp",
  "object-locator":{"schema-name":"dms_sample","table-name":"tmp[_]%"},"rule-action":"exclude"},
 {"rule-type":"selection","rule-id":"3","rule-name":"recent",
  "object-locator":{"schema-name":"dms_sample","table-name":"sporting_event"},"rule-action":"include","load-order":"10",
  "filters":[{"filter-type":"source","column-name":"start_date_time",
              "filter-conditions":[{"filter-operator":"gte","value":"2024-01-01"}]}]},
 {"rule-type":"transformation","rule-id":"4","rule-name":"lc","rule-target":"table",
  "object-locator":{"schema-name":"%","table-name":"%"},"rule-action":"convert-lowercase"},
 {"rule-type":"transformation","rule-id":"5","rule-name":"full","rule-target":"column",
  "object-locator":{"schema-name":"dms_sample","table-name":"person"},"rule-action":"add-column","value":"full_name2",
  "expression":"$first_name||' '||$last_name","data-type":{"type":"string","length":100}},
 {"rule-type":"table-settings","rule-id":"6","rule-name":"par",
  "object-locator":{"schema-name":"dms_sample","table-name":"sporting_event_ticket"},
  "parallel-load":{"type":"ranges","columns":["id"],"boundaries":[["10000000"],["20000000"],["30000000"]]}}
]}"""


def test_reads_the_guides_example() -> None:
    parsed, diagnostics = parse_rules(json.loads(DMS_EXAMPLE))
    assert [rule.head.name for rule in parsed.selections] == ["all", "no-tmp", "recent"]
    assert parsed.selections[2].load_order == 10
    assert parsed.selections[2].exact
    assert parsed.transformations[0].action == ConvertCase(Letters.LOWERCASE)
    assert isinstance(parsed.transformations[1].action, AddColumn)
    assert [rule.kind for rule in parsed.unhonoured] == [UnhonouredKind.TABLE_SETTINGS]
    assert [(d.severity, d.code) for d in diagnostics] == [(Severity.WARNING, "DMS309")]
    assert "rules[5].parallel-load" in diagnostics[0].detail


def test_orders_rules_by_the_number_of_their_id() -> None:
    parsed = mappings(
        {**selection(), "rule-id": "10"},
        {**selection(table="a"), "rule-id": "9"},
        {**selection(table="b"), "rule-id": 11},
    )
    assert [rule.head.id for rule in parsed.selections] == [9, 10, 11]
    assert isinstance(parsed.selections[0], Selection)
    assert parsed.selections[0].action is SelectionAction.INCLUDE


@pytest.mark.parametrize(
    ("broken", "code", "place"),
    [
        ({}, "DMS304", "rules:"),
        ({"rules": {}}, "DMS301", "rules:"),
        ({"rules": ["x"]}, "DMS301", "rules[0]:"),
        ({"rules": [selection()], "version": 1}, "DMS302", "version:"),
        (document({**selection(), "rule-type": "selecton"}), "DMS303", "rules[0].rule-type:"),
        (document({**selection(), "rule-id": "one"}), "DMS301", "rules[0].rule-id:"),
        (document({**selection(), "rule-name": ""}), "DMS304", "rules[0].rule-name:"),
        (document({**selection(), "rule-acton": "include"}), "DMS302", "rules[0].rule-acton:"),
        (document(selection(), {**selection(), "rule-id": "1"}), "DMS305", "rules[1].rule-id:"),
        (document(selection(), {**selection(), "rule-name": "r1"}), "DMS305", "rules[1].rule-name:"),
        (document(selection(action="exclude")), "DMS310", "rules:"),
        (document(transformation("table", "convert-lowercase")), "DMS310", "rules:"),
    ],
)
def test_refuses_by_path(broken: dict[str, Any], code: str, place: str) -> None:
    _, diagnostics = parse_rules(broken)
    assert (code, True) in [(d.code, d.detail.startswith(place)) for d in diagnostics]
    assert all(d.remedy for d in diagnostics)


def test_unknown_words_get_a_hint() -> None:
    details = " ".join(d.detail for d in findings({**selection(action="includ"), "load-ordr": 1}))
    assert 'Did you mean "include"?' in details
    assert 'Did you mean "load-order"?' in details


def test_gives_several_findings_in_one_run() -> None:
    diagnostics = findings(selection(action="x"), selection(schema="a[b"), transformation("table", "y"))
    assert [d.code for d in diagnostics] == ["DMS303", "DMS307", "DMS303"]


def test_points_into_the_configuration() -> None:
    place = SourceRange("main.dms.hcl", Point(3, 5, 40), Point(3, 20, 55))
    asked: list[str] = []

    def subject_of(path: str) -> SourceRange | None:
        asked.append(path)
        return place if path == "rules[0].rule-action" else None

    _, diagnostics = parse_rules(document(selection(action="x")), subject_of=subject_of)
    assert [d.subject for d in diagnostics] == [place]
    parsed, _ = parse_rules(document(selection()), subject_of=lambda path: place if path == "rules[0]" else None)
    assert parsed.selections[0].head.subject == place
