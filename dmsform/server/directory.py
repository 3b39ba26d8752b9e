"""The server's data directory: closed to others, and one server's alone."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dmsform.api.client import describe_server
from dmsform.api.paths import DataDirectory, owned_by_us_alone
from dmsform.diagnostics import DiagnosticError
from dmsform.server import codes

_LOCK_SECONDS = 1.0


def prepare_directory(directory: DataDirectory) -> None:
    """Create the directory, mode 0700, or check it. Raises DiagnosticError when others can reach into it."""
    try:
        directory.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.task_logs.mkdir(mode=0o700, exist_ok=True)
        if directory.socket.parent != directory.path:
            directory.socket.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise DiagnosticError(
            codes.DATA_DIRECTORY.error(
                f"The data directory {directory.path} cannot be created: {error}.",
                "Choose a directory that you may write for data_dir.",
            )
        ) from error
    for path in (directory.path, directory.socket.parent):
        if not owned_by_us_alone(path):
            raise DiagnosticError(
                codes.DATA_DIRECTORY.error(
                    f"{path} belongs to another user, or others may enter it; task definitions and the server's "
                    "socket are in there.",
                    f"Close it with: chmod 700 {path}; or choose another data_dir.",
                )
            )


@dataclass(frozen=True, slots=True)
class ServerLock:
    """The lock as this process holds it."""

    path: Path
    descriptor: int

    def still_ours(self) -> bool:
        """Whether it is still the directory's lock: False once the directory was removed or replaced."""
        try:
            return os.path.samestat(self.path.stat(), os.fstat(self.descriptor))
        except FileNotFoundError:
            return False


@contextmanager
def server_lock(directory: DataDirectory) -> Iterator[ServerLock]:
    """Be the one server of this directory. The kernel drops the lock with the process, however it ends.

    Raises DiagnosticError when another server holds it.
    """
    descriptor = os.open(directory.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _take(descriptor, directory)
        yield ServerLock(directory.lock, descriptor)
    finally:
        os.close(descriptor)


def _take(descriptor: int, directory: DataDirectory) -> None:
    # Whoever asks whether a server runs holds the lock for an instant: that is no other server.
    deadline, pause = time.monotonic() + _LOCK_SECONDS, threading.Event()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                break
            pause.wait(0.02)
        else:
            return
    process = describe_server(directory).get("process_id", "unknown")
    raise DiagnosticError(
        codes.SERVER_RUNS_ALREADY.error(
            f"Process {process} is the replication server of {directory.path}.",
            f"Use that one, or stop it first: dmsform server stop -data-dir={directory.given}",
        )
    )


def write_file(path: Path, content: bytes) -> None:
    """Replace a file as a whole, mode 0600: after a crash at any point the old or the new content stands there."""
    draft = path.with_name(f"{path.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def describe(directory: DataDirectory, description: dict[str, Any]) -> None:
    """Write `server.json`: for people and for `server stop`."""
    write_file(directory.description, json.dumps(description, indent=2).encode() + b"\n")
