"""Output that cannot be written is no bug of ours: such an error is told by the function that it comes from.

Results that go to a file are written completely or not at all.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import CodeType
from typing import TextIO

import click

from dmsform.cli import codes
from dmsform.cli.session import Session
from dmsform.diagnostics import Diagnostic, DiagnosticError


def unwritable(error: Exception) -> Diagnostic | None:
    """What to say when the error came from standard output or standard error; None for every other error.

    The stream that failed discards from then on, so that nothing trips over it again, Python's own end included.
    """
    if not isinstance(error, OSError):
        return None
    raised_in = _innermost(error)
    if raised_in is Session.note.__code__:
        name, stream = "error", sys.stderr
    elif raised_in in (Session.result.__code__, click.echo.__code__):  # click prints the help itself
        name, stream = "output", sys.stdout
    else:
        return None
    discard(stream)
    return codes.UNWRITABLE_OUTPUT.error(
        f"Standard {name} cannot be written: {error.strerror or error}.",
        "Make room where it is redirected to, or redirect it elsewhere, and run the command again. `dmsform show` "
        "shows what was applied before.",
    )


def write_result(session: Session, text: str, path: Path | None) -> None:
    """Print a result, or write it to a file. Raises DiagnosticError."""
    if path is None:
        session.result(text)
        return
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(f"{text}\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DiagnosticError(
            codes.UNWRITABLE_FILE.error(
                f"{path} cannot be written: {error.strerror}.", "Give -out a path in a folder that exists and has room."
            )
        ) from error


def discard(stream: TextIO) -> None:
    """Send what the stream holds, and everything written to it from now on, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _innermost(error: OSError) -> CodeType | None:
    """The function that was running when the system refused."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code if trace else None
