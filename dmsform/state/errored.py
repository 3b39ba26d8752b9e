"""When the state cannot be saved it goes to `errored.dmsform.json` beside the configuration, and can be pushed back."""

from __future__ import annotations

import json
import os
from pathlib import Path

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.state import codes
from dmsform.state.document import snapshot_from_json, snapshot_to_json
from dmsform.state.snapshot import Snapshot, StateChange
from dmsform.state.store import Author, StateStore

FILE_NAME = "errored.dmsform.json"


def write_errored(directory: Path, snapshot: Snapshot, cause: Diagnostic) -> Diagnostic:
    """Write the snapshot that could not be saved (mode 0600, complete or not at all); returns what to tell the user."""
    path = directory / FILE_NAME
    part = path.with_name(f".{FILE_NAME}.{os.getpid()}")
    text = json.dumps(snapshot_to_json(snapshot), indent=2, sort_keys=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return codes.STATE_NOT_SAVED.error(
        f"{cause.detail} What was done so far stands in {path} instead of the state.",
        f"Mend the cause ({cause.remedy.rstrip('.')}), then run: dmsform state push {FILE_NAME}",
    )


def read_errored(path: Path) -> Snapshot:
    """The snapshot in such a file. Raises DiagnosticError."""
    try:
        return snapshot_from_json(json.loads(path.read_text()))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DiagnosticError(
            codes.ERRORED_FILE.error(
                f"{path} is no saved state: {type(error).__name__}: {error}.",
                f"Give the file that dmsform wrote ({FILE_NAME}), unchanged.",
            )
        ) from error


def push_errored(store: StateStore, path: Path, author: Author) -> Snapshot:
    """Make the file's content the state, under the caller's lock. Raises DiagnosticError: other lineage, or older."""
    saved, standing = read_errored(path), store.read()
    if saved.lineage != standing.lineage:
        raise DiagnosticError(
            codes.ERRORED_FILE.error(
                f"{path} belongs to the state {saved.lineage or '(new)'}; {store.shown} is {standing.lineage}.",
                "Push it from the directory of the configuration that it was written in.",
            )
        )
    if saved.serial <= standing.serial:
        raise DiagnosticError(
            codes.ERRORED_FILE.error(
                f"{path} has serial {saved.serial}; the state is at {standing.serial} already.",
                "Nothing is to be pushed: plan again, and delete the file.",
            )
        )
    kept = {r.address for r in saved.resources}
    gone = tuple(r.address for r in standing.resources if r.address not in kept)
    return store.save(standing, StateChange(saved.resources, gone, saved.outputs), author)
