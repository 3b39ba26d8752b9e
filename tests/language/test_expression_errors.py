"""Errors of evaluation as their readers see them."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.language import codes
from dmsform.language.values import Value, text
from tests.language.helpers import failure, told

NAMES: dict[str, Any] = {
    "l": ["a", "b"],
    "m": {"port": 1, "host": "h"},
    "n": None,
    "s": "abc",
    "secret": text("hidden").marked(),
}

MESSAGES = {
    '"a" < "b"': "DMS136 1,1: Unsuitable value for the operator <: a number is required.",
    "1 + s": 'DMS136 1,5: Unsuitable value for the operator +: a number is required.\ns is "abc".',
    "1 + secret": (
        "DMS136 1,5: Unsuitable value for the operator +: a number is required.\nsecret is (sensitive value)."
    ),
    "n + 1": (
        "DMS136 1,1: Unsuitable value for the operator +: a number is required, but this value is null.\nn is null."
    ),
    "1 / 0": "DMS136 1,5: Unsuitable value for the operator /: cannot divide by zero.",
    "!5": "DMS136 1,2: Unsuitable value for the operator !: a bool is required.",
    "1e9999 * 10": (
        "DMS136 1,1: Unsuitable value for the operator *: the result is beyond the numbers that can be calculated with."
    ),
    "m.prot": (
        'DMS134 1,1: This object has no attribute named "prot". Did you mean "port"?\nm is object with 2 attributes.'
    ),
    "s.x": 'DMS134 1,1: This value is "abc", which has no attribute "x".\ns is "abc".',
    "n.x": 'DMS134 1,1: This value is null, which has no attribute "x".\nn is null.',
    "l.x": "DMS134 1,1: This value is a tuple with 2 elements, which has no attributes.\nl is tuple with 2 elements.",
    "l[2]": (
        "DMS135 1,3: The index 2 is out of range: there are 2 elements, counted from 0.\nl is tuple with 2 elements."
    ),
    "l[-1]": (
        "DMS135 1,3: The index -1 is out of range: there are 2 elements, counted from 0.\nl is tuple with 2 elements."
    ),
    'l["x"]': 'DMS135 1,3: The index is "x": a number is required.\nl is tuple with 2 elements.',
    'm["hsot"]': (
        'DMS135 1,3: There is no element with the key "hsot". Did you mean "host"?\nm is object with 2 attributes.'
    ),
    "toset(l)[0]": (
        "DMS135 1,10: This value is set with 2 elements, which has no elements that an index could name.\n"
        "l is tuple with 2 elements."
    ),
    "5 ? 1 : 2": "DMS137 1,1: The condition of this conditional is 5: a bool is required.",
    "true ? [1] : 5": (
        "DMS138 1,1: One result of this condition is a tuple with 1 element, the other a number, and no type fits both."
    ),
    "[for v in 5 : v]": (
        "DMS142 1,11: A for needs a list, set, map, tuple or object to run over, but this value is 5."
    ),
    "{for v in l : 1 => v}": "DMS142 1,15: Two rounds of this for expression make the same key 1.",
    "{ (null) = 1 }": "DMS144 1,3: This key is null: a key must not be null.",
    "{ (l) = 1 }": (
        "DMS144 1,3: This key is tuple with 2 elements: a string is required.\nl is tuple with 2 elements."
    ),
    "lenght(l)": 'DMS139 1,1: There is no function named "lenght". Did you mean "length"?',
    "length()": 'DMS140 1,1: The function "length" misses a value for its parameter "value".',
    "length(l, 1)": 'DMS140 1,1: The function "length" takes 1 argument, but 2 are given.',
    "length(5)": (
        'DMS141 1,8: Invalid value for the parameter "value" while calling length(value): '
        "a list, set, map, object, tuple or string is required."
    ),
    "join(l, s)": (
        'DMS141 1,6: Invalid value for the parameter "separator" while calling join(separator, lists...): '
        "a string is required.\nl is tuple with 2 elements."
    ),
    "lower(null)": (
        'DMS141 1,7: Invalid value for the parameter "string" while calling lower(string): must not be null.'
    ),
    'jsondecode("{")': (
        'DMS141 1,12: Invalid value for the parameter "string" while calling jsondecode(string): invalid JSON: '
        "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)."
    ),
    "max(5...)": "DMS140 1,5: Only a list, set or tuple can be expanded with ..., but this value is 5.",
    "try(n.x, l[5])": (
        "DMS141 1,1: None of the expressions given to try could be evaluated:"
        '\n- This value is null, which has no attribute "x".\nn is null.'
        "\n- The index 5 is out of range: there are 2 elements, counted from 0.\nl is tuple with 2 elements."
    ),
    "nope": ('DMS133 1,1: "nope" cannot be used here: values and defaults of variables refer to nothing else.'),
}


@pytest.mark.parametrize("expression", MESSAGES)
def test_message(expression: str) -> None:
    found = failure(expression, NAMES)
    assert told(found) == MESSAGES[expression]
    assert found.remedy
    assert found.exit_code == 3


@pytest.mark.parametrize(
    "expression",
    [
        "secret + 1",
        "secret.x",
        "m[secret]",
        "[for v in secret : v]",
        "upper([secret])",
        "lookup(m, secret)",
        "file(secret)",
    ],
)
def test_no_message_shows_a_secret(expression: str) -> None:
    found = failure(expression, NAMES)
    assert "hidden" not in found.detail + found.remedy


def test_mistakes_in_the_text_are_not_caught_by_try() -> None:
    assert failure("try(lenght(l), 1)", NAMES).code == codes.UNKNOWN_FUNCTION.id
    assert failure("can(oops)").code == codes.INVALID_REFERENCE.id


def test_values_have_no_python_equality() -> None:
    assert Value.__eq__ is object.__eq__
