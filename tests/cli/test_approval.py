"""Only the whole word yes approves; without anybody to ask nothing is done."""

from __future__ import annotations

import sys

import pytest

from dmsform.cli.approval import require_approval
from dmsform.diagnostics import DiagnosticError, ExitCode
from tests.cli.terminals import Terminal, session, written


def _answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(text))


def test_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    _answer(monkeypatch, "yes\n")
    made = session()
    require_approval(made, "Do you want it?", "Rows will move.", "Do otherwise.")
    assert "Do you want it?" in written(made.err)
    assert "Only 'yes' will be accepted to approve." in written(made.err)
    assert written(made.out) == ""


@pytest.mark.parametrize("answer", ["y\n", "YES\n", "no\n", "\n", ""])
def test_anything_else(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    _answer(monkeypatch, answer)
    with pytest.raises(DiagnosticError, match="DMS856") as caught:
        require_approval(session(), "Do you want it?", "Rows will move.", "Do otherwise.")
    assert caught.value.diagnostics[0].exit_code is ExitCode.CANCELLED


def test_asking_can_be_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    _answer(monkeypatch, "yes\n")
    with pytest.raises(DiagnosticError, match="-input=false forbids to ask") as caught:
        require_approval(session(), "Do you want it?", "Rows will move.", "Do otherwise.", ask=False)
    assert caught.value.diagnostics[0].remedy == "Do otherwise."
