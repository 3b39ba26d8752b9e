"""What throw-away servers of every engine share: a free port, a life that hangs on a pipe, a disk that is too small.

A small shell holds one end of the pipe and stops the server as soon as the starting process is gone, however it ended.
"""

from __future__ import annotations

import shlex
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
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


def start(
    command: Sequence[str], log: Path, *, signal: str, small_disk: tuple[Path, int] | None = None
) -> subprocess.Popen[bytes]:
    """Start a server as an unprivileged user; its output goes to `log`, `signal` (a shell's name of it) ends it.

    small_disk -- a folder that the server sees as an empty disk of that many bytes.
    """
    command = [*runner().prefix, *command]
    if small_disk:
        command = _with_small_disk(command, *small_disk)
    with log.open("wb") as output:
        return subprocess.Popen(
            ["/bin/sh", "-c", _HOLD.format(signal=signal), "hold", *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a Ctrl-C at the tests' terminal must not reach the server first
        )


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


def answers(process: subprocess.Popen[bytes], ready: Callable[[], bool], failed: Callable[[], bool]) -> bool:
    """Whether the server got ready; False when it failed, its process ended or its time is over."""
    deadline, pause = time.monotonic() + START_SECONDS, threading.Event()
    while time.monotonic() < deadline:
        if ready():
            return True
        if process.poll() is not None or failed():
            return False
        pause.wait(0.01)
    return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Let go of the pipe and wait for the server's end."""
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=30)
