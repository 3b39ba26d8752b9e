"""Tasks for people: how they stand, whether that is success, and what their tables have to say."""

from __future__ import annotations

import pytest

from dmsform.api.models import StopReason, TableState, TaskStatus
from dmsform.cli.views.style import Style
from dmsform.cli.views.tasks import headline, succeeded, task_diagnostics, task_text, tasks_text
from dmsform.diagnostics import Code
from tests.cli.task_views import statistics, view

CODE = Code("DMS000", "Wrong", "For tests.")


def test_a_finished_task() -> None:
    done = statistics(
        "a", TableState.COMPLETED, 5000, full_load_bytes=80_000, full_load_start_time=1.0, full_load_end_time=3.0
    )
    finished = view(
        done,
        status=TaskStatus.STOPPED,
        stop_reason=StopReason.FULL_LOAD_ONLY_FINISHED,
        started_at=1.0,
        stopped_at=4.1,
        restarts=1,
    )
    shown = task_text(finished, Style())
    assert shown.startswith(
        "task.shop: stopped (FULL_LOAD_ONLY_FINISHED), 1 of 1 table, 5,000 rows, 80 kB in 3.1 s\n"
        "  its process was brought back 1 time in this run\n"
    )
    assert "  main.a  shop.a  Table completed  5,000  80 kB  2.0 s   2,500" in shown
    assert succeeded(finished)


@pytest.mark.parametrize(
    ("status", "reason", "state", "expected"),
    [
        (TaskStatus.RUNNING, None, TableState.FULL_LOAD, True),
        (TaskStatus.RUNNING, None, TableState.ERROR, False),
        (TaskStatus.FAILED, StopReason.FATAL_ERROR, TableState.COMPLETED, False),
        (TaskStatus.STOPPED, StopReason.FULL_LOAD_ONLY_FINISHED, TableState.COMPLETED, True),
        (TaskStatus.STOPPED, StopReason.FULL_LOAD_ONLY_FINISHED, TableState.ERROR, False),
        (TaskStatus.STOPPED, StopReason.RECOVERABLE_ERROR, TableState.COMPLETED, False),
        (TaskStatus.STOPPED, StopReason.NORMAL, TableState.CANCELLED, False),
        (TaskStatus.READY, None, TableState.BEFORE_LOAD, True),
    ],
)
def test_success(status: TaskStatus, reason: StopReason | None, state: TableState, expected: bool) -> None:
    assert succeeded(view(statistics("a", state), status=status, stop_reason=reason)) is expected


def test_diagnostics_of_task_and_tables_come_once_each() -> None:
    record = CODE.error("Detail.", "Remedy.").to_json()
    other = CODE.error("Other.", "Remedy.").to_json()
    told = view(statistics("a", diagnostic=record), statistics("b", diagnostic=other), diagnostics=(record,))
    assert [d.detail for d in task_diagnostics(told)] == ["Detail.", "Other."]


def test_several_tasks() -> None:
    assert tasks_text([]) == "No tasks."
    assert "shop  running" in tasks_text([view(started_at=0.0)])
    assert headline(view()) == "task.shop: running, 0 of 0 tables, 0 rows"
