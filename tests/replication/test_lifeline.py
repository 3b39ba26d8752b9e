"""A process that hangs on its parent's life ends with it, also without the kernel's help."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from dmsform.replication.lifeline import CUT
from dmsform.testing.faults import is_gone
from tests.servers import wait_until

_PARENT = """
import os, signal, subprocess, sys
read, write = os.pipe()
child = "import signal, sys; from dmsform.replication.lifeline import hang_on; hang_on(int(sys.argv[1]), int(sys.argv[2])); print('up', flush=True); signal.pause()"
process = subprocess.Popen([sys.executable, "-c", child, str(os.getpid()), str(read)], pass_fds=[read], stdout=subprocess.PIPE)
process.stdout.readline()
print(process.pid, flush=True)
signal.pause()
"""  # noqa: E501


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_ends_with_its_parent(how: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    with parent.stdout as out:
        child = int(out.readline())
    assert not is_gone(child)
    parent.send_signal(how)
    parent.wait()
    wait_until(lambda: is_gone(child), "the child's end")


_ALONE = (
    "import signal, sys; from dmsform.replication.lifeline import hang_on; "
    "hang_on(int(sys.argv[1]), int(sys.argv[2])); signal.pause()"
)


def start(parent: int, read: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _ALONE, str(parent), str(read)], pass_fds=[read])


def test_the_pipe_alone_is_enough() -> None:
    read, write = os.pipe()
    process = start(os.getpid(), read)
    os.close(read)
    os.close(write)
    assert process.wait(timeout=30) == CUT


def test_a_parent_that_is_gone_already_is_noticed() -> None:
    read, write = os.pipe()
    process = start(1, read)
    os.close(read)
    assert process.wait(timeout=30) == CUT
    os.close(write)
