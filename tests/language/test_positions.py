"""Places: lines and columns in characters, bytes in bytes, whatever the text is made of."""

from __future__ import annotations

import pytest

from dmsform.language.parse import parse_body
from dmsform.language.references import references
from dmsform.language.source import Source
from dmsform.language.syntax import Span


def spans(text: str, name: str) -> list[Span]:
    body = parse_body(Source("main", text)).body
    arguments = [*body.arguments, *(argument for block in body.blocks for argument in block.body.arguments)]
    return [found.span for argument in arguments for found in references(argument.expression) if found.root == name]


TEXTS = {
    "plain": "a = 1\nb = needle\n",
    "umlauts before it": 'a = "äöü"\nb = "日本 ${needle}"\n',
    "in a block": 'block "é" {\n  b = [1, needle]\n}\n',
    "carriage returns": "a = 1\r\nb = needle\r\n",
    "in a heredoc": "a = <<-EOT\n    ä ${needle}\n    EOT\n",
    "in a heredoc behind an escape": "a = <<EOT\n$${x} ${needle}\nEOT\n",
    "in a directive": 'a = "%{ if needle }x%{ endif }"\n',
    "in a directive of a heredoc": "a = <<EOT\n%{ for x in needle }y%{ endfor }\nEOT\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_span_covers_its_text(name: str) -> None:
    text = TEXTS[name]
    (span,) = spans(text, "needle")
    lines = text.split("\n")
    assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == "needle"
    assert text.encode()[span.byte : span.end_byte] == b"needle"


def test_bytes_count_the_byte_order_mark() -> None:
    (span,) = spans("\ufeffa = needle\n", "needle")
    assert (span.line, span.column, span.byte) == (1, 5, 7)


def test_the_newline_added_at_the_end_is_in_no_span() -> None:
    (problem,) = parse_body(Source("main", "a = 1 +")).problems
    assert problem.subject is not None
    assert problem.subject.end.byte <= len("a = 1 +")


def test_a_block_knows_header_and_whole() -> None:
    text = 'task "x" {\n  a = 1\n}\n'
    (block,) = parse_body(Source("main", text)).body.blocks
    assert text[block.header.byte : block.header.end_byte] == 'task "x"'
    assert text[block.span.byte : block.span.end_byte] == text.strip()
