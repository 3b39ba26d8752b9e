"""Starts and stops the replication server of this machine as a process of its own that outlives its starter."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from dmsform import faults
from dmsform.api import codes
from dmsform.api.client import Client, describe_server
from dmsform.api.models import ServerView
from dmsform.api.paths import DataDirectory
from dmsform.diagnostics import Diagnostic, DiagnosticError

START_SECONDS = 30.0
STOP_SECONDS = 60.0
_PASSED_ON = frozenset(
    {"PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", faults.VARIABLE}
)
_PASSED_ON_PREFIXES = ("LC_", "PYTHON", "SSL_CERT_")
_LOG_LINES = 15


def server_view(data_dir: Path) -> ServerView | None:
    """The server of that data directory; None when it does not run."""
    if not DataDirectory(data_dir).socket.exists():
        return None
    try:
        return Client.for_data_dir(data_dir).status()
    except DiagnosticError as error:
        if error.diagnostics[0].code in (codes.SERVER_NOT_RUNNING.id, codes.SERVER_GONE.id):
            return None
        raise


def ensure_server(data_dir: Path, listen: str | None = None) -> ServerView:
    """The running server of that data directory, started where none runs.

    listen -- `127.0.0.1:PORT` for a TCP listener as well. Raises DiagnosticError with the end of the server's log
    when it does not come up.
    """
    found = server_view(data_dir)
    if found is not None:
        return found
    directory = DataDirectory(data_dir)
    log_start = _size(directory.log)
    process = _spawn(directory, listen)
    deadline = time.monotonic() + START_SECONDS
    pause = threading.Event()
    ended = False
    while time.monotonic() < deadline:
        # Asked after a look at the process: another's server may be up although ours found the lock taken.
        found = server_view(data_dir)
        if found is not None:
            return found
        if ended and not _locked(directory):
            break
        ended = ended or os.waitpid(process, os.WNOHANG)[0] != 0
        pause.wait(0.02)
    raise DiagnosticError(_failed(directory, log_start, ended))


def stop_server(data_dir: Path) -> None:
    """Stop the server and wait for its end; nothing happens when none runs. Raises DiagnosticError if it stays."""
    directory = DataDirectory(data_dir)
    if not _locked(directory):
        return
    try:
        Client.for_data_dir(data_dir).shutdown()
    except DiagnosticError:
        # Started but not answering (yet, or any more): the lock is held, so the recorded process is the server.
        process = describe_server(directory).get("process_id")
        if isinstance(process, int) and _locked(directory):
            os.kill(process, signal.SIGTERM)
    if not _wait(lambda: not _locked(directory), STOP_SECONDS):
        raise DiagnosticError(_stays(directory))


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """What a server may inherit of its starter's environment: nothing that could be a secret (G7)."""
    return {n: v for n, v in environment.items() if n in _PASSED_ON or n.startswith(_PASSED_ON_PREFIXES)}


def _spawn(directory: DataDirectory, listen: str | None) -> int:
    _make(directory)
    # -P: the working directory is no place to import from.
    arguments = [sys.executable, "-P", "-m", "dmsform.server", "--data-dir", str(directory.path)]
    if listen:
        arguments += ["--listen", listen]
    appending = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(directory.log), appending, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    environment = passed_on(os.environ)
    return os.posix_spawn(sys.executable, arguments, environment, file_actions=actions, setsid=True)


def _make(directory: DataDirectory) -> None:
    try:
        directory.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(directory.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError as error:
        raise DiagnosticError(
            codes.SERVER_FAILED_TO_START.error(
                f"The data directory {directory.path} cannot be used: {error.strerror}.",
                "Choose a directory that you may write for data_dir.",
            )
        ) from error


def _locked(directory: DataDirectory) -> bool:
    """Whether a server holds the directory's lock."""
    try:
        descriptor = os.open(directory.lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.02)
    return True


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _failed(directory: DataDirectory, log_start: int, ended: bool) -> Diagnostic:
    with directory.log.open("rb") as log:
        log.seek(log_start)
        tail = log.read().decode(errors="replace").splitlines()[-_LOG_LINES:]
    said = "Its log says:\n" + "\n".join(tail) if tail else "Its log says nothing."
    how = "ended at once" if ended else f"did not answer within {START_SECONDS:.0f} seconds"
    return codes.SERVER_FAILED_TO_START.error(
        f"The replication server of data directory {directory.path} {how}. {said}",
        f"Mend what the log names and apply again; to watch it start: dmsform server run -data-dir={directory.given}",
    )


def _stays(directory: DataDirectory) -> Diagnostic:
    process = describe_server(directory).get("process_id")
    return codes.SERVER_DOES_NOT_STOP.error(
        f"The replication server of data directory {directory.path} (process {process}) still runs "
        f"{STOP_SECONDS:.0f} seconds after it was asked to stop.",
        f"Look into {directory.log}; as a last resort: kill -9 {process}. No data are lost by that.",
    )
