"""Progress as plain lines on stderr: for logs and pipes, and the base of what a terminal shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import assert_never

from dmsform.addresses import Address
from dmsform.api.models import TaskView
from dmsform.cli.session import Session
from dmsform.cli.views.progress import Look, look, progress_line
from dmsform.cli.views.units import duration
from dmsform.diagnostics import Diagnostic
from dmsform.plan.model import Action, ResourceChange

EVERY_SECONDS = 2.0


def _words(action: Action) -> tuple[str, str]:
    match action:
        case Action.CREATE:
            return "Creating...", "Creation complete"
        case Action.UPDATE:
            return "Modifying...", "Modifications complete"
        case Action.REPLACE:
            return "Replacing...", "Replacement complete"
        case Action.DELETE:
            return "Destroying...", "Destruction complete"
        case Action.NO_OP:
            return "Checking...", "Check complete"
    assert_never(action)


class LineReporter:
    """Writes a line for every step, and one for each task every few seconds.

    before_step -- called before each step; may raise to end the operation between two steps.
    """

    def __init__(
        self, session: Session, before_step: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.session, self.before_step, self.clock = session, before_step, clock
        self.looks: dict[str, Look] = {}
        self._said: dict[str, tuple[float, str]] = {}

    def line(self, text: str) -> None:
        """Write one line."""
        self.session.note(text)

    def planning_started(self, address: Address) -> None:
        """A resource is being looked at."""
        self.line(f"{address}: Reading...")

    def change_started(self, change: ResourceChange) -> None:
        """A step begins."""
        self.before_step()
        self.line(f"{change.address}: {_words(change.action)[0]}")

    def change_finished(self, change: ResourceChange, seconds: float) -> None:
        """A step is done and saved."""
        self.line(f"{change.address}: {_words(change.action)[1]} after {duration(seconds)}")

    def change_failed(self, change: ResourceChange, diagnostics: Sequence[Diagnostic]) -> None:
        """A step failed; its diagnostics are shown at the end."""
        self.line(f"{change.address}: {self.session.err_style.red('Failed')}")

    def note(self, text: str) -> None:
        """Something worth a line."""
        self.line(text)

    def state_lock_waiting(self, holder: str) -> None:
        """Another command holds the state's lock."""
        self.line(f"Waiting for the state's lock: {holder}")

    def task_progress(self, view: TaskView) -> None:
        """A task as it stands now."""
        self.looks[view.name] = look(view, self.clock(), self.looks.get(view.name))
        self.show(view.name)

    def show(self, name: str) -> None:
        """Write a task's line, unless that was just done and its status is the same."""
        seen = self.looks[name]
        at, status = self._said.get(name, (-EVERY_SECONDS, ""))
        if seen.at - at >= EVERY_SECONDS or seen.view.status.value != status:
            self._said[name] = (seen.at, seen.view.status.value)
            self.line(progress_line(seen))

    def close(self) -> None:
        """End the display; lines need nothing."""
