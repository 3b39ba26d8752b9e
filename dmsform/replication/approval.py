"""Decides what may happen to a target table, by what the plan showed and what stands there now (G6). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider.values import TableRecord, TargetTable
from dmsform.replication import codes
from dmsform.task.definition import PlannedTable
from dmsform.task.settings import TargetTablePrepMode

_PLAN_AGAIN = "Run dmsform plan to see what would happen to it now, and apply that plan."


@dataclass(frozen=True, slots=True)
class Approval:
    """What a load may do to its target table; the fields are those of `TableWrite`."""

    preparation: TargetTablePrepMode
    may_destroy: bool = False
    may_destroy_rows: bool = False


def check_source(mapped: MappedTable, planned: Iterable[PlannedTable] | None) -> Diagnostic | None:
    """Why a mapped table is not the one the plan showed; None when it is, or when the plan could not see."""
    if planned is None:
        return None
    source, target = mapped.source.name, mapped.target
    entry = entry_of(source, planned)
    place = DataPlace(table=str(source))
    if entry is None or TableName(*entry.target) != target:
        planned_target = f"it was planned to go to {TableName(*entry.target)}" if entry else "the plan does not name it"
        return codes.NOT_PLANNED.error(
            f"The mapping sends table {source} to {target}, but {planned_target}.", _PLAN_AGAIN, place=place
        )
    if entry.source_digest != mapped.source.digest():
        return codes.SOURCE_CHANGED.error(
            f"Columns, types or keys of table {source} are not those that the plan showed.", _PLAN_AGAIN, place=place
        )
    return None


def missing_tables(mapped: Iterable[MappedTable], planned: Iterable[PlannedTable] | None) -> list[PlannedTable]:
    """Planned tables that the mapping does not match any more."""
    found = {m.source.name for m in mapped}
    return [entry for entry in planned or () if TableName(*entry.source) not in found]


def source_gone(entry: PlannedTable) -> Diagnostic:
    """The diagnostic for a planned table that is not there."""
    source = TableName(*entry.source)
    return codes.SOURCE_GONE.error(
        f"The plan names table {source}, which the mapping no longer finds on the source; nothing was done to its "
        f"target {TableName(*entry.target)}.",
        f"Restore the table on the source, or: {_PLAN_AGAIN}",
        place=DataPlace(table=str(source)),
    )


def is_complete(
    record: TableRecord | None, run: int, existing: TargetTable | None, design: TableDesign, *, same_load: bool
) -> bool:
    """Whether an earlier process of this run completed the table and it is as that left it.

    same_load -- False when what was loaded is known to differ from what is to be loaded. A table that was dropped,
    emptied or altered since is not complete: it loads again, an emptied target is never resumed.
    """
    if record is None or existing is None or not same_load:
        return False
    if record.run < run or record.target != design.name:
        return False
    emptied = record.rows > 0 and not existing.has_rows
    columns = {c.name for c in existing.table.columns}
    return not emptied and columns >= {c.name for c in design.columns}


def approve(
    mapped: MappedTable,
    planned: Iterable[PlannedTable] | None,
    existing: TargetTable | None,
    record: TableRecord | None,
    run: int,
    preparation: TargetTablePrepMode,
) -> Approval | Diagnostic:
    """What the load may do to the target table, or why it must not begin.

    record -- the control row by which the table is this task's own work. A reload (a record of an earlier run)
    approves replacing it, in every preparation mode, as AWS DMS's `reload-target` does.
    """
    if existing is None:
        return Approval(preparation)
    own = record is not None and record.target == mapped.target
    if record is not None and own and record.run < run:
        keep = preparation is not TargetTablePrepMode.DO_NOTHING
        return Approval(preparation if keep else TargetTablePrepMode.TRUNCATE_BEFORE_LOAD, True, True)
    if planned is None:
        return _unseen(mapped) if existing.has_rows else Approval(TargetTablePrepMode.DO_NOTHING)
    entry = entry_of(mapped.source.name, planned)
    assert entry is not None, "check_source comes first"
    if own and not existing.has_rows and not entry.target_exists:
        return Approval(TargetTablePrepMode.DO_NOTHING)
    if not own and not entry.target_exists:
        return _appeared(mapped)
    if not own and existing.has_rows and not entry.target_has_rows:
        return _filled(mapped)
    destructive = preparation is not TargetTablePrepMode.DO_NOTHING
    return Approval(preparation, destructive and entry.target_exists, destructive and entry.target_has_rows)


def entry_of(source: TableName, planned: Iterable[PlannedTable]) -> PlannedTable | None:
    """The plan's entry for a source table."""
    return next((entry for entry in planned if TableName(*entry.source) == source), None)


def _unseen(mapped: MappedTable) -> Diagnostic:
    return codes.TARGET_UNSEEN.error(
        f"Target table {mapped.target} exists and holds rows; the plan was made before the target could be reached "
        "and could not show them.",
        "Now that the target can be reached: run dmsform plan, look at what it says about the table, and apply.",
        place=DataPlace(table=str(mapped.target)),
    )


def _appeared(mapped: MappedTable) -> Diagnostic:
    return codes.TARGET_APPEARED.error(
        f"Target table {mapped.target} did not exist when the plan was made; somebody else created it since.",
        f"Remove or rename it, or: {_PLAN_AGAIN}",
        place=DataPlace(table=str(mapped.target)),
    )


def _filled(mapped: MappedTable) -> Diagnostic:
    return codes.TARGET_FILLED.error(
        f"Target table {mapped.target} was empty when the plan was made; somebody else added rows since.",
        f"Look at the rows; empty the table, or: {_PLAN_AGAIN}",
        place=DataPlace(table=str(mapped.target)),
    )
