"""Looks at a task's target: what stands under the names of its tables, who claims them, what is loaded already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from dmsform.catalog.model import TableKind, TableName
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.plan.values import MatchedTable, TargetFacts
from dmsform.provider.registry import provider
from dmsform.provider.values import Claim, Owner, TableRecord, TargetTable
from dmsform.resources import codes
from dmsform.resources.source_view import Designed
from dmsform.task.definition import EndpointDefinition


def view_target(
    target: EndpointDefinition,
    owner: Owner,
    run: int,
    designed: Sequence[Designed],
    matched: Sequence[MatchedTable],
    departing: Collection[str] = (),
) -> tuple[MatchedTable, ...]:
    """The matched tables with what stands on the target.

    run -- tables loaded in an earlier run are not complete; departing -- tasks of this state that the plan removes,
    and whose claims go with them. Raises DiagnosticError: unreachable, claimed by another task, ...
    """
    found = provider(target.engine)
    assert found.target_inspector is not None, "the pair was checked before"
    assert found.target_control is not None, "the pair was checked before"
    existing = found.target_inspector.inspect_target(target, [d.mapped.target for d in designed])
    claimed = [
        _claimed(table.claim, target.name, owner)
        for table in existing.values()
        if table.claim and not _ours(table.claim, owner, departing)
    ]
    if claimed:
        raise DiagnosticError(claimed)
    records = {}
    if owner.lineage and existing:
        records = {r.source: r for r in found.target_control.table_records(target, owner)}
    return tuple(
        replace(table, facts=_facts(each, existing, records, run))
        for each, table in zip(designed, matched, strict=True)
    )


def _facts(
    designed: Designed, existing: Mapping[TableName, TargetTable], records: Mapping[TableName, TableRecord], run: int
) -> TargetFacts:
    standing = existing.get(designed.mapped.target)
    if standing is None:
        return TargetFacts()
    record = records.get(designed.mapped.source.name)
    completed = record is not None and _is_complete(record, standing, designed, run)
    is_view = standing.table.kind is TableKind.VIEW
    return TargetFacts(True, standing.has_rows, completed and not is_view, standing.dependents, is_view)


def _is_complete(record: TableRecord, standing: TargetTable, designed: Designed, run: int) -> bool:
    """Whether the table still is as its load left it: a table that was emptied or altered since is not."""
    if record.run < run or record.target != designed.mapped.target:
        return False
    if record.rows > 0 and not standing.has_rows:
        return False
    return {c.name for c in standing.table.columns} >= {c.name for c in designed.design.columns}


def _ours(claim: Claim, owner: Owner, departing: Collection[str]) -> bool:
    return claim.owner.lineage == owner.lineage and claim.owner.task in {owner.task, *departing}


def _claimed(claim: Claim, endpoint: str, ours: Owner) -> Diagnostic:
    holder, remedy = _holder(claim.owner, ours)
    return codes.OTHER_OWNER.error(
        f"Table {claim.table} of endpoint {endpoint} is loaded by task {claim.owner.task} of {holder}.",
        remedy,
        place=DataPlace(endpoint=endpoint, table=str(claim.table)),
    )


def _holder(theirs: Owner, ours: Owner) -> tuple[str, str]:
    """Whose the task is, in words, and the way out."""
    another_name = "map this task's table to another name."
    if ours.lineage and theirs.lineage == ours.lineage:
        return "this configuration", f"Exclude the table from one of the two tasks; or {another_name}"
    if theirs.holder == ours.holder:
        return (
            f"this very directory ({theirs.holder}), applied under another state than the one it has now",
            "Bring that state back (restore its file, or point the `state` block at it again) and plan with it; or "
            f"{another_name}",
        )
    return (
        theirs.holder,
        "Work from that configuration and its state; or let its task go there first (remove its block and apply); or "
        f"{another_name}",
    )
