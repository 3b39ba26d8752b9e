"""G3: kill -9 of apply, server, task process or worker at every named step; applying again ends identical.

The fault variable is inherited by everything that `apply` starts, so one setting reaches whichever process gets to
the step first; the marker file lets all that follow go on.
"""

from __future__ import annotations

import pytest

from dmsform.apply.steps import ApplyStep
from dmsform.testing.faults import TASK_STEPS, WORKER_STEPS
from tests.e2e.configurations import SQLITE_TO_SQLITE
from tests.e2e.databases import make_shop, same_shop
from tests.e2e.faults import fault
from tests.e2e.project import Project

APPLY_STEPS = tuple(
    f"apply.{step}"
    for step in (
        ApplyStep.LOCK_TAKEN,
        ApplyStep.SERVER_STARTED,
        ApplyStep.ENDPOINT_RECORDED,
        ApplyStep.TASK_PUT,
        ApplyStep.TASK_RECORDED,
        ApplyStep.TASK_STARTED,
        ApplyStep.STATE_SAVED,
        ApplyStep.OUTPUTS_SAVED,
        ApplyStep.LOCK_RELEASED,
    )
)
SERVER_STEPS = (
    "server:ServerStarted",
    "server:TaskStored",
    "server:TaskStartStored",
    "server:TaskSpawnStored",
    "server:TaskSpawned",
)
OUTPUT = """
output "shop" {
  value = task.shop.status
}
"""
# In SQLite the numbering stands in a table of the file itself; every step of PostgreSQL is tried in the engine's tests.
# RowsCopied is told twice a second at most: the server's own tests reach it with a longer load.
STEPS = tuple(s for s in (*APPLY_STEPS, *SERVER_STEPS, *TASK_STEPS, *WORKER_STEPS) if not s.endswith(":RowsCopied"))
# One step of each process is tried in every run. The others are torture here: every run tries each of them without the
# command line around it, in tests/apply/test_kill.py and tests/server/test_kill.py.
ALWAYS = ("apply.TaskPut", "server:TaskSpawned", "task:TableCompleted", "worker:RowsFinished")


def test_a_step_of_each_process_is_always_tried() -> None:
    assert set(ALWAYS) <= set(STEPS)


@pytest.mark.parametrize("step", [s if s in ALWAYS else pytest.param(s, marks=pytest.mark.torture) for s in STEPS])
def test_killed_at_any_step_applying_again_ends_identical(project: Project, step: str) -> None:
    make_shop(project.directory / "shop.db", customers=40)
    project.write(SQLITE_TO_SQLITE + OUTPUT)
    environment, marker = fault(project, step)
    first = project.run("apply", "-auto-approve", extra=environment)
    assert marker.exists(), f"nothing reached {step}:\n{first.output}"
    if step in APPLY_STEPS:
        assert first.exit_code == -9, first.output
    project.apply()
    same_shop(project.directory / "shop.db", project.directory / "copy.db")
    project.plan_is_empty()
