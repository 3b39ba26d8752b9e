"""Which texts are HCL: the forms that python-hcl2's own grammar gets wrong, and those that must stay right."""

from __future__ import annotations

import pytest

from dmsform.language import codes
from dmsform.language.parse import parse_body
from dmsform.language.source import Source

VALID = {
    # python-hcl2 rejects these
    "minus without blanks": "a = 5-30\n",
    "minus before a number": "a = 10 -10\n",
    "not not": "a = !!true\n",
    "minus minus": "a = - -5\n",
    "strip markers of an interpolation": 'a = "a ${~ x ~} b"\n',
    "newlines in an interpolation": 'a = "${\n  x\n}"\n',
    "name beyond ASCII": "é = 1\n",
    "byte order mark": "\ufeffa = 1\n",
    # and takes these
    "dash in a name": "a = x-3\n",
    "negative number": "a = -50\n",
    "not parenthesis": "a = !(x && y)\n",
    "nested conditionals": "a = x ? 1 : y ? 2 : 3\n",
    "conditional over lines": "a = (\n x\n ? 1\n : 2\n)\n",
    "operator before a newline in parentheses": "a = (1 +\n 2)\n",
    "operator after a newline in parentheses": "a = (1\n + 2)\n",
    "traversal": 'a = x.y[0].z["k"].w.0.q\n',
    "splats": "a = [x[*].id, x.*.id, x[*][0].b]\n",
    "for list": 'a = [for k, v in m : "${k}=${v}" if v != null]\n',
    "for map grouped": "a = {for k, v in m : k => v...}\n",
    "for over lines": "a = {\n  for k, v in m :\n  k => v\n  if v\n}\n",
    "object with colons": 'a = {b: 1, "c": 2, (d): 3}\n',
    "object by lines": "a = {\n b = 1\n c = 2\n}\n",
    "object with comments": "a = {\n b = 1 # c\n // d\n c = 2 /* e */\n}\n",
    "object with commas and newlines": "a = {\n b = 1,\n c = 2,\n}\n",
    "word for as a later key": "a = {if = 1, for = 2}\n",
    "heredoc": "a = <<EOF\nhi ${x}\n%{ for i in l ~}\n- ${i}\n%{ endfor ~}\nEOF\n",
    "heredoc in a call": "a = f(<<-EOF\n  hi\nEOF\n)\n",
    "heredoc in an object": "a = {\n b = <<EOF\nhi\nEOF\n c = 1\n}\n",
    "heredoc with quotes and braces": 'a = <<EOF\n${join(",", ["a","b"])} "x"\nEOF\n',
    "heredoc whose marker is in the text": "a = <<EOF\n EOFX\nline EOF x\nEOF\n",
    "heredoc of one letter": "a = <<-E\nx\nE\n",
    "empty heredoc": "a = <<E\nE\n",
    "nested quotes": 'a = "x ${join(",", [for s in l : "a-${s}"])} y"\n',
    "directives": 'a = "%{ if x }yes%{ else }no%{ endif }"\n',
    "escapes": 'a = "q\\"\\n\\t\\u00e9 $${lit} %%{lit} $ % $5 %d"\n',
    "escaped interpolation without an end": 'a = "$${b"\n',
    "carriage returns": "a = 1\r\nb {\r\n  c = 2\r\n}\r\n",
    "namespaced function": "a = provider::dms::f(1)\n",
    "expanded argument": "a = max([1,2]...)\n",
    "call over lines": "a = merge(\n  x,\n  y,\n)\n",
    "block on one line": "b { c = 1 }\n",
    "empty block on one line": "b {}\n",
    "empty file": "",
    "comment without newline": "# hi",
    "bare label": 'b foo "bar" {\n}\n',
    "numbers": "a = [1.5e3, 123456789012345678901234567890, 1E5, 0.1]\n",
    "comment in an expression": "a = 1 /* c\n */ + 2\n",
    "comments in a list": "a = [\n # c\n 1, # one\n 2\n # end\n]\n",
    "keywords as names": "in = x.in\nfor = for_each\nnull = 1\nif {\n else = 1\n}\n",
    "percent and dollar": 'a = "100% $"\n',
    "parentheses": "a = (x).y\nb = f(x).y[0]\nc = {a=1}.a\nd = [1,2][0]\n",
    "object in an interpolation": 'a = "${ {a=1}.a }"\n',
    "string with comment signs": 'a = "a # b // c /* d */"\n',
    "type expression": "type = object({ a = string, b = optional(list(number), [1]) })\n",
    "number as a key": "x = { 1 = 2 }\n",
}

