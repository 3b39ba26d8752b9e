"""An error nobody foresaw: the traceback goes to a file for the bug report, a short diagnostic to the user."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

import dmsform
from dmsform.cli import codes
from dmsform.diagnostics import Diagnostic


def report(error: Exception, command: str) -> Diagnostic:
    """Write the traceback, without values of variables, to a file that only its owner can read."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    text = "\n".join(
        [
            f"dmsform {dmsform.__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"command: dmsform {command}",
            "",
            *traceback.format_exception(error),
        ]
    )
    written = _write(f"dmsform-crash-{moment}-{os.getpid()}.log", text)
    where = f"Its traceback is in {written}." if written else "Its traceback could not be written to a file."
    if not written:
        sys.stderr.write(text)
    return codes.BUG.error(
        f"`dmsform {command}` ended with {type(error).__name__}: {error}. {where}",
        "Report it with that file (read it first: a message may quote data). Whatever was applied before is in the "
        "state, so that the command can be run again.",
    )


def _write(name: str, text: str) -> Path | None:
    for directory in (Path.cwd(), Path(tempfile.gettempdir())):
        path = directory / name
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            continue
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        return path
    return None
