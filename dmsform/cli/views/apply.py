"""What apply says before, while and after it works."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dmsform.api.models import TableState, TaskView
from dmsform.cli import codes
from dmsform.cli.views.documents import event
from dmsform.cli.views.plan import counts
from dmsform.cli.views.style import Style
from dmsform.cli.views.tasks import headline
from dmsform.cli.views.units import counted
from dmsform.cli.views.values import written
from dmsform.diagnostics import Diagnostic
from dmsform.plan.model import Action, Plan


def question(plan: Plan) -> tuple[str, str]:
    """What to ask, and what a yes means."""
    gone = sum(t.destroys for c in plan.changes if c.data for t in c.data.tables)
    if plan.destroy:
        asked, means = "Do you really want to destroy all managed resources?", "Everything shown above will be removed."
    else:
        asked, means = "Do you want to perform these actions?", "The actions shown above will be performed."
    if gone:
        means += f" On the targets {counted(gone, 'table')} will be dropped or emptied."
    return asked, means


def complete(added: int, changed: int, destroyed: int, style: Style, *, destroy: bool = False) -> str:
    """The line after the last step."""
    word = "Destroy" if destroy else "Apply"
    head = style.bold(style.green(f"{word} complete!"))
    return f"{head} Resources: {added} added, {changed} changed, {destroyed} destroyed."


def partly(added: int, changed: int, destroyed: int) -> str:
    """The line after an apply that failed."""
    done = f"{added} added, {changed} changed, {destroyed} destroyed"
    return f"Apply failed. Done before and kept in the state: {done}."


def outputs(values: Mapping[str, Any], style: Style) -> str:
    """The section `Outputs:`; sensitive values come as their placeholder."""
    width = max((len(n) for n in values), default=0)
    lines = [f"{name.ljust(width)} = {written(value)}" for name, value in values.items()]
    return "\n".join([style.bold("Outputs:"), "", *lines])


def go_on(names: Sequence[str]) -> str:
    """`Task shop goes on`, `Tasks a, b go on`."""
    return f"Task {names[0]} goes on" if len(names) == 1 else f"Tasks {', '.join(names)} go on"


def look_further(names: Sequence[str]) -> str:
    """Where to go from here."""
    lines = ["To look at it again:"]
    lines += [f"  dmsform task status {name}" for name in names]
    return "\n".join(
        [*lines, "To stop the replication server and forget the tasks (the rows stay):", "  dmsform destroy"]
    )


def task_failed(task: TaskView) -> Diagnostic:
    """The closing diagnostic of a task that did not do all it should."""
    wrong = [t for t in task.tables if t.state in (TableState.ERROR, TableState.CANCELLED)]
    names = ", ".join(f"{t.source_schema}.{t.source_table}" for t in wrong[:10])
    more = f" and {len(wrong) - 10} more" if len(wrong) > 10 else ""
    tables = f" Not loaded: {names}{more}." if wrong else ""
    return codes.TASK_FAILED.error(
        f"{headline(task)}.{tables} Tables that completed are kept.",
        f"Mend what the diagnostics name, then run `dmsform apply` or `dmsform task resume {task.name}`: only the "
        f"tables that are not complete load again. The log: dmsform task logs {task.name}",
        address=f"task.{task.name}",
    )


def planned_events(plan: Plan) -> Iterator[dict[str, Any]]:
    """One event per planned change, then their number."""
    for change in plan.changes:
        if change.action is not Action.NO_OP:
            address = change.address
            resource = {"addr": str(address), "resource_type": address.kind.value, "resource_name": address.name}
            said = {"resource": resource, "action": change.action.value, "reason": change.reason}
            yield event("planned_change", f"{address}: Plan to {change.action.value}", time.time(), change=said)
    add, changed, remove = counts(plan)
    yield _change_summary("plan", add, changed, remove)


def summary_event(added: int, changed: int, destroyed: int, *, destroy: bool) -> dict[str, Any]:
    """The event after the last step, also of an apply that failed."""
    return _change_summary("destroy" if destroy else "apply", added, changed, destroyed)


def _change_summary(operation: str, add: int, change: int, remove: int) -> dict[str, Any]:
    figures = {"add": add, "change": change, "remove": remove, "operation": operation}
    message = f"{operation.capitalize()}: {add} to add, {change} to change, {remove} to destroy"
    return event("change_summary", message, time.time(), changes=figures)


def task_event(task: TaskView) -> dict[str, Any]:
    """How a task ended, or stands when apply stops waiting."""
    return event("task_complete", headline(task), time.time(), task=task.model_dump(mode="json"))


def outputs_event(values: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs."""
    return event("outputs", f"Outputs: {len(values)}", time.time(), outputs=dict(values))
