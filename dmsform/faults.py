"""Named durable steps at which a test may kill or halt the process; outside tests a call costs one comparison.

The environment variable `DMSFORM_FAULT` holds `<step>[@n]=kill:<marker file>`: the process that reaches the step for
the n-th time kills itself with SIGKILL, once; with `halt:` it stops itself with SIGSTOP instead. The marker file,
created with O_EXCL, lets whatever is started again go on. Everything that a process starts inherits the variable, so
one setting reaches the whole tree of processes.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "DMSFORM_FAULT"
_SPEC = os.environ.get(VARIABLE, "")
_SIGNALS = {"kill": signal.SIGKILL, "halt": signal.SIGSTOP}
_counts: dict[str, int] = {}


def reached(step: str) -> None:
    """Say that a durable step was just done; the process may end or halt here."""
    if _SPEC:
        _fail_if_told(step)


def _fail_if_told(step: str) -> None:
    where, _, what = _SPEC.partition("=")
    action, _, marker = what.partition(":")
    wanted, _, nth = where.partition("@")
    if step != wanted:
        return
    _counts[step] = _counts.get(step, 0) + 1
    if _counts[step] != int(nth or 1):
        return
    try:
        descriptor = os.open(marker, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    os.write(descriptor, str(os.getpid()).encode())
    os.close(descriptor)
    os.kill(os.getpid(), _SIGNALS[action])
