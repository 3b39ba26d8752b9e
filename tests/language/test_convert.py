"""Conversions to types, as Terraform does them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.language.bare_names import ConstantNames
from dmsform.language.config import UNKNOWN
from dmsform.language.convert import ConversionError, convert
from dmsform.language.evaluator import Evaluator
from dmsform.language.parse import parse_expression
from dmsform.language.rendering import surroundings
from dmsform.language.type_constraints import type_constraint
from dmsform.language.types import Type
from dmsform.language.values import to_plain
from tests.language.helpers import value


def kind(text: str) -> Type:
    constants = Evaluator(ConstantNames(), surroundings(Path()))
    return type_constraint(parse_expression("test", text), lambda node: constants.evaluate(node, {}))


CONVERSIONS: list[tuple[str, str, Any]] = [
    ('"5"', "number", 5),
    ('"5.50"', "number", 5.5),
    ("5.0", "string", "5"),
    ("true", "string", "true"),
    ('"false"', "bool", False),
    ("null", "string", None),
    ('[1, "a"]', "list(string)", ["1", "a"]),
    ('[1, "2"]', "list(number)", [1, 2]),
    ('["b", "a", "b"]', "set(string)", ["a", "b"]),
    ("[3, 1, 2, 10]", "set(number)", [1, 2, 3, 10]),
    ('[1, "a"]', "list(any)", ["1", "a"]),
    ("{b = 1, a = true}", "map(string)", {"a": "true", "b": "1"}),
    ("{a = 1}", "object({a = string})", {"a": "1"}),
    ("{a = 1, b = 2}", "object({a = string})", {"a": "1"}),
    ("{a = 1}", "object({a = number, b = optional(string)})", {"a": 1, "b": None}),
    ("{a = 1}", "object({a = number, b = optional(string, \"x\")})", {"a": 1, "b": "x"}),
    ("{a = 1, b = null}", "object({a = number, b = optional(number, 1)})", {"a": 1, "b": 1}),
    ("[1, \"x\"]", "tuple([string, string])", ["1", "x"]),
    ('[{a = "1"}]', "list(object({a = number}))", [{"a": 1}]),
    ("[1, [2]]", "any", [1, [2]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "want", "result"), CONVERSIONS)
def test_conversion(text: str, want: str, result: Any) -> None:
    found = to_plain(convert(value(text), kind(want)))
    assert found == result
    assert str(found) == str(result)


REFUSED = {
    ('"a"', "number"): "a number is required",
    ("true", "number"): "a number is required",
    ("1", "bool"): "a bool is required",
    ('"1"', "bool"): "a bool is required; write true or false in lower case",
    ('"0x10"', "number"): "a number is required",
    ('"\\u0661"', "number"): "a number is required",
    ("[]", "string"): "a string is required",
    ('"a"', "list(string)"): "a list of string is required",
    ('["a", []]', "list(string)"): "[1]: a string is required",
    ("[1, true]", "list(any)"): "all elements must have the same type",
    ("[1]", "map(string)"): "a map of string is required",
    ('{a = {b = "x"}}', "map(object({b = number}))"): '["a"].b: a number is required',
    ("{}", "object({a = string})"): 'attribute "a" required',
    ("{}", "object({a = string, b = number})"): 'attributes "a", "b" required',
    ("{a = []}", "object({a = string})"): ".a: a string is required",
    ("[1]", "tuple([number, number])"): "a tuple of 2 elements is required",
    ("5", "object({})"): "an object is required",
}


@pytest.mark.parametrize(("text", "want"), REFUSED)
def test_refusal(text: str, want: str) -> None:
    with pytest.raises(ConversionError) as raised:
        convert(value(text), kind(want))
    assert str(raised.value) == REFUSED[text, want]


def test_the_unknown_takes_the_type() -> None:
    found = convert(value("u", {"u": UNKNOWN}), kind("list(string)"))
    assert found.is_unknown
    assert str(found.type) == "list(string)"


def test_marks_stay_where_they_are() -> None:
    found = convert(value("[1, sensitive(2)]"), kind("list(string)"))
    assert [part.sensitive for part in found.data] == [False, True]
    assert convert(value('sensitive("1")'), kind("number")).sensitive


TYPES = [
    "string", "any", "list(string)", "map(list(number))", "set(any)", "tuple([string, bool])",
    "object({a = string, b = optional(number)})", "object({})",
]  # fmt: skip


@pytest.mark.parametrize("text", TYPES)
def test_a_type_prints_as_it_is_written(text: str) -> None:
    assert str(kind(text)) == text


WRONG_TYPES = {
    "strin": 'There is no type "strin". Did you mean "string"?',
    '"string"': 'The type is given as the text "string".',
    "list": "The type list is incomplete.",
    "list(string, string)": "The type list is incomplete.",
    "object([])": "The type object is incomplete.",
    "5": "This is no type.",
    "map(strng)": 'There is no type "strng". Did you mean "string"?',
    "object({(x) = string})": "An attribute's name must be written out.",
}


@pytest.mark.parametrize("text", WRONG_TYPES)
def test_what_is_no_type(text: str) -> None:
    with pytest.raises(DiagnosticError) as raised:
        kind(text)
    (found,) = raised.value.diagnostics
    assert found.detail == WRONG_TYPES[text]
