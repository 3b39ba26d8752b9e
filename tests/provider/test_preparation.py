"""What a load may do to a target table that stands, for every preparation mode and approval (G6)."""

from __future__ import annotations

import pytest

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Table, TableKind, TableName
from dmsform.diagnostics import Diagnostic
from dmsform.provider.preparation import Step, decide
from dmsform.provider.values import Epoch, Owner, TableWrite, TargetTable
from dmsform.task.settings import TargetTablePrepMode

NAME = TableName("public", "t")
NOTHING = TargetTablePrepMode.DO_NOTHING
DROP = TargetTablePrepMode.DROP_AND_CREATE
TRUNCATE = TargetTablePrepMode.TRUNCATE_BEFORE_LOAD


def write(mode: TargetTablePrepMode, may: bool = False, may_rows: bool = False) -> TableWrite:
    mapped = MappedTable(Table(NAME, ()), NAME, ())
    design = TableDesign(NAME, ())
    return TableWrite(Owner("l", "t", "h"), Epoch(1), 1, mapped, design, mode, may, may_rows)


def standing(rows: bool, kind: TableKind = TableKind.TABLE) -> TargetTable:
    return TargetTable(Table(NAME, (), kind=kind), rows)


@pytest.mark.parametrize("mode", list(TargetTablePrepMode))
def test_a_missing_table_is_created(mode: TargetTablePrepMode) -> None:
    assert decide(write(mode), None) is Step.CREATE


@pytest.mark.parametrize("mode", list(TargetTablePrepMode))
def test_a_view_is_never_touched(mode: TargetTablePrepMode) -> None:
    found = decide(write(mode, may=True, may_rows=True), standing(False, TableKind.VIEW))
    assert isinstance(found, Diagnostic)
    assert "is a view" in found.detail


@pytest.mark.parametrize(
    ("mode", "rows", "may", "may_rows", "step"),
    [
        (NOTHING, False, False, False, Step.USE),
        (TRUNCATE, False, False, False, Step.USE),
        (TRUNCATE, True, True, True, Step.TRUNCATE),
        (DROP, False, True, False, Step.DROP_AND_CREATE),
        (DROP, True, True, True, Step.DROP_AND_CREATE),
    ],
)
def test_what_was_approved_is_done(
    mode: TargetTablePrepMode, rows: bool, may: bool, may_rows: bool, step: Step
) -> None:
    assert decide(write(mode, may, may_rows), standing(rows)) is step


@pytest.mark.parametrize(
    ("mode", "rows", "may", "may_rows", "says"),
    [
        (NOTHING, True, True, True, "holds rows"),
        (TRUNCATE, True, False, False, "the plan did not name"),
        (TRUNCATE, True, True, False, "holds rows by now"),
        (DROP, False, False, False, "the plan did not name"),
        (DROP, True, True, False, "holds rows by now"),
    ],
)
def test_what_was_not_approved_is_refused(
    mode: TargetTablePrepMode, rows: bool, may: bool, may_rows: bool, says: str
) -> None:
    found = decide(write(mode, may, may_rows), standing(rows))
    assert isinstance(found, Diagnostic)
    assert found.code == "DMS510"
    assert says in found.detail
    assert found.remedy
