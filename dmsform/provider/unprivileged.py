"""Runs database servers that refuse to run as root (PostgreSQL, MySQL) when dmsform itself runs as root.

First choice: a user namespace in which root is nobody (`unshare` of util-linux). The files then stay root's own and
may lie in folders that only root can enter. Where the kernel refuses it (some containers do), the server runs as the
system user `nobody`, and its data directory must be given to and be reachable by that user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes

_NOBODY = "65534"
_NAMESPACE = ("unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}")


@dataclass(frozen=True, slots=True)
class Runner:
    """How to start a server: words to put in front of its command, and who must own its files (uid, gid)."""

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None

    def own(self, directory: Path) -> None:
        """Give a directory to the server's user. Raises DiagnosticError when that user cannot reach it."""
        if self.owner is None:
            return
        os.chown(directory, *self.owner)
        reached = subprocess.run([*self.prefix, "test", "-w", str(directory)], check=False)
        if reached.returncode != 0:
            raise DiagnosticError(
                codes.STATEMENT_FAILED.error(
                    f"The server cannot run as root, so it runs as user id {self.owner[0]}, and that user cannot reach "
                    f"the directory {directory}.",
                    "Choose a directory whose parents every user may enter, run dmsform as another user than root, or "
                    "allow user namespaces (sysctl user.max_user_namespaces).",
                )
            )

    def give(self, path: Path) -> None:
        """Give one file to the server's user."""
        if self.owner is not None:
            os.chown(path, *self.owner)


@cache
def runner() -> Runner:
    """How this process must start servers that refuse root. Raises DiagnosticError when there is no way."""
    if os.geteuid() != 0:
        return Runner()
    if _works((*_NAMESPACE, "true")):
        return Runner(_NAMESPACE)
    return _as_nobody()


def _as_nobody() -> Runner:
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        nobody = None
    if nobody is not None:
        prefix = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups")
        if _works((*prefix, "true")):
            return Runner(prefix, (nobody.pw_uid, nobody.pw_gid))
    raise DiagnosticError(
        codes.STATEMENT_FAILED.error(
            "The server refuses to run as root, user namespaces are not allowed here, and there is no user nobody "
            "to run it as.",
            "Run dmsform as another user than root, or install util-linux and allow user namespaces.",
        )
    )


def _works(command: tuple[str, ...]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
