"""Progress as JSON events on stdout, one a line, in the form of Terraform's streaming interface."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from dmsform.addresses import Address
from dmsform.api.models import TaskView
from dmsform.cli.session import Session
from dmsform.cli.views.documents import event
from dmsform.cli.views.tasks import headline
from dmsform.diagnostics import Diagnostic
from dmsform.plan.model import ResourceChange


class EventReporter:
    """Writes one event for everything that happens; a task's only when it differs from the one before."""

    def __init__(self, session: Session, before_step: Callable[[], None]) -> None:
        self.session, self.before_step = session, before_step
        self._last: dict[str, TaskView] = {}

    def _write(self, kind: str, message: str, **fields: Any) -> None:
        self.session.event(event(kind, message, time.time(), **fields))

    def planning_started(self, address: Address) -> None:
        """A resource is being looked at."""
        self._write("refresh_start", f"{address}: Reading", resource={"addr": str(address)})

    def change_started(self, change: ResourceChange) -> None:
        """A step begins."""
        self.before_step()
        self._write("apply_start", f"{change.address}: {change.action.value}", hook=_hook(change))

    def change_finished(self, change: ResourceChange, seconds: float) -> None:
        """A step is done and saved."""
        hook = {**_hook(change), "elapsed_seconds": round(seconds, 3)}
        self._write("apply_complete", f"{change.address}: {change.action.value} complete", hook=hook)

    def change_failed(self, change: ResourceChange, diagnostics: Sequence[Diagnostic]) -> None:
        """A step failed; its diagnostics follow as events of their own."""
        self._write("apply_errored", f"{change.address}: {change.action.value} failed", hook=_hook(change))

    def note(self, text: str) -> None:
        """Something worth a line."""
        self._write("log", text)

    def state_lock_waiting(self, holder: str) -> None:
        """Another command holds the state's lock."""
        self._write("log", f"Waiting for the state's lock: {holder}")

    def task_progress(self, view: TaskView) -> None:
        """A task as it stands now."""
        if self._last.get(view.name) != view:
            self._last[view.name] = view
            self._write("task_progress", headline(view), task=view.model_dump(mode="json"))

    def close(self) -> None:
        """End the display; events need nothing."""


def _hook(change: ResourceChange) -> dict[str, Any]:
    address = change.address
    resource = {"addr": str(address), "resource_type": address.kind.value, "resource_name": address.name}
    return {"resource": resource, "action": change.action.value}
