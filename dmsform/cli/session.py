"""What one run of the command line knows: its streams, whether to colour them, and in which form results are wanted."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TextIO

from dmsform.cli.views.style import Style

_UNBROKEN = 1_000_000


class Form(StrEnum):
    """How results are printed: for people, as one JSON document, or as JSON events, one a line."""

    TEXT = "text"
    DOCUMENT = "document"
    EVENTS = "events"


@dataclass
class Session:
    """The streams of this run. Results go to `out`, diagnostics and progress to `err`."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    no_color: bool = False
    form: Form = Form.TEXT
    command: str = ""

    def style(self, stream: TextIO) -> Style:
        """How to write to that stream: colours and boxes for terminals alone, never against NO_COLOR.

        Elsewhere lines are not broken, so that logs can be searched.
        """
        terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        colour = terminal and not self.no_color and not os.environ.get("NO_COLOR")
        width = max(40, shutil.get_terminal_size((100, 24)).columns) if terminal else _UNBROKEN
        return Style(colour=colour, boxed=terminal, width=width)

    @property
    def out_style(self) -> Style:
        """The style of results."""
        return self.style(self.out)

    @property
    def err_style(self) -> Style:
        """The style of diagnostics and progress."""
        return self.style(self.err)

    @property
    def can_ask(self) -> bool:
        """Whether somebody sits at the other end."""
        return sys.stdin is not None and sys.stdin.isatty()

    def result(self, text: str) -> None:
        """Print a result."""
        print(text, file=self.out, flush=True)

    def document(self, value: Any) -> None:
        """Print a result as a JSON document."""
        self.result(json.dumps(value, indent=2, ensure_ascii=False))

    def event(self, value: Any) -> None:
        """Print one JSON event on a line of its own."""
        self.result(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def note(self, text: str) -> None:
        """Print progress or a hint."""
        print(text, file=self.err, flush=True)
