"""Progress on a terminal: steps as lines, tasks as a table that is redrawn in place."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from dmsform.cli.reporters.lines import LineReporter
from dmsform.cli.session import Session
from dmsform.cli.views.progress import Look, cells, progress_line, visible

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

_HEAD = ("Table", "State", "Rows", "of", "Rows/s", "Time left")
_OTHER_LINES = 4


class LiveReporter(LineReporter):
    """The line reporter with a live table in place of periodic lines."""

    def __init__(
        self, session: Session, before_step: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(session, before_step, clock)
        self._live: Live | None = None

    def line(self, text: str) -> None:
        """Write one line, above the table where one stands."""
        if self._live is None:
            super().line(text)
        else:
            self._live.console.print(text, markup=False, soft_wrap=True)

    def show(self, name: str) -> None:
        """Redraw all tasks."""
        if self._live is None:
            from rich.console import Console
            from rich.live import Live

            console = Console(file=self.session.err, no_color=not self.session.err_style.colour, highlight=False)
            # Gone at its end: the summary that follows says all it said.
            self._live = Live(console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
            self._live.start()
        self._live.update(self._drawn(self._live.console.height), refresh=True)

    def _drawn(self, height: int) -> RenderableType:
        from rich.console import Group

        room = max(3, height // max(1, len(self.looks)) - _OTHER_LINES)
        return Group(*(_task(seen, room) for seen in self.looks.values()))

    def close(self) -> None:
        """Take the table away."""
        if self._live is not None:
            self._live.stop()
            self._live = None


def _task(seen: Look, room: int) -> RenderableType:
    from rich.table import Table

    shown = visible(seen.tables, room)
    drawn = Table(title=progress_line(seen), title_justify="left", box=None, padding=(0, 2, 0, 0), title_style="bold")
    for title in _HEAD:
        drawn.add_column(title, justify="left" if title in ("Table", "State") else "right", no_wrap=True)
    for progress in shown:
        drawn.add_row(*cells(progress))
    hidden = len(seen.view.tables) - len(shown)
    if hidden:
        drawn.caption = f"... and {hidden} more tables"
    return drawn
