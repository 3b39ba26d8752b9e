"""Snippets: the lines of a diagnostic, as Terraform's `-json` gives them."""

from __future__ import annotations

from dmsform.diagnostics import SourceRange
from dmsform.language.parse import parse_body
from dmsform.language.snippet import LINES, snippet
from dmsform.language.source import Source

TEXT = 'task "shop" {\n  a = "ä"\n  b = [\n    1,\n    2,\n  ]\n}\n\nlocals {\n  c = 3\n}\n'
FILES = {"main": TEXT}


def expression(name: str) -> SourceRange:
    body = parse_body(Source("main", TEXT)).body
    found = [argument for block in body.blocks for argument in block.body.arguments if argument.name == name]
    return found[0].expression.span.range()


def test_one_line() -> None:
    found = snippet(FILES, expression("a"))
    assert found is not None
    assert found.to_json() == {
        "context": 'task "shop"',
        "code": '  a = "ä"',
        "start_line": 2,
        "highlight_start_offset": 6,
        "highlight_end_offset": 9,
    }


def test_several_lines() -> None:
    found = snippet(FILES, expression("b"))
    assert found is not None
    assert found.code == "  b = [\n    1,\n    2,\n  ]"
    assert found.code[found.highlight_start : found.highlight_end] == "[\n    1,\n    2,\n  ]"


def test_the_context_is_the_block_around() -> None:
    found = snippet(FILES, expression("c"))
    assert found is not None
    assert found.context == "locals"


def test_a_syntax_error_at_the_end_of_a_line_shows_that_line_alone() -> None:
    text = 'endpoint "x" {\n  engine = \n}\n'
    (problem,) = parse_body(Source("main", text)).problems
    found = snippet({"main": text}, problem.subject)
    assert found is not None
    assert (found.context, found.code, found.start_line) == ('endpoint "x"', "  engine = ", 2)
    assert (found.highlight_start, found.highlight_end) == (11, 11)


def test_long_subjects_are_cut() -> None:
    text = "a = [\n" + "  1,\n" * 50 + "]\n"
    (argument,) = parse_body(Source("main", text)).body.arguments
    found = snippet({"main": text}, argument.expression.span.range())
    assert found is not None
    assert found.code.count("\n") == LINES - 1
    assert found.highlight_end == len(found.code)


def test_what_is_not_at_hand_has_no_snippet() -> None:
    assert snippet({}, expression("a")) is None
    assert snippet(FILES, None) is None
    assert snippet({"main": ""}, expression("c")) is None
