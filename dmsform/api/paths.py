"""Where a server's files are in its data directory, for the server and for whoever looks for it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

# sun_path holds 104 bytes on the BSDs and 108 on Linux, with the final zero.
_LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True)
class DataDirectory:
    """A server's data directory; symbolic links resolved, so that every way to it finds the same server."""

    given: Path

    @cached_property
    def path(self) -> Path:
        """The absolute path."""
        return self.given.expanduser().resolve()

    @property
    def database(self) -> Path:
        """The store of tasks, table statistics and events."""
        return self.path / "server.db"

    @property
    def key(self) -> Path:
        """The key that secrets at rest are encrypted with."""
        return self.path / "secret.key"

    @property
    def token(self) -> Path:
        """The bearer token of the TCP listener."""
        return self.path / "token"

    @property
    def lock(self) -> Path:
        """Held by the one server of this directory."""
        return self.path / "server.lock"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.path / "server.log"

    @property
    def description(self) -> Path:
        """What runs here: process id, socket, start time."""
        return self.path / "server.json"

    @property
    def task_logs(self) -> Path:
        """Holds one log file per task."""
        return self.path / "logs"

    def task_log(self, lineage: str, name: str) -> Path:
        """A task's log. Lineages may hold any character, so the file is named by a hash beside the task's name."""
        mark = hashlib.sha256(f"{lineage}\0{name}".encode()).hexdigest()[:8]
        return self.task_logs / f"{name}-{mark}.log"

    @property
    def socket(self) -> Path:
        """The Unix socket: in the directory itself, or in the user's own below /tmp when that path is too long."""
        inside = self.path / "api.sock"
        if len(os.fsencode(inside)) <= _LONGEST_SOCKET_PATH:
            return inside
        mark = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:24]
        return Path(f"/tmp/dmsform-{os.getuid()}/{mark}.sock")  # noqa: S108 - ownership is checked before use


def owned_by_us_alone(directory: Path) -> bool:
    """Whether a directory is a real one, ours, and closed to others: nobody else can have put a socket into it."""
    found = directory.lstat()
    return (found.st_mode & 0o170077) == 0o040000 and found.st_uid == os.getuid()
