"""The functions, each against what Terraform gives."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dmsform.language.functions.table import FUNCTIONS, SPECIAL_FORMS
from tests.language.helpers import failure, plain

RESULTS: dict[str, Any] = {
    # strings
    'lower("AÉ")': "aé",
    'upper("aé")': "AÉ",
    'title("hello wide-world it\'s")': "Hello Wide-World It's",
    'trimspace("  a\\n")': "a",
    'trim("?!a?!", "!?")': "a",
    'trimprefix("helloworld", "hello")': "world",
    'trimsuffix("helloworld", "world")': "hello",
    'chomp("a\\n\\n")': "a",
    'strrev("abc")': "cba",
    'replace("1 + 2 + 3", "+", "-")': "1 - 2 - 3",
    'replace("hello world", "/w.*d/", "everybody")': "hello everybody",
    'replace("ab", "/(a)(b)/", "$2$1$$")': "ba$",
    'substr("hello", 1, 3)': "ell",
    'substr("hello", -3, -1)': "llo",
    'startswith("abc", "ab")': True,
    'endswith("abc", "bc")': True,
    'strcontains("abc", "b")': True,
    'indent(2, "a\\nb")': "a\n  b",
    'join(", ", ["a", "b"], ["c"])': "a, b, c",
    'join("-", [1, true])': "1-true",
    'split(",", "a,b,")': ["a", "b", ""],
    'split(",", "")': [""],
    'regex("[a-z]+", "53453453.345345aaabbbccc23454")': "aaabbbccc",
    'regex("(\\\\d+)-(\\\\d+)", "2019-02")': ["2019", "02"],
    'regex("(?P<y>\\\\d+)-(?P<m>\\\\d+)", "2019-02")': {"m": "02", "y": "2019"},
    'regexall("[a-z]", "a1b2")': ["a", "b"],
    # formatting
    'format("Hello, %s!", "Ander")': "Hello, Ander!",
    'format("There are %d lights", 4)': "There are 4 lights",
    'format("%05d|%-5s|%5s|%.2f|%t|%%", 42, "a", "b", 3.14159, true)': "00042|a    |    b|3.14|true|%",
    'format("%v %v %#v %q", "a", [1, "b"], "a", "x\\"y")': 'a [1,"b"] "a" "x\\"y"',
    'format("%x %X %o %b %+d", 255, 255, 8, 5, 3)': "ff FF 10 101 +3",
    'format("%[2]s %[1]s", "a", "b")': "b a",
    'formatlist("%s-%d", ["a", "b"], [1, 2])': ["a-1", "b-2"],
    'formatlist("%s-%s", ["a", "b"], "x")': ["a-x", "b-x"],
    # collections
    'length("é€")': 2,
    "length({a = 1})": 1,
    "concat([1], [], [2, 3])": [1, 2, 3],
    "merge({a = 1, b = 2}, null, {b = 3})": {"a": 1, "b": 3},
    "merge()": {},
    'lookup({a = "x"}, "a", "d")': "x",
    'lookup({a = "x"}, "b", "d")': "d",
    'contains(["a", "b"], "b")': True,
    'contains(["1"], 1)': False,
    "keys({b = 1, a = 2})": ["a", "b"],
    "values({b = 1, a = 2})": [2, 1],
    'element(["a", "b", "c"], 4)': "b",
    'element(["a", "b", "c"], -1)': "c",
    'index(["a", "b"], "b")': 1,
    'slice(["a", "b", "c", "d"], 1, 3)': ["b", "c"],
    "reverse([1, 2, 3])": [3, 2, 1],
    'sort(["b", "a", "10", "9"])': ["10", "9", "a", "b"],
    'distinct(["a", "b", "a"])': ["a", "b"],
    "flatten([[1, [2]], [], 3])": [1, 2, 3],
    'compact(["a", "", null, "b"])': ["a", "b"],
    "one([])": None,
    'one(["a"])': "a",
    'zipmap(["a", "b"], [1, 2])': {"a": 1, "b": 2},
    'coalesce(null, "", "z")': "z",
    'coalesce(1, "a")': "1",
    'coalescelist([], ["a"])': ["a"],
    "chunklist([1, 2, 3], 2)": [[1, 2], [3]],
    "alltrue([true, true])": True,
    "alltrue([])": True,
    "anytrue([false, true])": True,
    "anytrue([])": False,
    'toset(["b", "a", "b"])': ["a", "b"],
    'setunion(["a"], ["b", "a"])': ["a", "b"],
    'setintersection(["a", "b"], ["b", "c"])': ["b"],
    'setsubtract(["a", "b"], ["b"])': ["a"],
    'setproduct(["a", "b"], [1, 2])': [["a", 1], ["a", 2], ["b", 1], ["b", 2]],
    # numbers
    "max(12, 54, 3)": 54,
    "max([1, 5]...)": 5,
    "min(12, 54, 3)": 3,
    "sum([1.5, 2.5])": 4,
    "range(3)": [0, 1, 2],
    "range(1, 4)": [1, 2, 3],
    "range(4, 1)": [4, 3, 2],
    "range(1, 8, 3)": [1, 4, 7],
    "abs(-12.4)": 12.4,
    "ceil(5.1)": 6,
    "floor(-5.1)": -6,
    'parseint("ff", 16)': 255,
    # conversion
    "tostring(1.50)": "1.5",
    "tostring(true)": "true",
    "tostring(null)": None,
    'tonumber("5.5")': 5.5,
    'tobool("true")': True,
    'tolist(["a", 1])': ["a", "1"],
    'tomap({a = 1, b = "x"})': {"a": "1", "b": "x"},
    'type("a")': "string",
    "type([1, {a = true}])": "tuple([number, object({a = bool})])",
    'try(tonumber("x"), 5)': 5,
    'can(tonumber("x"))': False,
    "can(1)": True,
    "issensitive(1)": False,
    # encoding
    'jsonencode({b=1,a=[true,null,"é<>&"]})': '{"a":[true,null,"é\\u003c\\u003e\\u0026"],"b":1}',
    "jsonencode(1.50)": "1.5",
    'jsondecode("{\\"a\\": [1.0, true, null, \\"x\\"]}")': {"a": [1, True, None, "x"]},
    'csvdecode("a,b\\n1,\\"x,y\\"\\n")': [{"a": "1", "b": "x,y"}],
    'base64encode("Hällo")': "SMOkbGxv",
    'base64decode("SMOkbGxv")': "Hällo",
    'urlencode("a b/ü")': "a+b%2F%C3%BC",
    'sha256("a")': hashlib.sha256(b"a").hexdigest(),
    'sha512("a")': hashlib.sha512(b"a").hexdigest(),
    'sha1("a")': hashlib.sha1(b"a").hexdigest(),
    'md5("a")': hashlib.md5(b"a").hexdigest(),
    # paths
    'basename("a/b.txt")': "b.txt",
    'dirname("a/b.txt")': "a",
    'dirname("b.txt")': ".",
}


@pytest.mark.parametrize("text", RESULTS)
def test_result(text: str) -> None:
    found = plain(text)
    assert found == RESULTS[text]
    assert str(found) == str(RESULTS[text])


def test_every_function_is_tested() -> None:
    elsewhere = {
        "file", "fileexists", "fileset", "filebase64", "filesha256", "templatefile", "abspath", "pathexpand",
        "sensitive", "nonsensitive",
    }  # fmt: skip
    tested = {text.split("(")[0] for text in RESULTS} | elsewhere
    assert set(FUNCTIONS) | set(SPECIAL_FORMS) == tested


SLOW = "(a|a)+$"
"""Tries every way to split the text before it gives up."""

FAILURES = {
    'regex("x", "abc")': "pattern did not match any part of the given string",
    'regex("(", "abc")': "invalid regular expression",
    f'regex("{SLOW}", "{"a" * 40}b")': "matching took longer than 1 second",
    f'regexall("{SLOW}", "{"a" * 40}b")': "matching took longer than 1 second",
    f'replace("{"a" * 40}b", "/{SLOW}/", "")': "matching took longer than 1 second",
    'format("%d", "x")': "a number is required",
    'format("%d", 1.5)': "a whole number is required for this verb",
    'format("%s")': "not enough arguments for '%s': need index 1",
    'format("%s", "a", "b")': "too many arguments; only 1 used by the format string",
    'format("%y", 1)': "unsupported verb %y",
    'format("5% ", 1)': "a % that begins no verb",
    'lookup({a = 1}, "b")': "no element with the key",
    "element([], 0)": "cannot use element with an empty list",
    "slice([1], 0, 2)": "end must be between 0 and 1",
    "one([1, 2])": "no more than one element",
    'coalesce(null, "")': "no argument is other than null and the empty text",
    "range(1, 5, -1)": "step must lead from start to limit",
    "range(5000)": "more than 1024 values",
    'tonumber("x")': "a number is required",
    'tobool("yes")': "write true or false in lower case",
    'tolist(["a", []])': "all elements must have the same type",
    'base64decode("%")': "the text is not base64",
    'base64decode("/w==")': "what is encoded is not text in UTF-8",
    'jsondecode("NaN")': "NaN is not JSON",
    'parseint("12", 2)': "not a whole number in base 2",
    'file("nowhere.json")': "no file exists at",
    "max()": "at least one number is required",
    'zipmap(["a"], [])': "1 keys do not match 0 values",
}


@pytest.mark.parametrize("text", FAILURES)
def test_failure(text: str) -> None:
    found = failure(text)
    assert FAILURES[text] in found.detail
    assert f"while calling {text.split('(')[0]}(" in found.detail


def test_regular_expressions_cost_nothing_where_none_is_used() -> None:
    script = "import sys, dmsform.language.functions.strings; print('regex' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_files_are_found_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.json").write_bytes(b'{"rules": []}')
    (tmp_path / "b.bin").write_bytes(b"\xff")
    assert plain('jsondecode(file("sub/a.json")).rules', directory=tmp_path) == []
    assert plain('[fileexists("b.bin"), fileexists("c.bin")]', directory=tmp_path) == [True, False]
    assert plain('fileset(".", "*/*.json")', directory=tmp_path) == ["sub/a.json"]
    assert plain('filebase64("b.bin")', directory=tmp_path) == "/w=="
    assert plain('filesha256("b.bin")', directory=tmp_path) == hashlib.sha256(b"\xff").hexdigest()
    assert plain('abspath("sub/../b.bin")', directory=tmp_path) == str(tmp_path / "b.bin")
    assert "UTF-8" in failure('file("b.bin")', directory=tmp_path).detail
    assert "is a directory" in failure('fileexists("sub")', directory=tmp_path).detail


def test_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "x").write_text("content")
    assert plain('pathexpand("~/x")') == str(tmp_path / "x")
    assert plain('file("~/x")') == "content"
