"""Picks the reporter that fits the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from dmsform.cli.reporters.events import EventReporter
from dmsform.cli.reporters.lines import LineReporter
from dmsform.cli.reporters.live import LiveReporter
from dmsform.cli.session import Form, Session

AnyReporter: TypeAlias = EventReporter | LineReporter


def _nothing() -> None:
    return None


@contextmanager
def reporter_for(session: Session, before_step: Callable[[], None] = _nothing) -> Iterator[AnyReporter]:
    """Events where events were asked for, a live table on a terminal, lines elsewhere; closed at the end."""
    reporter: AnyReporter
    if session.form is Form.EVENTS:
        reporter = EventReporter(session, before_step)
    elif session.err_style.boxed:
        reporter = LiveReporter(session, before_step)
    else:
        reporter = LineReporter(session, before_step)
    try:
        yield reporter
    finally:
        reporter.close()
