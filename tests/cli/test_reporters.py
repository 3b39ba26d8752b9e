"""Progress as lines, as a live table, as events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from dmsform.addresses import Address
from dmsform.api.models import TableState, TaskStatus
from dmsform.cli.reporters.choose import reporter_for
from dmsform.cli.reporters.events import EventReporter
from dmsform.cli.reporters.lines import LineReporter
from dmsform.cli.reporters.live import LiveReporter
from dmsform.cli.session import Form
from tests.cli.plans import change
from tests.cli.task_views import statistics, view
from tests.cli.terminals import session, written


def nothing() -> None:
    """Nothing is in the way of the next step."""


def clock(*times: float) -> Iterator[float]:
    return iter(times)


def test_lines_of_steps() -> None:
    made = session()
    reporter = LineReporter(made, nothing)
    reporter.planning_started(Address.parse("task.shop"))
    reporter.change_started(change("task.shop"))
    reporter.change_finished(change("task.shop"), 1.26)
    reporter.change_failed(change("task.shop"), [])
    reporter.state_lock_waiting("me@here:7")
    assert written(made.err).splitlines() == [
        "task.shop: Reading...",
        "task.shop: Creating...",
        "task.shop: Creation complete after 1.3 s",
        "task.shop: Failed",
        "Waiting for the state's lock: me@here:7",
    ]
    assert written(made.out) == ""


def test_lines_of_a_task_come_every_few_seconds_and_when_its_status_changes() -> None:
    made = session()
    times = clock(0.0, 0.5, 1.0, 2.5, 2.6)
    reporter = LineReporter(made, nothing, lambda: next(times))
    for rows in (0, 10, 20, 30):
        reporter.task_progress(view(statistics("a", rows=rows)))
    reporter.task_progress(view(statistics("a", TableState.COMPLETED, 40), status=TaskStatus.STOPPED))
    lines = written(made.err).splitlines()
    assert [re.search(r"(\d+) rows", line)[1] for line in lines if re.search(r"(\d+) rows", line)] == ["0", "30", "40"]  # type: ignore[index]
    assert lines[-1].startswith("task.shop: stopped, 1 of 1 table")


def test_a_waiting_interrupt_ends_between_two_steps() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    made = session()
    with pytest.raises(KeyboardInterrupt):
        LineReporter(made, interrupted).change_started(change("task.shop"))
    with pytest.raises(KeyboardInterrupt):
        EventReporter(made, interrupted).change_started(change("task.shop"))
    assert written(made.err) == written(made.out) == ""


def test_a_live_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    made = session(terminal=True)
    times = clock(0.0, 1.0)
    reporter = LiveReporter(made, nothing, lambda: next(times))
    many = [statistics(f"t{i:03}", TableState.BEFORE_LOAD) for i in range(200)]
    reporter.task_progress(view(statistics("loading", rows=0, estimated_rows=500), *many))
    reporter.task_progress(view(statistics("loading", rows=100, estimated_rows=500), *many))
    reporter.note("in between")
    reporter.close()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written(made.err))
    assert "Rows/s" in text
    assert re.search(r"main\.loading +Full load +100 +~500 +100 +4\.0 s", text)
    assert re.search(r"\.\.\. and \d+ more tables", text)
    assert "in between" in text
    assert "main.t150" not in text


def test_events() -> None:
    made = session(form=Form.EVENTS)
    reporter = EventReporter(made, nothing)
    reporter.change_started(change("task.shop"))
    reporter.change_finished(change("task.shop"), 0.5)
    reporter.task_progress(view())
    reporter.task_progress(view())
    events = [json.loads(line) for line in written(made.out).splitlines()]
    assert [e["type"] for e in events] == ["apply_start", "apply_complete", "task_progress"]
    assert events[1]["hook"] == {
        "resource": {"addr": "task.shop", "resource_type": "task", "resource_name": "shop"},
        "action": "create",
        "elapsed_seconds": 0.5,
    }
    assert written(made.err) == ""


@pytest.mark.parametrize(
    ("terminal", "form", "kind"),
    [
        (True, Form.TEXT, LiveReporter),
        (False, Form.TEXT, LineReporter),
        (True, Form.DOCUMENT, LiveReporter),
        (True, Form.EVENTS, EventReporter),
    ],
)
def test_the_choice(monkeypatch: pytest.MonkeyPatch, terminal: bool, form: Form, kind: type[object]) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with reporter_for(session(terminal=terminal, form=form)) as reporter:
        assert type(reporter) is kind
