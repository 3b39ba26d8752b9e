"""What apply asks, and what it says at its end."""

from __future__ import annotations

from dmsform.api.models import TableState, TaskStatus
from dmsform.cli.views.apply import complete, go_on, outputs, partly, planned_events, question, task_failed
from dmsform.cli.views.style import Style
from dmsform.diagnostics import ExitCode
from dmsform.plan.model import Action, DataImpact
from tests.cli.plans import change, dropped, plan, table
from tests.cli.task_views import statistics, view


def test_the_question_names_what_is_destroyed() -> None:
    harmless = plan(change("task.t", data=DataImpact((table("a"),))))
    assert question(harmless) == (
        "Do you want to perform these actions?",
        "The actions shown above will be performed.",
    )
    harmful = plan(change("task.t", data=DataImpact((dropped("a"), dropped("b")))))
    assert question(harmful)[1].endswith("On the targets 2 tables will be dropped or emptied.")
    assert question(plan(destroy=True))[0] == "Do you really want to destroy all managed resources?"


def test_the_end() -> None:
    assert complete(3, 0, 1, Style()) == "Apply complete! Resources: 3 added, 0 changed, 1 destroyed."
    assert complete(0, 0, 4, Style(), destroy=True).startswith("Destroy complete!")
    assert "1 added, 2 changed, 3 destroyed" in partly(1, 2, 3)
    assert outputs({"a": "x", "long": 1}, Style()) == 'Outputs:\n\na    = "x"\nlong = 1'
    assert go_on(["a"]) == "Task a goes on"
    assert go_on(["a", "b"]) == "Tasks a, b go on"


def test_a_failed_task_names_its_tables() -> None:
    bad = [statistics(f"t{i}", TableState.ERROR) for i in range(12)]
    told = task_failed(view(*bad, statistics("good", TableState.COMPLETED), status=TaskStatus.FAILED))
    assert told.exit_code is ExitCode.TASK_FAILED
    assert "Not loaded: main.t0," in told.detail
    assert "main.t9 and 2 more." in told.detail
    assert "main.good" not in told.detail
    assert "dmsform task resume shop" in told.remedy


def test_planned_events() -> None:
    made = plan(change("task.t"), change("endpoint.e", Action.NO_OP))
    first, last = planned_events(made)
    assert first["change"]["resource"]["addr"] == "task.t"
    assert last["changes"] == {"add": 1, "change": 0, "remove": 0, "operation": "plan"}
