"""Says whether a plan still holds: compares it with one made anew, in all that a reviewer relied on.

Estimates of rows and bytes are not bound; identity of the state, configuration, variables, actions, the tables that
are matched, their definitions, and every target object with whether it held rows are. A task that ran on while the plan
was reviewed may have loaded tables that the plan names: these are left alone now, which nobody needs to review.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from dmsform.diagnostics import Diagnostic
from dmsform.plan import codes
from dmsform.plan.model import Action, DataImpact, Plan, ResourceChange, TableAction, TableImpact

_Bound: TypeAlias = tuple[str, str, str, bool, bool, bool, tuple[str, ...]]


def stale(reviewed: Plan, current: Plan, variables: Sequence[str] = ()) -> Diagnostic | None:
    """Why the reviewed plan must not be applied any more, or None. variables -- names whose values changed."""
    moved = [*_identity(reviewed, current), *_values(reviewed, current, variables), *_changes(reviewed, current)]
    if not moved:
        return None
    listed = "\n".join(f"  - {line}" for line in moved)
    return codes.STALE_PLAN.error(
        f"The plan is stale. Since it was made:\n{listed}",
        "Make the plan again, look at what changed, and apply the new one.",
    )


def _identity(reviewed: Plan, current: Plan) -> Iterator[str]:
    # A plan made before the first apply has no lineage yet; it holds as long as nothing was applied.
    if reviewed.lineage == "" and current.lineage:
        if current.serial > 0:
            yield f"the state was empty, and went to serial {current.serial}"
    elif reviewed.lineage != current.lineage:
        yield "the state is another one (its lineage differs)"
    elif reviewed.serial != current.serial:
        yield f"the state went from serial {reviewed.serial} to {current.serial}"


def _values(reviewed: Plan, current: Plan, variables: Sequence[str]) -> Iterator[str]:
    for name in variables:
        yield f"variable {name} has another value"
    if reviewed.config_digest != current.config_digest and not variables:
        yield "the configuration changed"


def _changes(reviewed: Plan, current: Plan) -> Iterator[str]:
    then = {c.address: c for c in reviewed.changes}
    now = {c.address: c for c in current.changes}
    for address in sorted(then.keys() | now.keys()):
        yield from _resource(str(address), then.get(address), now.get(address))


def _resource(address: str, then: ResourceChange | None, now: ResourceChange | None) -> Iterator[str]:
    before = Action.NO_OP if then is None else then.action
    after = Action.NO_OP if now is None else now.action
    if before is not after:
        yield f"{address} would be a {after.value} ({_why(now)}), planned was a {before.value}"
    yield from _tables(address, then.data if then else None, now.data if now else None)


def _why(change: ResourceChange | None) -> str:
    return change.reason if change and change.reason else "nothing is to be done"


def _tables(address: str, then: DataImpact | None, now: DataImpact | None) -> Iterator[str]:
    if then is None or now is None or (then.unknown and not then.tables):
        return
    before = {(t.source, t.target): t for t in then.tables}
    after = {(t.source, t.target): t for t in now.tables}
    for pair in sorted(before.keys() | after.keys()):
        yield from _table(address, before.get(pair), after.get(pair))


def _table(address: str, then: TableImpact | None, now: TableImpact | None) -> Iterator[str]:
    if then is None and now is not None:
        yield f"{address} matches the table {now.source}, which the plan does not name"
    elif now is None and then is not None:
        yield f"{address} does not match the table {then.source} any more"
    elif then is not None and now is not None and _bound(then) != _bound(now) and not _loaded_meanwhile(then, now):
        yield f"table {then.source} of {address}: {_difference(then, now)}"


def _loaded_meanwhile(then: TableImpact, now: TableImpact) -> bool:
    """Whether the task itself did since what the plan says of the table."""
    loads = then.action not in (TableAction.KEEP, TableAction.LEAVE)
    return loads and now.action is TableAction.KEEP and then.source_digest == now.source_digest


def _bound(table: TableImpact) -> _Bound:
    exists, rows = table.target_exists, table.target_has_rows
    return table.source_digest, table.action.value, table.target, exists, rows, table.destroys, table.takes_along


def _difference(then: TableImpact, now: TableImpact) -> str:
    if then.source_digest != now.source_digest:
        return "its definition changed on the source"
    if then.target_exists != now.target_exists:
        return f"its target {now.target} {'exists' if now.target_exists else 'is gone'} now"
    if then.target_has_rows != now.target_has_rows:
        return f"its target {now.target} {'holds rows' if now.target_has_rows else 'is empty'} now"
    if then.takes_along != now.takes_along:
        return f"with its target {now.target} would go now: {', '.join(now.takes_along) or 'nothing'}"
    return f"it would now be: {now.action.value}; planned was: {then.action.value}"
