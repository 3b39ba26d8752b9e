"""Servers that refuse root get a way to run, as root or not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.provider.unprivileged import Runner, _as_nobody, runner


def test_the_server_does_not_see_root() -> None:
    shown = subprocess.run([*runner().prefix, "id", "-u"], capture_output=True, text=True, check=True)
    assert int(shown.stdout) != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_without_namespaces_the_server_runs_as_nobody(tmp_path: Path) -> None:
    nobody = _as_nobody()
    shown = subprocess.run([*nobody.prefix, "id", "-u"], capture_output=True, text=True, check=True)
    assert nobody.owner is not None
    assert int(shown.stdout) == nobody.owner[0] != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_folder_that_nobody_can_enter_is_a_diagnostic(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "data"
    inside.mkdir()
    with pytest.raises(DiagnosticError, match="cannot reach") as raised:
        _as_nobody().own(inside)
    assert raised.value.diagnostics[0].remedy


def test_an_ordinary_user_needs_nothing() -> None:
    assert Runner().prefix == ()
    Runner().own(Path("/"))
