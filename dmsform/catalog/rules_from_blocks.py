"""Turns `selection` and `transformation` blocks into AWS DMS's document, so that one canonical form goes everywhere.

Correspondence of places, for a `subject_of` that points into the HCL: `rules[i]` is the i-th selection block for
i < len(selections), then the transformation blocks in their order. Inside a rule, `block_path` gives the attributes
and blocks that a document path came from. Keys are AWS DMS's in snake case; `filter` and `condition` blocks become
`filters` and `filter-conditions`, a filter with its own `operator` holds one condition. What is not known here is
passed on, so that `parse_rules` refuses it with its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_LOCATORS = {
    "schema": "schema-name",
    "table": "table-name",
    "column": "column-name",
    "table_type": "table-type",
    "table_tablespace": "table-tablespace-name",
    "index_tablespace": "index-tablespace-name",
    "data_type_match": "data-type",
}
_RENAMED = {"action": "rule-action", "target": "rule-target", "primary_key": "primary-key-def"}
_STEP = re.compile(r"([A-Za-z-]+)(?:\[(\d+)\])?")


def rules_document(
    selections: Sequence[tuple[str, Mapping[str, Any]]], transformations: Sequence[tuple[str, Mapping[str, Any]]]
) -> dict[str, Any]:
    """The document `{"rules": [...]}` of blocks given as (label, attributes and nested blocks in snake case).

    The label is the rule-name, the rule-id the block's place counted from 1: a transformation written earlier wins.
    A label used in both kinds of block gets its kind in front, since rule-names are unique.
    """
    shared = {label for label, _ in selections} & {label for label, _ in transformations}
    kinds = [("selection", block) for block in selections] + [("transformation", block) for block in transformations]
    rules = []
    for number, (kind, (label, body)) in enumerate(kinds, start=1):
        name = f"{kind}.{label}" if label in shared else label
        rules.append(_rule(kind, number, name, body))
    return {"rules": rules}


def block_path(document_path: str) -> tuple[str, ...]:
    """Where in a rule's block a path of the document came from: `("filter[0]", "condition[1]", "value")`.

    Takes a path inside `rules[i]` (`filters[0].filter-conditions[1].value`). A filter without condition blocks has
    its operator and values in itself: callers take the longest prefix that exists.
    """
    return tuple(step for found in _STEP.finditer(document_path) if (step := _block_step(found)))


def _block_step(found: re.Match[str]) -> str:
    key, index = found[1], found[2]
    back = {dms: ours for ours, dms in (*_LOCATORS.items(), *_RENAMED.items())}
    names = {
        **back,
        "object-locator": "",
        "filters": "filter",
        "filter-conditions": "condition",
        "filter-operator": "operator",
        "data-type": "data_type",
    }
    name = names.get(key, key.replace("-", "_"))
    return f"{name}[{index}]" if index is not None and name in ("filter", "condition") else name


def _rule(kind: str, number: int, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    locator = {dms: body[ours] for ours, dms in _LOCATORS.items() if _given(body.get(ours))}
    rule = {"rule-type": kind, "rule-id": str(number), "rule-name": name, "object-locator": locator}
    if kind == "selection":
        rule["rule-action"] = "include"
    for key, value in body.items():
        if key in _LOCATORS or not _given(value):
            continue
        if key == "filter":
            rule["filters"] = [_filter(each) for each in _listed(value)]
        else:
            rule[_RENAMED.get(key, key.replace("_", "-"))] = _in_dashes(value)
    return rule


def _filter(body: Any) -> Any:
    if not isinstance(body, Mapping):
        return body
    rest = {key: value for key, value in body.items() if key not in ("column", "condition") and _given(value)}
    conditions = [_condition(each) for each in _listed(body.get("condition"))]
    if _given(body.get("operator")):
        own = ("operator", "value", "start_value", "end_value")
        conditions.insert(0, _condition({key: rest.pop(key) for key in own if key in rest}))
    record = {"filter-type": "source", "column-name": body.get("column"), "filter-conditions": conditions}
    return {**{key: value for key, value in record.items() if _given(value)}, **_in_dashes(rest)}


def _condition(body: Any) -> Any:
    if not isinstance(body, Mapping):
        return body
    names = {"operator": "filter-operator", "start_value": "start-value", "end_value": "end-value"}
    return {names.get(key, key): _operand(value) for key, value in body.items() if _given(value)}


def _operand(value: Any) -> Any:
    """Numbers and booleans as the strings that AWS DMS has for every operand."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


def _listed(value: Any) -> list[Any]:
    if not _given(value):
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _in_dashes(value: Any) -> Any:
    """A value with the keys of its objects in AWS DMS's spelling; a nested block of one is its object."""
    if isinstance(value, Mapping):
        return {key.replace("_", "-"): _in_dashes(each) for key, each in value.items() if _given(each)}
    if isinstance(value, list | tuple):
        if len(value) == 1 and isinstance(value[0], Mapping):
            return _in_dashes(value[0])
        return [_in_dashes(each) for each in value]
    return value


def _given(value: Any) -> bool:
    return value is not None
