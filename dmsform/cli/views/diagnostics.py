"""A diagnostic for its reader: what happened, the lines of the file it is about, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from dmsform.cli.views.style import Style
from dmsform.diagnostics import Diagnostic, Severity, SourceRange

Sources: TypeAlias = Callable[[str], "str | None"]
"""Gives the text of a configuration file by its name; None when it cannot be had."""

_LINES_SHOWN = 3
_BLOCK_HEAD = re.compile(r'([A-Za-z_][\w-]*(?:\s+"[^"]*")*)\s*\{')


def no_sources(_filename: str) -> None:
    """Knows no file."""


def diagnostics_text(diagnostics: Iterable[Diagnostic], style: Style, sources: Sources = no_sources) -> str:
    """All of them, one under the other; the same one twice is shown once."""
    return "\n".join(diagnostic_text(d, style, sources) for d in dict.fromkeys(diagnostics))


def diagnostic_text(diagnostic: Diagnostic, style: Style, sources: Sources = no_sources) -> str:
    """One diagnostic: with a bar at its left on a terminal, as plain paragraphs elsewhere."""
    error = diagnostic.severity is Severity.ERROR
    paint = style.red if error else style.yellow
    inner = replace(style, width=style.width - 2)
    word = paint(style.bold("Error:" if error else "Warning:"))
    lines = [f"{word} {style.bold(diagnostic.summary)} {style.faint(f'({diagnostic.code})')}", ""]
    lines += _place(diagnostic, inner, sources)
    lines += [*inner.wrapped(diagnostic.detail), ""]
    if diagnostic.remedy:
        lines += inner.wrapped(f"What to do: {diagnostic.remedy}")
    while lines[-1] == "":
        lines.pop()
    if not style.boxed:
        return "\n".join([*lines, ""])
    return "\n".join([paint("╷"), *(f"{paint('│')} {line}".rstrip() for line in lines), paint("╵")])


def _place(diagnostic: Diagnostic, style: Style, sources: Sources) -> list[str]:
    lines: list[str] = []
    if diagnostic.subject:
        lines += _snippet(diagnostic.subject, style, sources(diagnostic.subject.filename))
    elif diagnostic.address:
        lines.append(f"  in {diagnostic.address}")
    if diagnostic.place and str(diagnostic.place):
        lines += style.wrapped(f"  at {diagnostic.place}")
    return [*lines, ""] if lines else []


def _snippet(subject: SourceRange, style: Style, text: str | None) -> list[str]:
    first = subject.start.line
    lines = text.splitlines() if text else []
    head = f"  on {subject.filename} line {first}"
    if not 0 < first <= len(lines):
        return [f"{head}:"]
    context = _enclosing_block(lines, first)
    shown = lines[first - 1 : max(first, min(subject.end.line, first + _LINES_SHOWN - 1, len(lines)))]
    numbered = [f"  {n:>4}: {_marked(line, n, subject, style)}" for n, line in enumerate(shown, first)]
    return [f"{head}, in {context}:" if context else f"{head}:", *numbered]


def _marked(line: str, number: int, subject: SourceRange, style: Style) -> str:
    start = subject.start.column - 1 if number == subject.start.line else len(line) - len(line.lstrip())
    end = subject.end.column - 1 if number == subject.end.line else len(line)
    return line[:start] + style.underlined(line[start:end]) + line[end:]


def _enclosing_block(lines: list[str], number: int) -> str | None:
    """The head of the outermost block around a line, told by where it starts: in the first column."""
    for line in reversed(lines[:number]):
        if line.startswith("}"):
            return None
        if found := _BLOCK_HEAD.match(line):
            return " ".join(found.group(1).split())
    return None
