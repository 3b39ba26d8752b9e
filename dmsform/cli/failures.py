"""Shows diagnostics: for people on stderr with the lines they are about, and as JSON where JSON was asked for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from dmsform.cli.session import Form, Session
from dmsform.cli.views.diagnostics import diagnostic_record, diagnostics_text
from dmsform.cli.views.documents import event, failure
from dmsform.diagnostics import Diagnostic, ExitCode, exit_code_of

_LARGEST_SOURCE = 4_000_000


def configuration_text(filename: str) -> str | None:
    """The text of a file that a diagnostic points into; None when it cannot be read."""
    path = Path(filename)
    try:
        return path.read_text(encoding="utf-8") if path.stat().st_size <= _LARGEST_SOURCE else None
    except (OSError, ValueError):
        return None


def show_diagnostics(session: Session, diagnostics: Sequence[Diagnostic]) -> None:
    """Show warnings and errors, each once; in a stream of events also as events."""
    if not diagnostics:
        return
    session.note(diagnostics_text(diagnostics, session.err_style, configuration_text))
    if session.form is Form.EVENTS:
        for diagnostic in dict.fromkeys(diagnostics):
            record = diagnostic_record(diagnostic, configuration_text)
            message = f"{diagnostic.severity.value.capitalize()}: {diagnostic.summary}"
            session.event(event("diagnostic", message, time.time(), diagnostic=record))


def show_failure(session: Session, diagnostics: Sequence[Diagnostic]) -> ExitCode:
    """Show what ended the command; returns its exit code. One JSON document was promised, so one is printed."""
    show_diagnostics(session, diagnostics)
    if session.form is Form.DOCUMENT:
        session.document(failure(dict.fromkeys(diagnostics), configuration_text))
    return exit_code_of(diagnostics) or ExitCode.ERROR
