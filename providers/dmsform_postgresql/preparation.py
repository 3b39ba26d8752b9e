"""Decides what happens to a target table before its load (G6). Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never

from dmsform.catalog.model import Table, TableKind
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform.provider.values import TableWrite
from dmsform.task.settings import TargetTablePrepMode


class Step(StrEnum):
    """What to do."""

    CREATE = "create"
    DROP_AND_CREATE = "drop and create"
    TRUNCATE = "truncate"
    USE = "use"


def decide(write: TableWrite, existing: Table | None, has_rows: bool) -> Step | Diagnostic:
    """The step for a table that exists or not; a diagnostic where it would destroy or mix what nobody approved."""
    if existing is None:
        return Step.CREATE
    if existing.kind is TableKind.VIEW:
        return _refused(write, "is a view.", "Drop or rename the view, or map the table to another name.")
    match write.preparation:
        case TargetTablePrepMode.DO_NOTHING:
            if not has_rows:
                return Step.USE
            return _refused(
                write,
                "holds rows, and target_table_prep_mode is do-nothing: old and new rows would mix.",
                "Empty the table yourself, or choose drop-and-create or truncate-before-load and apply the new plan.",
            )
        case TargetTablePrepMode.TRUNCATE_BEFORE_LOAD if not has_rows:
            return Step.USE
        case TargetTablePrepMode.TRUNCATE_BEFORE_LOAD:
            return _destroy(write, has_rows, "truncated") or Step.TRUNCATE
        case TargetTablePrepMode.DROP_AND_CREATE:
            return _destroy(write, has_rows, "dropped") or Step.DROP_AND_CREATE
        case _:
            assert_never(write.preparation)


def _destroy(write: TableWrite, has_rows: bool, how: str) -> Diagnostic | None:
    if not write.may_destroy:
        return _refused(
            write,
            f"exists and would be {how}, which the plan did not name.",
            "Plan again, so that the plan shows it, and apply that plan.",
        )
    if has_rows and not write.may_destroy_rows:
        return _refused(
            write,
            f"would be {how} and holds rows by now; it was empty when it was planned.",
            "Look at the rows; then plan again and apply that plan.",
        )
    return None


def _refused(write: TableWrite, why: str, remedy: str) -> Diagnostic:
    target = write.mapped.target
    return codes.TARGET_HOLDS_ROWS.error(f"Target table {target} {why}", remedy, place=DataPlace(table=str(target)))
