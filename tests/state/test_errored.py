"""A state that could not be saved goes to a file and comes back from it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.state.codes import STATE_UNREACHABLE
from dmsform.state.errored import FILE_NAME, push_errored, write_errored
from dmsform.state.snapshot import StateChange, changed
from dmsform.state.store import StateStore
from tests.state.helpers import TASK, fill, locked

CAUSE = STATE_UNREACHABLE.error("It did not answer.", "Start it.")


def test_what_was_not_saved_is_pushed_back(tmp_path: Path) -> None:
    with StateStore("sqlite:///dmsform.state.db", tmp_path) as store:
        filled = fill(store, tmp_path)
        unsaved = changed(filled, StateChange((), (TASK,)))
        told = write_errored(tmp_path, unsaved, CAUSE)
        assert f"dmsform state push {FILE_NAME}" in told.remedy
        assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
        with locked(store, tmp_path, "state push") as held:
            assert push_errored(store, tmp_path / FILE_NAME, held.author) == store.read()
        assert store.read() == unsaved
        with locked(store, tmp_path) as held, pytest.raises(DiagnosticError, match="DMS214"):
            push_errored(store, tmp_path / FILE_NAME, held.author)


def test_another_states_file_is_refused(tmp_path: Path) -> None:
    with StateStore("sqlite:///dmsform.state.db", tmp_path) as store:
        filled = fill(store, tmp_path)
        write_errored(tmp_path, replace(filled, lineage="other", serial=99), CAUSE)
        with locked(store, tmp_path) as held, pytest.raises(DiagnosticError, match="DMS214"):
            push_errored(store, tmp_path / FILE_NAME, held.author)
        assert store.read() == filled


@pytest.mark.parametrize("text", ["", "[]", json.dumps({"format": 7}), json.dumps({"format": 1})])
def test_what_is_no_state_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with StateStore("sqlite:///dmsform.state.db", tmp_path) as store:
        fill(store, tmp_path)
        with locked(store, tmp_path) as held, pytest.raises(DiagnosticError, match="DMS214"):
            push_errored(store, tmp_path / FILE_NAME, held.author)
