"""What expressions are worth: Terraform's semantics, many of them unlike Python's."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.language.config import UNKNOWN
from dmsform.language.values import shown
from tests.language.helpers import plain, value

NAMES: dict[str, Any] = {
    "l": ["a", "b", "c"],
    "n": None,
    "m": {"x": 1, "y": {"z": [True, 2]}},
    "objects": [{"id": 1, "tags": ["p"]}, {"id": 2, "tags": ["q", "r"]}],
    "u": UNKNOWN,
}

VALUES: dict[str, Any] = {
    "5-30": -25,
    "2 + 3 * 4": 14,
    "(2 + 3) * 4": 20,
    "10 - 4 - 3": 3,
    "- -5": 5,
    "-2 - -3": 1,
    "5 / 2": 2.5,
    "0.1 + 0.2 == 0.3": True,
    "-7 % 3": -1,
    "7 % -3": 1,
    "7.5 % 2": 1.5,
    "10000000000000000000000 + 1": 10000000000000000000001,
    '"5" + 1': 6,
    '"5" < 10': True,
    "1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3": True,
    '1 == "1"': False,
    "true == 1": False,
    "1 == 1.0": True,
    "null == null": True,
    'null == ""': False,
    "[1, 2] == [1, 2]": True,
    "tolist([1, 2]) == [1, 2]": True,
    "{a = 1} == {a = 1}": True,
    "{a = 1} == {a = true}": False,
    "[true] == [1]": False,
    "true != 1": True,
    "!!true": True,
    "!(true && false) || false": True,
    "false && n.oops": False,
    "true || n.oops": True,
    '"x" == "x" ? 10 : "ten"': "10",
    "true ? 1 : null": 1,
    "false ? 1 : null": None,
    "true ? [] : [1]": [],
    "true ? 1 : n.oops": 1,
    "l[0]": "a",
    "l.1": "b",
    'l["2"]': "c",
    "m.x": 1,
    'm["y"].z[1]': 2,
    "m.y.z.0": True,
    "objects[*].id": [1, 2],
    "objects.*.id": [1, 2],
    "objects[*].tags[0]": ["p", "q"],
    "n[*]": [],
    "m[*].x": [1],
    '[for v in l : upper(v) if v != "b"]': ["A", "C"],
    "[for i, v in l : i]": [0, 1, 2],
    "{for i, v in l : v => i}": {"a": 0, "b": 1, "c": 2},
    "{for k, v in {b = 1, a = 2} : k => v * 2}": {"a": 4, "b": 2},
    "[for k, v in {b = 1, a = 2} : k]": ["a", "b"],
    '{for o in objects : length(o.tags) > 1 ? "many" : "one" => o.id...}': {"many": [2], "one": [1]},
    '{for v in toset(["b", "a", "b"]) : v => v}': {"a": "a", "b": "b"},
    "[for v in [1, 2] : [for w in [10, 20] : v * w]]": [[10, 20], [20, 40]],
    '{ (l[0]) = 1, "${l[1]}x" = 2, c: 3, 4 = 5 }': {"4": 5, "a": 1, "bx": 2, "c": 3},
    '[1, "a", true, null, {}]': [1, "a", True, None, {}],
    "(\n  1 +\n  2\n)": 3,
    "u + 1": UNKNOWN,
    "u.a.b[0]": UNKNOWN,
    "[1, u]": [1, UNKNOWN],
    "u[*].x": UNKNOWN,
    "u && false": False,
    "u || true": True,
    "u && true": UNKNOWN,
    "u ? 1 : 2": UNKNOWN,
    "[for v in u : v]": UNKNOWN,
    "u == 1": UNKNOWN,
    "[1, u] == [2, u]": False,
    "[1, u] == [1, u]": UNKNOWN,
}


@pytest.mark.parametrize("text", VALUES)
def test_value(text: str) -> None:
    found = plain(text, NAMES)
    assert found == VALUES[text]
    # 1 == True in Python, so types are compared besides.
    assert str(found) == str(VALUES[text])


def test_a_third_has_many_digits() -> None:
    assert shown(value("1 / 3")) == f"0.{'3' * 154}"


def test_numbers_are_written_without_exponent_or_trailing_zeros() -> None:
    assert [shown(value(text)) for text in ("1.50", "1e3", "1.5E-3", "100", "0.0", "-0", "1e22 + 1")] == [
        "1.5", "1000", "0.0015", "100", "0", "0", "10000000000000000000001",
    ]  # fmt: skip


SECRETS = {
    'sensitive("a")': True,
    'upper(sensitive("a"))': True,
    "sensitive(1) + 1": True,
    "sensitive(1) == 1": True,
    "sensitive(true) ? 1 : 2": True,
    "true ? 1 : sensitive(2)": False,
    "[sensitive(1), 2][1]": False,
    "[sensitive(1), 2][0]": True,
    "sensitive([1, 2])[0]": True,
    "{a = sensitive(1)}.a": True,
    "[for v in sensitive([1]) : v]": True,
    "length([sensitive(1)])": False,
    "length(sensitive([1]))": True,
    "jsonencode({a = sensitive(1)})": True,
    "merge({a = sensitive(1)}, {b = 2}).b": False,
    "merge({a = sensitive(1)}, {b = 2}).a": True,
    "keys({a = sensitive(1)})": False,
    "nonsensitive(sensitive(1))": False,
    'issensitive(sensitive("a"))': False,
    '{ (sensitive("k")) = 1 }': True,
    "try(sensitive(1), 2)": True,
    "sensitive(false) && true": True,
    "[1, 2][sensitive(0)]": True,
    "u + sensitive(1)": True,
}


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_spread_to_what_is_made_from_them(text: str) -> None:
    assert value(text, NAMES).holds_secret() is SECRETS[text]
