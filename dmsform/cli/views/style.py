"""How text is dressed for its stream: colours on a terminal, nothing in a pipe."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

_RESET = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Style:
    """colour -- ANSI colours may be used; boxed -- diagnostics get a bar at their left; width -- in characters."""

    colour: bool = False
    boxed: bool = False
    width: int = 100

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}{_RESET}" if self.colour and text else text

    def bold(self, text: str) -> str:
        """Headings."""
        return self._paint("1", text)

    def faint(self, text: str) -> str:
        """What can be skipped."""
        return self._paint("90", text)

    def green(self, text: str) -> str:
        """What comes."""
        return self._paint("32", text)

    def yellow(self, text: str) -> str:
        """What changes, and warnings."""
        return self._paint("33", text)

    def red(self, text: str) -> str:
        """What goes, and errors."""
        return self._paint("31", text)

    def bold_red(self, text: str) -> str:
        """What goes and does not come back."""
        return self._paint("1;31", text)

    def underlined(self, text: str) -> str:
        """The expression that a diagnostic is about."""
        return self._paint("4", text)

    def wrapped(self, text: str) -> list[str]:
        """The text as lines of at most `width` characters; its own line breaks and indented lines stay."""
        lines: list[str] = []
        for line in text.splitlines():
            if line.startswith((" ", "\t")) or len(line) <= self.width:
                lines.append(line)
            else:
                lines.extend(textwrap.wrap(line, self.width, break_long_words=False, break_on_hyphens=False) or [""])
        return lines
