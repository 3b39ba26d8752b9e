"""Decides what happens to a target table before its load (G6). Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from dmsform.catalog.model import TableKind
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform.provider.values import TableWrite, TargetTable
from dmsform.task.settings import TargetTablePrepMode

_PLAN_AGAIN = "Plan again, so that the plan shows it, and apply that plan."


class Step(StrEnum):
    """What to do."""

    CREATE = "create"
    DROP_AND_CREATE = "drop and create"
    TRUNCATE = "truncate"
    USE = "use"


def decide(write: TableWrite, existing: TargetTable | None) -> Step | Diagnostic:
    """The step for a table as it stands; a diagnostic where it would destroy or mix what nobody approved."""
    if existing is None:
        return Step.CREATE
    if existing.table.kind is TableKind.VIEW:
        return _refused(write, "is a view", "Drop or rename the view, or map the table to another name.")
    match write.preparation:
        case TargetTablePrepMode.DO_NOTHING if existing.has_rows:
            return _refused(
                write,
                "holds rows, and target_table_prep_mode is do-nothing: old and new rows would mix",
                "Empty the table yourself, or choose drop-and-create or truncate-before-load and apply the new plan.",
            )
        case TargetTablePrepMode.DO_NOTHING:
            return Step.USE
        case TargetTablePrepMode.TRUNCATE_BEFORE_LOAD if not existing.has_rows:
            return Step.USE
        case TargetTablePrepMode.TRUNCATE_BEFORE_LOAD:
            return _unapproved(write, existing, "truncated") or Step.TRUNCATE
        case TargetTablePrepMode.DROP_AND_CREATE:
            return _unapproved(write, existing, "dropped") or Step.DROP_AND_CREATE
        case _:
            assert_never(write.preparation)


def _unapproved(write: TableWrite, existing: TargetTable, how: str) -> Diagnostic | None:
    if not write.may_destroy:
        return _refused(write, f"exists and would be {how}, which the plan did not name", _PLAN_AGAIN)
    if existing.has_rows and not write.may_destroy_rows:
        return _refused(write, f"would be {how} and holds rows by now, though it was planned as empty", _PLAN_AGAIN)
    return None


def _refused(write: TableWrite, why: str, remedy: str) -> Diagnostic:
    target = write.mapped.target
    return codes.TARGET_HOLDS_ROWS.error(f"Target table {target} {why}.", remedy, place=DataPlace(table=str(target)))
