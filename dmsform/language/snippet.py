"""The lines of a file that a diagnostic is about, in the form of Terraform's `-json` output."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dmsform.diagnostics import SourceRange
from dmsform.language.source import BYTE_ORDER_MARK

LINES = 5
"""Lines shown at most."""

_HEADER = re.compile(r'(?P<type>[^\W\d][\w-]*)(?P<labels>(?:[ \t]+(?:"[^"\n]*"|[^\W\d][\w-]*))*)[ \t]*\{')


@dataclass(frozen=True, slots=True)
class Snippet:
    """context -- the header of the top-level block around, or None; code -- the lines, without the last newline;
    start_line -- the number of the first; highlight_start, highlight_end -- the subject in `code`, in characters.
    """

    context: str | None
    code: str
    start_line: int
    highlight_start: int
    highlight_end: int

    def to_json(self) -> dict[str, Any]:
        """The fields under Terraform's names."""
        return {
            "context": self.context,
            "code": self.code,
            "start_line": self.start_line,
            "highlight_start_offset": self.highlight_start,
            "highlight_end_offset": self.highlight_end,
        }


def snippet(files: Mapping[str, str], subject: SourceRange | None) -> Snippet | None:
    """What to show for a subject; None where its file is not at hand or does not have the line."""
    if subject is None or subject.filename not in files:
        return None
    lines = files[subject.filename].removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n").split("\n")
    first = subject.start.line - 1
    if not 0 <= first < len(lines):
        return None
    shown = lines[first : min(max(subject.end.line, subject.start.line), first + LINES)]
    # A subject that ends where a line begins is about the lines before.
    if len(shown) > 1 and subject.end.line - 1 == first + len(shown) - 1 and subject.end.column == 1:
        shown.pop()
    code = "\n".join(shown)
    start = min(subject.start.column - 1, len(code))
    if subject.end.line - 1 < first + len(shown):
        last = subject.end.line - 1 - first
        end = sum(len(line) + 1 for line in shown[:last]) + subject.end.column - 1
    else:
        end = len(code)
    return Snippet(_context(lines, first), code, first + 1, start, max(start, min(end, len(code))))


def _context(lines: list[str], number: int) -> str | None:
    """The nearest header above, in the first column, of a block that is not closed before the line."""
    for line in reversed(lines[: number + 1]):
        if found := _HEADER.match(line):
            return " ".join([found["type"], *found["labels"].split()])
        if line.startswith("}"):
            return None
    return None
