"""Ctrl-C during apply: the state lock is released, the task goes on, and apply says both."""

from __future__ import annotations

import os
import signal

from tests.e2e.configurations import SQLITE_TO_SQLITE
from tests.e2e.databases import make_shop, same_shop
from tests.e2e.faults import fault
from tests.e2e.project import Project
from tests.servers import wait_until


def test_ctrl_c_stops_the_waiting_and_not_the_task(project: Project) -> None:
    make_shop(project.directory / "shop.db")
    project.write(SQLITE_TO_SQLITE)
    environment, marker = fault(project, "worker:TablePrepared", "halt")
    process = project.spawn("apply", "-auto-approve", extra=environment)
    wait_until(lambda: marker.exists() and marker.read_text() != "", "a worker to halt")
    wait_until(lambda: "task.shop" in project.run("state", "list").stdout, "apply to have recorded the task")
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 11, stdout + stderr
    assert "goes on" in stderr
    assert "dmsform task status shop" in stderr
    locked = project.run("plan")
    assert locked.exit_code == 0, locked.output
    os.kill(int(marker.read_text()), signal.SIGCONT)
    wait_until(lambda: project.json("task", "status", "shop", "-json")["status"] == "stopped", "the task to finish")
    same_shop(project.directory / "shop.db", project.directory / "copy.db")
    project.plan_is_empty()
