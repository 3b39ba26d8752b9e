"""A process that must not outlive its parent: a task's without its server, a worker without its task.

Two independent ways: the kernel's parent-death signal where there is one (Linux), and a pipe whose other end only the
parent holds, read to its end by a thread. Either also covers a parent killed with SIGKILL.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading

CUT = 70
"""Exit status of a process whose lifeline was cut."""
_PR_SET_PDEATHSIG = 1  # prctl(2)


def hang_on(parent: int, lifeline: int) -> None:
    """Let this process end when process `parent` does. `lifeline` is the inherited read end of the parent's pipe.

    The kernel's signal comes when the *thread* that started this process ends: start such processes from a thread
    that lives as long as they may.
    """
    os.set_inheritable(lifeline, False)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(CUT)
    threading.Thread(target=_watch, args=(lifeline,), name="lifeline", daemon=True).start()


def _watch(lifeline: int) -> None:
    while os.read(lifeline, 1):
        pass
    os._exit(CUT)
