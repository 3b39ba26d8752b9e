"""The state as it is written while apply walks: saved after each step, or rescued to a file when it cannot be."""

from __future__ import annotations

from pathlib import Path

from dmsform.addresses import Address
from dmsform.apply.steps import ApplyStep, reached
from dmsform.diagnostics import DiagnosticError
from dmsform.state.errored import write_errored
from dmsform.state.lock import HeldLock
from dmsform.state.snapshot import OutputRecord, ResourceRecord, Snapshot, StateChange, changed
from dmsform.state.store import StateStore


class StateNotSavedError(DiagnosticError):
    """The state could not be saved: nothing more may be applied. The diagnostics say where it was written instead."""


class StateSession:
    """The newest snapshot, and the way to the next one."""

    def __init__(self, store: StateStore, held: HeldLock, snapshot: Snapshot, directory: Path) -> None:
        self._store, self._held, self._directory = store, held, directory
        self.snapshot = snapshot

    def put(self, *records: ResourceRecord) -> None:
        """Record resources. Raises StateNotSavedError."""
        self._save(StateChange(put=records))

    def remove(self, address: Address) -> None:
        """Forget a resource. Raises StateNotSavedError."""
        self._save(StateChange(remove=(address,)))

    def put_outputs(self, outputs: tuple[OutputRecord, ...], records: tuple[ResourceRecord, ...] = ()) -> None:
        """Record all outputs, with what they were evaluated from. Raises StateNotSavedError."""
        self._save(StateChange(put=records, outputs=outputs))

    def _save(self, change: StateChange) -> None:
        try:
            self.snapshot = self._store.save(self.snapshot, change, self._held.author)
        except DiagnosticError as error:
            unsaved = changed(self.snapshot, change)
            raise StateNotSavedError(write_errored(self._directory, unsaved, error.diagnostics[0])) from error
        reached(ApplyStep.STATE_SAVED)
