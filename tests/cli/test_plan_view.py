"""The plan for its reviewer: reasons and places, values, and one line that sums it up."""

from __future__ import annotations

import pytest

from dmsform.cli.views.plan import plan_text, summary
from dmsform.cli.views.style import Style
from dmsform.plan.model import Action, AttributeChange, DataImpact, OutputChange, TableAction
from tests.cli.plans import change, dropped, plan, table

PLAIN = Style()


def test_nothing_to_do() -> None:
    kept = change("task.shop", Action.NO_OP)
    assert plan_text(plan(kept), PLAIN) == "No changes. What stands matches the configuration."


def test_a_creation_with_its_arguments_in_line() -> None:
    created = change(
        "endpoint.shop",
        Action.CREATE,
        AttributeChange("engine", after="mysql"),
        AttributeChange("password", sensitive=True),
        AttributeChange("port", unknown=True),
    )
    assert (
        "  # endpoint.shop will be created\n"
        "  # (main.dms.hcl line 20: it is declared and not in the state)\n"
        '  + endpoint "shop" {\n'
        '      + engine   = "mysql"\n'
        "      + password = (sensitive value)\n"
        "      + port     = (known after apply)\n"
        "    }\n"
    ) in plan_text(plan(created), PLAIN)


def test_an_update_shows_what_differs_and_counts_the_rest() -> None:
    updated = change(
        "task.shop",
        Action.UPDATE,
        AttributeChange("full_load.parallel_tables", 4, 8),
        AttributeChange("start", True, True),
        AttributeChange("note", "x", None),
        AttributeChange("new", None, 1),
    )
    shown = plan_text(plan(updated), PLAIN)
    assert "  ~ full_load.parallel_tables = 4 -> 8\n" in shown
    assert '      - note                      = "x" -> null\n' in shown
    assert "      + new                       = 1\n" in shown
    assert "# (1 unchanged argument hidden)" in shown


@pytest.mark.parametrize(
    ("action", "words", "sign"),
    [
        (Action.UPDATE, "will be updated in-place", "  ~ task"),
        (Action.REPLACE, "must be replaced", "-/+ task"),
        (Action.DELETE, "will be destroyed", "  - task"),
    ],
)
def test_signs(action: Action, words: str, sign: str) -> None:
    moved = change("task.shop", action, AttributeChange("source", "a", "b", forces_replacement=True))
    shown = plan_text(plan(moved), PLAIN)
    assert f"# task.shop {words}" in shown
    assert f'{sign} "shop" {{' in shown
    assert ("# forces replacement" in shown) == (action is not Action.DELETE)


def test_the_summary_counts_resources_and_data() -> None:
    load = DataImpact((table("a"), table("b", rows=500)), running="starts")
    made = plan(change("endpoint.shop"), change("task.shop", data=load), change("task.old", Action.REPLACE))
    assert summary(made, PLAIN) == (
        "Plan: 3 to add, 0 to change, 1 to destroy. "
        "Data: 2 tables, ~1,500 rows, ~100 kB to copy; nothing on the target is destroyed."
    )


def test_the_summary_says_what_is_destroyed_and_what_is_unknown() -> None:
    gone = change("task.shop", data=DataImpact((dropped("a"), table("b", TableAction.KEEP))))
    later = change("task.next", data=DataImpact(unknown="the server of endpoint.w is started by apply"))
    said = summary(plan(gone, later), PLAIN)
    assert "task.next known after apply" in said
    assert "1 table on the target is destroyed, 1 of them holding rows" in said


def test_an_estimate_that_is_missing_is_not_taken_for_zero() -> None:
    some = DataImpact((table("a"), table("b", rows=None, bytes=None)))
    assert "2 tables, at least ~1,000 rows, at least ~50 kB to copy" in summary(
        plan(change("task.t", data=some)), PLAIN
    )
    none = DataImpact((table("b", rows=None, bytes=None),))
    assert "Data: 1 table to copy;" in summary(plan(change("task.t", data=none)), PLAIN)


def test_outputs() -> None:
    outputs = (
        OutputChange("status", Action.CREATE, unknown=True),
        OutputChange("word", Action.UPDATE, "a", "b"),
        OutputChange("secret", Action.DELETE, sensitive=True),
        OutputChange("same", Action.NO_OP, 1, 1),
    )
    shown = plan_text(plan(outputs=outputs), PLAIN)
    assert shown.endswith(
        "Changes to Outputs:\n"
        "  + status = (known after apply)\n"
        '  ~ word   = "a" -> "b"\n'
        "  - secret = (sensitive value) -> null"
    )


def test_colours_only_dress() -> None:
    made = plan(change("task.t", Action.REPLACE, AttributeChange("a", 1, 2), data=DataImpact((dropped("x"),))))
    coloured = plan_text(made, Style(colour=True))
    import re

    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plan_text(made, PLAIN)
