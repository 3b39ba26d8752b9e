"""A file's text, and the way from positions in it (characters) to places that people and tools read."""

from __future__ import annotations

from bisect import bisect_right

from dmsform.language.syntax import Span

BYTE_ORDER_MARK = "\ufeff"


class Source:
    """A file's name and text, without a byte order mark.

    `text` always ends in a newline, because comments end in one; `missing_newline` says that it was added.
    """

    def __init__(self, filename: str, text: str) -> None:
        self.filename = filename
        self._mark = 3 if text.startswith(BYTE_ORDER_MARK) else 0
        text = text.removeprefix(BYTE_ORDER_MARK)
        self.missing_newline = not text.endswith("\n")
        self.text = text + "\n" if self.missing_newline else text
        self._ascii = text.isascii()
        self._lines = [0]
        position = self.text.find("\n")
        while position >= 0:
            self._lines.append(position + 1)
            position = self.text.find("\n", position + 1)
        self._line_bytes = self._count_line_bytes()

    def _count_line_bytes(self) -> list[int]:
        """The byte at which each line starts; the lines' own positions where all text is ASCII."""
        if self._ascii:
            return self._lines
        starts = [0]
        for start, end in zip(self._lines, self._lines[1:], strict=False):
            starts.append(starts[-1] + len(self.text[start:end].encode()))
        return starts

    def place(self, position: int) -> tuple[int, int, int]:
        """(line, column, byte) of a position."""
        line = bisect_right(self._lines, position) - 1
        start = self._lines[line]
        inside = position - start if self._ascii else len(self.text[start:position].encode())
        return line + 1, position - start + 1, self._mark + self._line_bytes[line] + inside

    def span(self, start: int, end: int) -> Span:
        """The span between two positions; the added newline is never part of it."""
        last = len(self.text) - (1 if self.missing_newline else 0)
        return Span(self.filename, *self.place(min(start, last)), *self.place(min(end, last)))

    def position(self, line: int, column: int) -> int:
        """The position of a line and column."""
        return self._lines[line - 1] + column - 1
