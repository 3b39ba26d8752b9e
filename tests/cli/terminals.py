"""Streams that pass for terminals."""

from __future__ import annotations

import io

from dmsform.cli.session import Form, Session


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def session(*, terminal: bool = False, form: Form = Form.TEXT) -> Session:
    """A session that writes to memory."""
    make = Terminal if terminal else io.StringIO
    return Session(out=make(), err=make(), form=form, command="apply")


def written(stream: object) -> str:
    """What a session's stream got."""
    assert isinstance(stream, io.StringIO)
    return stream.getvalue()
