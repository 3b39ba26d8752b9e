"""A diagnostic for its reader: what happened, the lines of the file it is about, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeAlias

from dmsform.cli.views.style import Style
from dmsform.diagnostics import Diagnostic, Severity, SourceRange

Sources: TypeAlias = Callable[[str], "str | None"]
"""Gives the text of a configuration file by its name; None when it cannot be had."""


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
    source = f"{diagnostic.code}, {diagnostic.check}" if diagnostic.check else diagnostic.code
    lines = [f"{word} {style.bold(diagnostic.summary)} {style.faint(f'({source})')}", ""]
    lines += _place(diagnostic, inner, sources)
    lines += [*inner.wrapped(diagnostic.detail), ""]
    if diagnostic.remedy:
        lines += inner.wrapped(f"What to do: {diagnostic.remedy}")
    while lines[-1] == "":
        lines.pop()
    if not style.boxed:
        return "\n".join([*lines, ""])
    return "\n".join([paint("╷"), *(f"{paint('│')} {line}".rstrip() for line in lines), paint("╵")])


def diagnostic_record(diagnostic: Diagnostic, sources: Sources = no_sources) -> dict[str, Any]:
    """The diagnostic in the form of Terraform's `-json` output, with the lines it is about where they can be had."""
    from dmsform.language.snippet import snippet

    record = diagnostic.to_json()
    if diagnostic.subject and (text := sources(diagnostic.subject.filename)):
        found = snippet({diagnostic.subject.filename: text}, diagnostic.subject)
        if found is not None:
            record["snippet"] = found.to_json()
    return record


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
    from dmsform.language.snippet import snippet

    head = f"  on {subject.filename} line {subject.start.line}"
    found = snippet({subject.filename: text}, subject) if text else None
    if found is None:
        return [f"{head}:"]
    start, end = found.highlight_start, found.highlight_end
    marked = found.code[:start] + _underlined(found.code[start:end], style) + found.code[end:]
    numbered = [f"  {n:>4}: {line}" for n, line in enumerate(marked.split("\n"), found.start_line)]
    return [f"{head}, in {found.context}:" if found.context else f"{head}:", *numbered]


def _underlined(text: str, style: Style) -> str:
    """Each line by itself, its indentation left out: a terminal's line must not begin in the middle of a colour."""
    lines = (line.lstrip() for line in text.split("\n"))
    indents = (line[: len(line) - len(line.lstrip())] for line in text.split("\n"))
    return "\n".join(indent + style.underlined(line) for indent, line in zip(indents, lines, strict=True))
