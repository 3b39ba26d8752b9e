"""What throw-away servers share: a free port, a life that hangs on a pipe, a crash, a disk that is too small.

A small shell holds one end of the pipe and stops the server as soon as the starting process is gone, however it ended.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from dmsform.provider.unprivileged import runner
from dmsform.testing.certificates import Certificate

START_SECONDS = 60.0
_HOLD = '"$@" & server=$!; read -r _; kill -{signal} "$server"; wait "$server"'


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Life:
    """A server's process: begins, may crash and come back, and ends.

    log -- the output of its last life; end_by -- a shell's name of the signal that ends it; ready -- whether it
    serves; failed -- whether it says that it cannot; stale -- a file that says that it lives and stays when it crashes;
    small_disk -- a folder that the server sees as an empty disk of that many bytes.
    """

    def __init__(
        self,
        log: Path,
        *,
        end_by: str,
        ready: Callable[[], bool],
        failed: Callable[[], bool] = lambda: False,
        stale: Path | None = None,
        small_disk: tuple[Path, int] | None = None,
    ) -> None:
        self._log, self._end_by, self._stale, self._small_disk = log, end_by, stale, small_disk
        self._ready, self._failed = ready, failed
        self._command: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None

    def begin(self, command: Sequence[str]) -> bool:
        """Start it as an unprivileged user; False when it failed, its process ended or its time is over."""
        self._command = [*runner().prefix, *command]
        if self._small_disk:
            self._command = _with_small_disk(self._command, *self._small_disk)
        return self._start()

    def crash(self) -> None:
        """kill -9 of all its processes, and begin again with what is on disk. Raises RuntimeError when it does not."""
        assert self._process is not None
        for process in _descendants(self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.end()
        if self._stale is not None:
            self._stale.unlink(missing_ok=True)
        if not self._start():
            raise RuntimeError(f"the server did not come back:\n{self._log.read_text(errors='replace')}")

    def end(self) -> None:
        """Let go of the pipe and wait for its end."""
        process = self._process
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        process.wait(timeout=30)

    def _start(self) -> bool:
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _HOLD.format(signal=self._end_by), "hold", *self._command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C at the tests' terminal must not reach the server first
            )
        deadline, pause = time.monotonic() + START_SECONDS, threading.Event()
        while time.monotonic() < deadline:
            if self._ready():
                return True
            if self._process.poll() is not None or self._failed():
                return False
            pause.wait(0.01)
        return False


def _descendants(parent: int) -> list[int]:
    """The processes that a process has started, and those that these have; parents first, so that none starts more."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name in parentheses may hold anything.
            parents[int(stat.parent.name)] = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
    found = [parent]
    for known in found:
        found += [process for process, of in parents.items() if of == known]
    return found[1:]


def _with_small_disk(command: Sequence[str], folder: Path, size: int) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    # Nested: the outer namespace may mount, in the inner one the server is nobody.
    if not runner().prefix:
        command = ["unshare", "--user", "--map-user=65534", "--map-group=65534", *command]
    mount = f"mount -t tmpfs -o size={size},mode=0700 small {shlex.quote(str(folder))}"
    return ["unshare", "--user", "--mount", "--map-root-user", "/bin/sh", "-c", f'{mount} && exec "$@"', "sh", *command]


def placed(tls: Certificate, directory: Path) -> Certificate:
    """Copies of a certificate's files that are the server's own, as servers ask of their keys."""
    directory.mkdir(mode=0o700, exist_ok=True)
    runner().own(directory)
    copies = []
    for source, name in ((tls.certificate, "server.pem"), (tls.key, "server.key"), (tls.authority, "authority.pem")):
        copy = directory / name
        copy.touch(mode=0o600)
        shutil.copyfile(source, copy)
        runner().give(copy)
        copies.append(copy)
    return Certificate(*copies)
