"""What happens to a task's run: every state against every reason to touch it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dmsform.plan.intent import Facts, intend
from dmsform.plan.values import RunState

AT_REST = Facts(start=True, state=RunState.FINISHED)
REASONS = (
    replace(AT_REST, definition_changed=True),
    replace(AT_REST, connections_changed=True),
    replace(AT_REST, drifted=True),
    replace(AT_REST, new_tables=1),
    replace(AT_REST, gone_tables=1),
)


@pytest.mark.parametrize("state", [RunState.FINISHED, RunState.RUNNING])
def test_what_nothing_concerns_is_left_alone(state: RunState) -> None:
    assert not intend(replace(AT_REST, state=state)).acts


@pytest.mark.parametrize("facts", REASONS)
def test_a_running_task_is_stopped_modified_and_resumed(facts: Facts) -> None:
    intent = intend(replace(facts, state=RunState.RUNNING))
    assert (intent.stop, intent.put, intent.start) == (True, True, True)
    assert intent.reason


@pytest.mark.parametrize("facts", REASONS)
def test_a_finished_task_is_modified_and_resumed(facts: Facts) -> None:
    intent = intend(facts)
    assert (intent.stop, intent.put, intent.start) == (False, True, True)


def test_a_table_that_goes_is_no_reason_to_run() -> None:
    intent = intend(replace(AT_REST, lost_tables=2))
    assert (intent.put, intent.start) == (True, False)
    assert "2 tables are no longer matched" in intent.reason


@pytest.mark.parametrize(
    ("state", "words"),
    [(RunState.READY, "never started"), (RunState.STOPPED, "is stopped"), (RunState.FAILED, "failed")],
)
def test_a_task_that_should_run_is_started(state: RunState, words: str) -> None:
    intent = intend(replace(AT_REST, state=state))
    assert (intent.put, intent.start) == (True, True)
    assert words in intent.reason
    assert not intend(replace(AT_REST, state=state, start=False)).acts


@pytest.mark.parametrize("start", [True, False])
def test_what_the_server_does_not_know_is_given_to_it(start: bool) -> None:
    for facts in (Facts(start, recorded=False), Facts(start, state=None), Facts(start, asked=False)):
        intent = intend(facts)
        assert (intent.put, intent.start) == (True, start)


@pytest.mark.parametrize("state", [RunState.READY, RunState.STOPPED, RunState.FAILED, RunState.FINISHED])
def test_a_task_that_should_not_run_is_modified_in_place(state: RunState) -> None:
    intent = intend(Facts(start=False, state=state, definition_changed=True))
    assert (intent.stop, intent.put, intent.start) == (False, True, False)
