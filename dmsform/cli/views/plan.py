"""A plan for its reviewer: every change with its reason, what happens to data, and one line that sums it up."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.cli.views.changes import output_lines, resource_change, symbol
from dmsform.cli.views.data import copied, data_lines, volume
from dmsform.cli.views.style import Style
from dmsform.cli.views.units import counted
from dmsform.plan.model import Action, Plan, ResourceChange, TableImpact

_LEGEND = {
    Action.CREATE: "create",
    Action.UPDATE: "update in-place",
    Action.DELETE: "destroy",
    Action.REPLACE: "destroy and then create replacement",
}


def plan_text(plan: Plan, style: Style, *, verbose: bool = False) -> str:
    """The whole plan. Nothing that is destroyed is ever folded away."""
    if plan.is_empty:
        return f"{style.bold('No changes.')} {_unchanged(plan)}"
    changes = [c for c in plan.changes if c.action is not Action.NO_OP]
    lines: list[str] = []
    if changes:
        lines += [*_legend(changes, style), "dmsform will perform the following actions:", ""]
    for change in changes:
        lines += [*resource_change(change, style), *_data(change, style, verbose=verbose), ""]
    lines += [summary(plan, style)]
    outputs = output_lines(plan.outputs, style)
    return "\n".join([*lines, "", *outputs] if outputs else lines)


def _unchanged(plan: Plan) -> str:
    return "There is nothing to destroy." if plan.destroy else "What stands matches the configuration."


def _legend(changes: Sequence[ResourceChange], style: Style) -> list[str]:
    used = [a for a in _LEGEND if any(c.action is a for c in changes)]
    return ["Actions are marked by these signs:", *(f"{symbol(a, style)} {_LEGEND[a]}" for a in used), ""]


def _data(change: ResourceChange, style: Style, *, verbose: bool) -> list[str]:
    return ["", *data_lines(change.data, style, verbose=verbose)] if change.data else []


def counts(plan: Plan) -> tuple[int, int, int]:
    """Resources to add, to change, to destroy; a replacement counts as one added and one destroyed."""
    actions = [c.action for c in plan.changes]
    replaced = actions.count(Action.REPLACE)
    return (
        actions.count(Action.CREATE) + replaced,
        actions.count(Action.UPDATE),
        actions.count(Action.DELETE) + replaced,
    )


def summary(plan: Plan, style: Style) -> str:
    """`Plan: 3 to add, 0 to change, 0 to destroy. Data: ...`."""
    add, change, destroy = counts(plan)
    head = f"{style.bold('Plan:')} {add} to add, {change} to change, {destroy} to destroy."
    impacts = [c.data for c in plan.changes if c.data and c.action is not Action.NO_OP]
    tables = [t for impact in impacts for t in impact.tables]
    parts = []
    if copied(tables):
        parts.append(volume(copied(tables)))
    parts += [f"{c.address} known after apply" for c in plan.changes if c.data and c.data.unknown and not c.data.tables]
    parts.append(destroyed(tables, style))
    return f"{head} Data: {'; '.join(parts)}."


def destroyed(tables: Sequence[TableImpact], style: Style) -> str:
    """What goes on the target, in half a sentence."""
    gone = [t for t in tables if t.destroys]
    if not gone:
        return "nothing on the target is destroyed"
    holding = sum(t.target_has_rows for t in gone)
    words = "is destroyed" if len(gone) == 1 else "are destroyed"
    return style.bold_red(f"{counted(len(gone), 'table')} on the target {words}, {holding} of them holding rows")
