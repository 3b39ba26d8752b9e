"""Heredocs and template files: their text is scanned here, their expressions go back to the grammar.

The grammar sees a heredoc as one token. Indentation of `<<-` is taken off as HCL does: by the smallest indentation of
the lines, blank lines not counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from dmsform.diagnostics import DiagnosticError
from dmsform.language import codes
from dmsform.language.scan import end_of_interpolation
from dmsform.language.source import Source
from dmsform.language.syntax import Expression, Literal, Template
from dmsform.language.template_parts import Flat, Marker, Sort, Text, template

ParseSlice: TypeAlias = Callable[[Source, int, int], Expression]
"""Parses the expression between two positions of a source."""

_SPECIAL = re.compile(r"(?P<escaped>\$\$\{|%%\{)|(?P<open>[$%]\{)")
_DIRECTIVE = re.compile(
    r"\s*(?:(?P<word>if|else|endif|endfor)\b"
    r"|(?P<for>for)\s+(?P<first>[^\W\d][\w-]*)\s*(?:,\s*(?P<second>[^\W\d][\w-]*)\s*)?\s+in\b)"
)
_HEADER = re.compile(r"<<(?P<dash>-?)(?P<mark>[^\W\d][\w-]*)\r?\n")


def heredoc(source: Source, start: int, end: int, parse: ParseSlice) -> Literal | Template:
    """The expression of a heredoc token that spans the positions, markers included."""
    header = _HEADER.match(source.text, start)
    assert header is not None
    body_end = source.text.rfind("\n", start, end) + 1
    flat = scan_template(source, header.end(), body_end, parse)
    if header["dash"]:
        flat = _unindented(source, flat)
    return template(flat, source.span(start, end))


def template_file(source: Source, parse: ParseSlice) -> Literal | Template:
    """The expression of a whole template file."""
    end = len(source.text) - (1 if source.missing_newline else 0)
    return template(scan_template(source, 0, end, parse), source.span(0, end))


def scan_template(source: Source, start: int, end: int, parse: ParseSlice) -> list[Flat]:
    """The texts and markers between two positions. Raises DiagnosticError for a marker that does not end."""
    flat: list[Flat] = []
    text, position, begun = source.text, start, start
    pieces: list[str] = []

    def flush(until: int) -> None:
        if value := "".join(pieces):
            flat.append(Text(value, source.span(begun, until)))
        pieces.clear()

    while found := _SPECIAL.search(text, position, end):
        pieces.append(text[position : found.start()])
        if found["escaped"]:
            pieces.append(found[0][1:])
            position = found.end()
            continue
        flush(found.start())
        marker, position = _marker(source, found.start(), end, parse)
        begun = position
        flat.append(marker)
    pieces.append(text[position:end])
    flush(end)
    return flat


def _marker(source: Source, start: int, limit: int, parse: ParseSlice) -> tuple[Marker, int]:
    """The marker at a position, and the position behind it."""
    text = source.text
    close = end_of_interpolation(text, start + 2, limit)
    if close < 0:
        raise DiagnosticError(
            codes.INVALID_TEMPLATE.error(
                f"This {text[start : start + 2]} sequence is never closed.",
                f"Close it with }}, or write {text[start]}{text[start : start + 2]} where the text itself is meant.",
                subject=source.span(start, start + 2).range(),
            )
        )
    before, after = text.startswith("~", start + 2), text[close - 1] == "~" and close - 1 > start + 2
    inner, inner_end = start + 2 + before, close - after
    span = source.span(start, close + 1)
    if text[start] == "%":
        marker = _directive(source, inner, inner_end, parse)
    else:
        marker = Marker(Sort.INTERPOLATION, span, parse(source, inner, inner_end))
    return replace(marker, span=span, strip_before=before, strip_after=after), close + 1


def _directive(source: Source, start: int, end: int, parse: ParseSlice) -> Marker:
    found = _DIRECTIVE.match(source.text, start, end)
    span = source.span(start, end)
    if not found:
        raise DiagnosticError(
            codes.INVALID_TEMPLATE.error(
                f"{source.text[start:end].strip()!r} is no template directive.",
                "Directives are %{ if CONDITION }, %{ else }, %{ endif }, %{ for NAME in COLLECTION } and %{ endfor }; "
                "write %%{ where the text itself is meant.",
                subject=span.range(),
            )
        )
    if found["for"]:
        key, value = (found["first"], found["second"]) if found["second"] else (None, found["first"])
        return Marker(Sort.FOR, span, parse(source, found.end(), end), key, value)
    sort = Sort(found["word"])
    return Marker(sort, span, parse(source, found.end(), end) if sort is Sort.IF else None)


def _unindented(source: Source, flat: Sequence[Flat]) -> list[Flat]:
    """The run without the indentation that all its lines share."""
    indents = [_indent(line) for item in flat for line in _line_starts(source, item)]
    width = min(indents, default=0)
    if not width:
        return list(flat)
    return [replace(item, value=_shift(source, item, width)) if isinstance(item, Text) else item for item in flat]


def _at_line_start(source: Source, item: Flat) -> bool:
    return item.span.column == 1


def _line_starts(source: Source, item: Flat) -> list[str]:
    """The lines that begin in this item, blank ones left out; a marker that begins a line is an unindented one."""
    if isinstance(item, Marker):
        return ["x"] if _at_line_start(source, item) else []
    lines = item.value.split("\n")
    last = len(lines) - 1
    begun = lines if _at_line_start(source, item) else lines[1:]
    # The last line goes on with a marker, so blanks alone are indentation, unless the whole heredoc ends there.
    return [
        line for number, line in enumerate(begun, last + 1 - len(begun)) if line.strip() or (number == last and line)
    ]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _shift(source: Source, item: Text, width: int) -> str:
    lines = item.value.split("\n")
    first = 0 if _at_line_start(source, item) else 1
    return "\n".join(
        line[min(width, _indent(line)) :] if number >= first else line for number, line in enumerate(lines)
    )
