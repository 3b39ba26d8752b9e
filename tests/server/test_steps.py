"""The lists of fault steps are those that the code has."""

from __future__ import annotations

from dmsform.replication.events import JOB_EVENTS, TASK_EVENTS
from dmsform.server.steps import ProcessStep, ServerStep
from dmsform.testing import faults


def test_worker_steps_are_the_events_of_a_job() -> None:
    assert tuple(f"worker:{event.__name__}" for event in JOB_EVENTS) == faults.WORKER_STEPS


def test_task_steps_are_all_events_and_stored_steps() -> None:
    expected = {f"task:{event.__name__}" for event in TASK_EVENTS} | {f"task:{step}" for step in ProcessStep}
    assert {*faults.TASK_STEPS, *faults.TASK_STEPS_IN_TROUBLE} == expected


def test_server_steps_are_all() -> None:
    assert set(faults.SERVER_STEPS) == {f"server:{step}" for step in ServerStep}
