"""Runs the command line in processes forked from one that has imported it already.

They are real processes with a folder, an environment and streams of their own. Only starting Python and importing are
saved, which is four fifths of what a short command costs. Faults are read when they are imported: a command that is to
meet one has to start anew, as do a few of every kind that prove what imports do.
"""

from __future__ import annotations

import atexit
import functools
import gc
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

PRELOADED = ("dmsform.cli", "dmsform.apply", "dmsform.language", "dmsform.plan", "dmsform.api", "dmsform_sqlite")
_MESSAGE = 1 << 20


class HungError(Exception):
    """The command did not end in time; it was killed."""


class Preloaded:
    """The process that forks, seen from the tests: one command at a time."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-P", __file__, str(theirs.fileno())]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        atexit.register(self.close)

    def run(
        self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str], seconds: float
    ) -> tuple[int, str, str]:
        """Run a command to its end: its exit code (negative: killed by a signal) and both streams."""
        request = json.dumps({"arguments": list(arguments), "folder": str(folder), "environ": dict(environ)}).encode()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open() as nothing:
            try:
                socket.send_fds(self._socket, [request], [nothing.fileno(), out.fileno(), err.fileno()])
                child, code = self._answer(), self._status(seconds)
            except BaseException:  # whatever broke this off, the next command must not get this one's answer
                self.close()
                preloaded.cache_clear()
                raise
            streams = [os.pread(f.fileno(), os.fstat(f.fileno()).st_size, 0).decode() for f in (out, err)]
        if code is None:
            os.kill(child, signal.SIGKILL)
            self._answer()
            raise HungError("\n".join(streams))
        return code, streams[0], streams[1]

    def close(self) -> None:
        """End it; a command that it still runs is left to its fate."""
        atexit.unregister(self.close)
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _answer(self) -> int:
        return int(self._socket.recv(64))

    def _status(self, seconds: float) -> int | None:
        self._socket.settimeout(seconds)
        try:
            return self._answer()
        except TimeoutError:
            return None
        finally:
            self._socket.settimeout(None)


@functools.cache
def preloaded() -> Preloaded:
    """The one of this test process."""
    return Preloaded()


def _preload() -> None:
    for name in PRELOADED:
        package = import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            import_module(found.name)


def _serve(connection: socket.socket) -> None:
    """Fork for each request and tell its process id and its end; returns in the forked process, ready to run."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(connection, _MESSAGE, 3)
        if not message:
            os._exit(0)
        child = os.fork()
        if child == 0:
            connection.close()
            _become(json.loads(message), descriptors)
            return
        for descriptor in descriptors:
            os.close(descriptor)
        connection.send(str(child).encode())
        connection.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _become(request: Mapping[str, object], descriptors: Sequence[int]) -> None:
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    environ = request["environ"]
    arguments = request["arguments"]
    assert isinstance(environ, dict)
    assert isinstance(arguments, list)
    os.chdir(str(request["folder"]))
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    sys.argv = ["dmsform", *arguments]


if __name__ == "__main__":
    _preload()
    gc.freeze()  # no child looks through what they all share
    own_end = socket.socket(fileno=int(sys.argv[1]))
    own_end.set_inheritable(False)
    _serve(own_end)
    sys.exit(import_module("dmsform.cli.main").main())
