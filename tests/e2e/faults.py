"""Sets a fault in a project's processes and tells when it struck."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.project import Project
from tests.servers import wait_until


def fault(project: Project, step: str, action: str = "kill", nth: int = 1) -> tuple[dict[str, str], Path]:
    """The environment that makes whichever process reaches the step kill or halt itself, and the marker it leaves."""
    marker = project.directory / f"fault-{step.replace('.', '-').replace(':', '-')}-{nth}"
    return {"DMSFORM_FAULT": f"{step}@{nth}={action}:{marker}"}, marker


@contextmanager
def halted_apply(project: Project, step: str) -> Iterator[subprocess.Popen[str]]:
    """An apply that stands still at a step; it goes on to its end afterwards."""
    environment, marker = fault(project, step, "halt")
    process = project.spawn("apply", "-auto-approve", extra=environment)
    try:
        wait_until(lambda: marker.exists() and _is_stopped(process.pid), f"apply to halt at {step}")
        yield process
    finally:
        os.kill(process.pid, signal.SIGCONT)
        process.communicate(timeout=60)


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
