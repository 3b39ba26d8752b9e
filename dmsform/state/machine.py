"""Who runs this command: enough to tell later, without doubt, that a process has died.

A process is named by host, pid, the pid namespace, the kernel's boot id and the process's start time (Linux: proc(5)).
Where the system tells less, a holder is never called dead.
"""

from __future__ import annotations

import getpass
import os
import socket
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A process on a machine; None where the system does not tell."""

    user: str
    host: str
    machine: str
    pid: int
    namespace: str | None = None
    boot: str | None = None
    started: str | None = None


def _text(path: str) -> str | None:
    try:
        return Path(path).read_text().strip() or None
    except OSError:
        return None


def user_name() -> str:
    """The user's name; its number where the system has no name for it, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def machine_id() -> str:
    """What names this machine across reboots: machine-id(5), else the address of a network card."""
    return _text("/etc/machine-id") or _text("/var/lib/dbus/machine-id") or f"node-{uuid.getnode():012x}"


def start_time(pid: int) -> str | None:
    """When the process started, in clock ticks since boot; None when there is none, or only its unreaped rest."""
    line = _text(f"/proc/{pid}/stat")
    if line is None:
        return None
    # The command's name may hold blanks and parentheses: the fields follow the last ")".
    fields = line.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else fields[19]


def this_process() -> Process:
    """The process that asks."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = None
    return Process(
        user=user_name(),
        host=socket.gethostname(),
        machine=machine_id(),
        pid=os.getpid(),
        namespace=namespace,
        boot=_text("/proc/sys/kernel/random/boot_id"),
        started=start_time(os.getpid()),
    )


def is_dead(holder: Process, here: Process, start_of: Callable[[int], str | None] = start_time) -> bool:
    """Whether the holder ran on this machine and is certainly gone."""
    if (holder.host, holder.machine) != (here.host, here.machine):
        return False
    if holder.boot is None or here.boot is None or holder.started is None:
        return False
    if holder.boot != here.boot:
        return True
    return holder.namespace == here.namespace and start_of(holder.pid) != holder.started
