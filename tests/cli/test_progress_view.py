"""Speeds and times left, computed from looks at a task; time is an argument."""

from __future__ import annotations

import pytest

from dmsform.api.models import TableState, TaskStatus
from dmsform.cli.views.progress import Look, TableProgress, cells, look, progress_line, remaining_seconds, visible
from tests.cli.task_views import statistics, view


def test_the_first_look_knows_no_speed() -> None:
    first = look(view(statistics("a", rows=10, estimated_rows=100)), 5.0, None)
    assert first.rate is None
    assert first.remaining is None
    assert progress_line(first) == "task.shop: running, 0 of 1 table, 10 rows"


def test_speed_and_time_left_come_from_two_looks() -> None:
    first = look(view(statistics("a", rows=0, estimated_rows=1000)), 5.0, None)
    second = look(view(statistics("a", rows=200, estimated_rows=1000)), 7.0, first)
    assert second.rate == 100
    assert second.remaining == 8
    assert progress_line(second) == "task.shop: running, 0 of 1 table, 200 rows, 100 rows/s, about 8.0 s left"
    assert cells(second.tables[0]) == ("main.a", "Full load", "200", "~1,000", "100", "8.0 s")


def test_speed_is_smoothed_and_never_negative() -> None:
    looks = look(view(statistics("a", rows=0)), 0.0, None)
    looks = look(view(statistics("a", rows=100)), 1.0, looks)
    looks = look(view(statistics("a", rows=400)), 2.0, looks)
    assert looks.rates["main.a"] == 200
    looks = look(view(statistics("a", rows=0)), 3.0, looks)
    assert looks.rates["main.a"] == 100


def test_a_look_without_time_passed_keeps_the_speed() -> None:
    before = Look(view(statistics("a", rows=5)), 3.0, {"main.a": 7.0}, 7.0)
    assert look(view(statistics("a", rows=9)), 3.0, before).rate == 7.0


def test_a_completed_table_shows_its_average() -> None:
    done = statistics("a", TableState.COMPLETED, 500, full_load_start_time=10.0, full_load_end_time=12.0)
    progress = look(view(done), 0.0, None).tables[0]
    assert progress.rate == 250
    assert progress.remaining is None


@pytest.mark.parametrize(
    ("rows", "estimated", "rate", "seconds"),
    [(10, 110, 50.0, 2.0), (10, None, 50.0, None), (10, 110, None, None), (10, 110, 0.0, None), (120, 110, 5.0, None)],
)
def test_remaining(rows: int, estimated: int | None, rate: float | None, seconds: float | None) -> None:
    assert remaining_seconds(rows, estimated, rate) == seconds


def test_no_time_left_while_an_estimate_is_missing() -> None:
    unknown = view(statistics("a", rows=0, estimated_rows=100), statistics("b", TableState.BEFORE_LOAD))
    assert look(unknown, 2.0, look(unknown, 1.0, None)).remaining is None


def test_errors_are_counted() -> None:
    failed = view(statistics("a", TableState.ERROR), status=TaskStatus.FAILED)
    assert progress_line(look(failed, 0.0, None)).endswith("1 table in error")


def test_where_room_is_short_errors_and_loading_tables_come_first() -> None:
    tables = [
        TableProgress(statistics("done", TableState.COMPLETED, full_load_end_time=1.0)),
        TableProgress(statistics("later", TableState.COMPLETED, full_load_end_time=9.0)),
        TableProgress(statistics("loading")),
        TableProgress(statistics("waiting", TableState.BEFORE_LOAD)),
        TableProgress(statistics("broken", TableState.ERROR)),
    ]
    assert [t.table.source_table for t in visible(tables, 3)] == ["later", "loading", "broken"]
    assert visible(tables, 9) == tuple(tables)
