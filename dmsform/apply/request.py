"""What the command line asks of apply, what it is told meanwhile, and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dmsform.addresses import Address
from dmsform.diagnostics import Diagnostic
from dmsform.plan.model import ResourceChange

if TYPE_CHECKING:
    from dmsform.api.models import TaskView
    from dmsform.language.variables import VariableInput


@dataclass(frozen=True, slots=True)
class Request:
    """One command. lock_timeout -- seconds to wait for the state's lock; command -- as the history tells it."""

    directory: Path
    variables: tuple[VariableInput, ...] = ()
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    destroy: bool = False
    lock_timeout: float = 0.0
    command: str = "plan"


class Reporter(Protocol):
    """Is told what goes on. `change_started` may raise KeyboardInterrupt to end the command between two steps."""

    def planning_started(self, address: Address) -> None:
        """A resource is being looked at."""
        ...

    def change_started(self, change: ResourceChange) -> None:
        """A step begins."""
        ...

    def change_finished(self, change: ResourceChange, seconds: float) -> None:
        """A step is done and recorded."""
        ...

    def change_failed(self, change: ResourceChange, diagnostics: Sequence[Diagnostic]) -> None:
        """A step failed, or could not be begun."""
        ...

    def note(self, text: str) -> None:
        """Something worth a line."""
        ...

    def task_progress(self, view: TaskView) -> None:
        """A task that is waited for, as it stands."""
        ...

    def state_lock_waiting(self, holder: str) -> None:
        """Another command holds the state's lock."""
        ...


class Silent:
    """A reporter for callers that want to be told nothing."""

    def planning_started(self, address: Address) -> None:
        """Nothing."""

    def change_started(self, change: ResourceChange) -> None:
        """Nothing."""

    def change_finished(self, change: ResourceChange, seconds: float) -> None:
        """Nothing."""

    def change_failed(self, change: ResourceChange, diagnostics: Sequence[Diagnostic]) -> None:
        """Nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def task_progress(self, view: TaskView) -> None:
        """Nothing."""

    def state_lock_waiting(self, holder: str) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class RunningTask:
    """A task that apply has put to work, and where."""

    name: str
    lineage: str
    data_dir: Path


@dataclass
class ApplyResult:
    """What was done; a replacement counts as added and destroyed.

    errors -- of steps that failed or were skipped for it; outputs -- by name, sensitive ones as "(sensitive value)";
    tasks -- that run now. `wait_for_tasks` brings the outputs up to date.
    """

    added: int = 0
    changed: int = 0
    destroyed: int = 0
    outputs: dict[str, Any] = field(default_factory=dict)
    warnings: list[Diagnostic] = field(default_factory=list)
    errors: list[Diagnostic] = field(default_factory=list)
    tasks: list[RunningTask] = field(default_factory=list)