INVALID = {
    # python-hcl2 takes these
    "no newline between arguments": ("a = 1 b = 2\n", codes.MISSING_NEWLINE),
    "duplicate argument": ("a = 1\na = 2\n", codes.DUPLICATE_ARGUMENT),
    "duplicate argument in a nested block": ("b {\n c {\n  a = 1\n  a = 2\n }\n}\n", codes.DUPLICATE_ARGUMENT),
    "brace on the next line": ("b\n{\n}\n", codes.INVALID_BLOCK),
    "unknown escape": ('a = "\\q"\n', codes.INVALID_STRING),
    "escape of a surrogate": ('a = "\\ud800"\n', codes.INVALID_STRING),
    "string over lines": ('a = "x\ny"\n', codes.INVALID_STRING),
    "operator before a newline": ("a = 1 +\n 2\n", codes.INVALID_EXPRESSION),
    "operator after a newline": ("a = 1\n + 2\n", codes.INVALID_BLOCK),
    "nested blocks on one line": ("b { c { d = 1 } }\n", codes.INVALID_BLOCK),
    "two arguments on one line": ("b { c = 1 d = 2 }\n", codes.INVALID_BLOCK),
    "one-line block closed on the next": ("b { c = 1\n}\n", codes.INVALID_BLOCK),
    "brace behind the last argument": ("b {\n c = 1 }\n", codes.MISSING_NEWLINE),
    "heredoc at the end of the file": ("a = <<E\nx\nE", codes.INVALID_STRING),
    "template as a label": ('b "x${y}" {\n}\n', codes.INVALID_STRING),
    "word for as the first key": ("a = {for = 1}\n", codes.INVALID_EXPRESSION),
    "object items without a separator": ("a = { b = 1 c = 2 }\n", codes.INVALID_EXPRESSION),
    "reference as a key": ("a = { x.y = 1 }\n", codes.INVALID_EXPRESSION),
    # and rejects these
    "single quotes": ("a = 'x'\n", codes.INVALID_CHARACTER),
    "number without a digit before the point": ("a = .5\n", codes.INVALID_EXPRESSION),
    "list without commas": ("a = [1 2]\n", codes.INVALID_EXPRESSION),
    "two commas": ("a = [1,,2]\n", codes.INVALID_EXPRESSION),
    "no value": ("a = \n", codes.INVALID_EXPRESSION),
    "half a conditional": ("a = x ? 1\n", codes.INVALID_EXPRESSION),
    "open block": ('task "x" {\n a = 1\n', codes.UNCLOSED),
    "open parenthesis": ("a = f(\n", codes.UNCLOSED),
    "wrong bracket": ("a = (1 + 2]\n", codes.UNCLOSED),
    "brace too many": ("b {\n}\n}\n", codes.UNCLOSED),
    "heredoc without an end": ("a = <<EOT\nhello\n", codes.INVALID_STRING),
    "interpolation without an end in a heredoc": ("a = <<E\n${x\nE\n", codes.INVALID_TEMPLATE),
    "directive without an end": ('a = "%{ if x }y"\n', codes.INVALID_TEMPLATE),
    "end of no directive": ('a = "y%{ endif }"\n', codes.INVALID_TEMPLATE),
    "unknown directive": ("a = <<E\n%{ while x }\nE\n", codes.INVALID_TEMPLATE),
    "colon instead of equals": ("a: 1\n", codes.INVALID_BLOCK),
    "equals before a brace": ('b "x" = {\n}\n', codes.INVALID_BLOCK),
    "quoted name": ('"a" = 1\n', codes.INVALID_BLOCK),
    "character without meaning": ("a = @\n", codes.INVALID_EXPRESSION),
}


@pytest.mark.parametrize("form", VALID)
def test_valid_form_is_taken(form: str) -> None:
    assert [d.detail for d in parse_body(Source("main", VALID[form])).problems] == []


@pytest.mark.parametrize("form", INVALID)
def test_invalid_form_is_refused(form: str) -> None:
    text, code = INVALID[form]
    problems = parse_body(Source("main", text)).problems
    assert [d.code for d in problems] == [code.id]
    assert problems[0].subject is not None
    assert problems[0].remedy
