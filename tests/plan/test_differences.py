"""Semantic differences: defaults are no change, types are not confused, unknown and secret values are not shown."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.language.config import UNKNOWN
from dmsform.plan.differences import contains_unknown, differences
from dmsform.plan.values import COMPUTED, Desired
from dmsform.state.snapshot import ResourceRecord
from tests.plan.helpers import HERE, SHOP


def between(before: dict[str, Any], after: dict[str, Any], defaults: dict[str, Any] | None = None) -> list[str]:
    desired = Desired(SHOP, after, HERE, defaults=defaults or {})
    return [c.path for c in differences(desired, ResourceRecord(SHOP, before))]


def test_an_older_record_without_a_new_default_is_no_change() -> None:
    assert between({"a": 1}, {"a": 1, "b": {"c": 4}}, {"b": {"c": 4}}) == []
    assert between({"a": 1}, {"a": 1, "b": {"c": 5}}, {"b": {"c": 4}}) == ["b.c"]


def test_what_apply_learnt_is_never_compared() -> None:
    assert between({"a": 1, COMPUTED: {"port": 5}}, {"a": 1}) == []


def test_null_is_absence() -> None:
    assert between({"a": None}, {}) == []
    assert between({}, {"a": None}) == []


@pytest.mark.parametrize(("before", "after"), [(1, True), (0, False), ("1", 1), ([], {}), ("", None)])
def test_types_are_told_apart(before: Any, after: Any) -> None:
    assert between({"a": before}, {"a": after}) == ["a"]


def test_only_the_leaf_that_differs_is_named() -> None:
    assert between({"s": {"x": 1, "y": {"z": 2}}}, {"s": {"x": 1, "y": {"z": 3}}}) == ["s.y.z"]


def test_unknown_values_are_marked() -> None:
    desired = Desired(SHOP, {"host": UNKNOWN, "list": [1, UNKNOWN]}, HERE)
    found = differences(desired, ResourceRecord(SHOP, {"host": "a", "list": [1, 2]}))
    assert [(c.path, c.unknown, c.after) for c in found] == [("host", True, None), ("list", True, None)]
    assert contains_unknown({"a": [{"b": UNKNOWN}]})
    assert not contains_unknown({"a": [1]})
