"""Outputs and variables: compared by value, or by fingerprint where they are sensitive."""

from __future__ import annotations

from typing import Any

from dmsform.language.config import UNKNOWN, Output, VariableValue
from dmsform.plan.model import Action
from dmsform.plan.outputs import decide_outputs, record_output
from dmsform.plan.variables import changed_variables, record_variables
from dmsform.state.snapshot import OutputRecord
from tests.plan.helpers import HERE, SALT, SHOP


def output(value: Any, *, sensitive: bool = False) -> Output:
    return Output("o", value, HERE, sensitive)


def action(now: Output, before: Output | None) -> Action:
    recorded = [] if before is None else [record_output(before, SALT)]
    return decide_outputs([now], recorded)[0].action


def test_a_recorded_output_is_no_change() -> None:
    for value in (None, 1, "x", [1, {"a": None}], SHOP):
        assert action(output(value), output(value)) is Action.NO_OP
        assert action(output(value, sensitive=True), output(value, sensitive=True)) is Action.NO_OP
        assert action(output(value), None) is Action.CREATE


def test_changes_are_seen() -> None:
    assert action(output(1), output(2)) is Action.UPDATE
    assert action(output(1), output(True)) is Action.UPDATE
    assert action(output("a", sensitive=True), output("b", sensitive=True)) is Action.UPDATE
    assert action(output("a", sensitive=True), output("a")) is Action.UPDATE
    assert decide_outputs([], [OutputRecord("gone", 1)])[0].action is Action.DELETE


def test_unknown_and_sensitive_values_are_not_shown() -> None:
    change = decide_outputs([output(UNKNOWN)], [OutputRecord("o", 1)])[0]
    assert (change.unknown, change.after) == (True, None)
    change = decide_outputs([output("Sesame", sensitive=True)], [])[0]
    assert "Sesame" not in repr(change)
    assert "Sesame" not in repr(record_output(output("Sesame", sensitive=True), SALT))


def variable(value: Any, *, sensitive: bool = False) -> VariableValue:
    return VariableValue("v", value, sensitive, "a test")


def test_variables_are_compared_with_what_was_recorded() -> None:
    for value in ("text", 5, [1, 2], None):
        for sensitive in (True, False):
            recorded = record_variables([variable(value, sensitive=sensitive)], SALT)
            assert changed_variables(recorded, [variable(value, sensitive=sensitive)]) == ()
            assert changed_variables(recorded, [variable("other", sensitive=sensitive)]) == ("v",)
    assert changed_variables({}, [variable(1)]) == ("v",)
    assert "Sesame" not in repr(record_variables([variable("Sesame", sensitive=True)], SALT))
