"""Task processes as the supervisor holds them: started without secrets in sight, bound to the server's life."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass

from dmsform.api.paths import DataDirectory
from dmsform.server.events import TaskKey

_LOG_BYTES = 10 * 2**20
_ENDING_SECONDS = 10.0


@dataclass(slots=True)
class Child:
    """A live task process. `ears` becomes readable when it ends; `lifeline` keeps it alive."""

    process: subprocess.Popen[bytes]
    ears: int
    lifeline: int
    asked_to_stop: float | None = None

    def ask_to_stop(self, now: float) -> None:
        """Let it roll back and end."""
        self.asked_to_stop = now
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()

    def reap(self) -> int:
        """Collect a process whose `ears` became readable; returns its exit status, negative for a signal."""
        try:
            return self.process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            # It closed its end and lives on: nobody would hear it end.
            self.process.kill()
            return self.process.wait()
        finally:
            os.close(self.ears)
            os.close(self.lifeline)


def start_task(directory: DataDirectory, key: TaskKey, spawn: int) -> Child:
    """Start a task's process. Call from the thread that lives as long as the server (see `lifeline`)."""
    ears, mouth = os.pipe()
    lifeline_read, lifeline_write = os.pipe()
    command = [
        sys.executable, "-P", "-m", "dmsform.server.task_process", "--data-dir", str(directory.path),
        "--lineage", key.lineage, "--name", key.name, "--spawn", str(spawn),
        "--parent", str(os.getpid()), "--lifeline", str(lifeline_read),
    ]  # fmt: skip
    log = _open_log(directory, key)
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(mouth, lifeline_read),  # `mouth` is only held: its closing is the news
        )
    finally:
        for descriptor in (log, mouth, lifeline_read):
            os.close(descriptor)
    return Child(process, ears, lifeline_write)


def _open_log(directory: DataDirectory, key: TaskKey) -> int:
    path = directory.task_log(key.lineage, key.name)
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def log_lines(directory: DataDirectory, key: TaskKey, count: int) -> tuple[str, ...]:
    """The last lines of a task's log, oldest first; reads the end of the file only."""
    path = directory.task_log(key.lineage, key.name)
    if not path.exists() or count <= 0:
        return ()
    with path.open("rb") as log:
        size = log.seek(0, os.SEEK_END)
        start = max(0, size - 400 * count)
        log.seek(start)
        lines = log.read().decode(errors="replace").splitlines()
    return tuple((lines[1:] if start else lines)[-count:])
