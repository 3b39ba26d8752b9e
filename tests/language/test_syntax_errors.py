"""Syntax errors as their readers see them: place and words."""

from __future__ import annotations

import pytest

from dmsform.language.parse import parse_body
from dmsform.language.source import Source
from tests.language.helpers import told

MESSAGES = {
    'endpoint "shop" {\n  engine = \n}\n': [
        "DMS101 2,12: Expected the start of an expression as the value of 'engine', but found the end of the line."
    ],
    'endpoint "shop" {\n  engine = "sqlite\n}\n': [
        "DMS105 2,12: This quoted string is not closed on its line; a quoted string cannot go over several lines."
    ],
    'task "x" {\n  a = [1, 2\n  b = 3\n}\n': ['DMS101 3,3: Expected a comma before the next item, but found "b".'],
    'task "x" {\n  a = 1\n': [
        "DMS104 1,10: There is no closing brace for this block before the end of the file. A bracket further inside "
        "may be closed where it should not be."
    ],
    "locals {\n  a = 1 + * 2\n}\n": ['DMS101 2,11: Expected the start of an expression, but found "*".'],
    'a = "x" "y"\n': ['DMS103 1,9: The argument or block before this place ends with its line, but """ follows.'],
    "a = var.\n": ["DMS101 1,9: An attribute's name must follow the dot, but found the end of the line."],
    "a = <<EOT\n${ 1 + }\nEOT\n": [
        "DMS101 2,8: The operator '+' lacks the value to its right: found the end of the expression."
    ],
}


@pytest.mark.parametrize("text", MESSAGES)
def test_message(text: str) -> None:
    assert [told(d) for d in parse_body(Source("main", text)).problems] == MESSAGES[text]


def test_each_block_tells_its_own_error() -> None:
    text = 'b "x" {\n  a = [1,\n}\n\nb "y" {\n  c = \n}\n\nb "z" {\n  d = 1\n}\n\ne = "\\z"\n'
    found = parse_body(Source("main", text))
    assert [(d.code, d.subject.start.line) for d in found.problems if d.subject] == [
        ("DMS101", 3),
        ("DMS101", 6),
        ("DMS105", 13),
    ]
    assert [block.labels[0].text for block in found.body.blocks] == ["z"]


def test_an_unclosed_block_does_not_swallow_the_next() -> None:
    text = 'b "x" {\n  a = {\n    c = 1\n}\n\nb "y" {\n  d = oops oops\n}\n'
    found = [(d.code, d.subject.start.line) for d in parse_body(Source("main", text)).problems if d.subject]
    assert found == [("DMS104", 1), ("DMS103", 7)]


def test_braces_in_strings_comments_and_heredocs_do_not_count() -> None:
    text = 'a = "{"\n# {\nb = <<E\n{\nE\nc = /* { */ 1\nd = oops oops\ne = also wrong\n'
    found = [d.subject.start.line for d in parse_body(Source("main", text)).problems if d.subject]
    assert found == [7, 8]
