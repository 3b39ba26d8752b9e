"""What happens to each target table, by mode, by what stands there, and by what is loaded already."""

from __future__ import annotations

import pytest

from dmsform.diagnostics import Diagnostic, ExitCode
from dmsform.plan.model import TableAction
from dmsform.plan.tables import TableContext, approval, decide_table, left_behind
from dmsform.plan.values import MatchedTable, TablePair, TargetFacts
from dmsform.task.settings import TargetTablePrepMode
from tests.plan.helpers import table

DO_NOTHING, DROP, TRUNCATE = (
    TargetTablePrepMode.DO_NOTHING,
    TargetTablePrepMode.DROP_AND_CREATE,
    TargetTablePrepMode.TRUNCATE_BEFORE_LOAD,
)
ABSENT, EMPTY, ROWS = TargetFacts(), TargetFacts(exists=True), TargetFacts(exists=True, has_rows=True)
OURS = TargetFacts(exists=True, has_rows=True, completed=True)
PAIR: TablePair = (("main", "t"), ("public", "t"))


def context(
    mode: TargetTablePrepMode, *, starts: bool = True, recorded: str | None = None, completed: bool = False
) -> TableContext:
    return TableContext(
        "task.shop",
        mode,
        starts,
        {} if recorded is None else {PAIR: recorded},
        frozenset({PAIR}) if completed else frozenset(),
    )


@pytest.mark.parametrize(
    ("mode", "facts", "action", "destroys"),
    [
        (DO_NOTHING, ABSENT, TableAction.CREATE, False),
        (DO_NOTHING, None, TableAction.CREATE, False),
        (DO_NOTHING, EMPTY, TableAction.LOAD_EXISTING, False),
        (DROP, ABSENT, TableAction.CREATE, False),
        (DROP, EMPTY, TableAction.DROP_AND_CREATE, True),
        (DROP, ROWS, TableAction.DROP_AND_CREATE, True),
        (TRUNCATE, ABSENT, TableAction.CREATE, False),
        (TRUNCATE, EMPTY, TableAction.TRUNCATE, False),
        (TRUNCATE, ROWS, TableAction.TRUNCATE, True),
        (DO_NOTHING, OURS, TableAction.KEEP, False),
        (DROP, OURS, TableAction.KEEP, False),
    ],
)
def test_action(mode: TargetTablePrepMode, facts: TargetFacts | None, action: TableAction, destroys: bool) -> None:
    decided = decide_table(table("t", facts), context(mode))
    assert not isinstance(decided, Diagnostic)
    assert (decided.action, decided.destroys) == (action, destroys)
    if destroys:
        assert any(s.startswith(("DROP", "TRUNCATE")) for s in decided.ddl)


@pytest.mark.parametrize("mode", list(TargetTablePrepMode))
@pytest.mark.parametrize("completed", [False, True])
def test_a_view_is_never_loaded_nor_dropped(mode: TargetTablePrepMode, completed: bool) -> None:
    view = TargetFacts(exists=True, has_rows=True, is_view=True)
    found = decide_table(table("t", view), context(mode, completed=completed))
    assert isinstance(found, Diagnostic)
    assert (found.code, found.exit_code) == ("DMS410", ExitCode.REFUSED)
    assert "a view" in found.detail
    assert "DROP VIEW" in found.remedy


def test_rows_under_do_nothing_are_refused() -> None:
    decided = decide_table(table("t", ROWS), context(DO_NOTHING))
    assert isinstance(decided, Diagnostic)
    assert decided.exit_code is ExitCode.REFUSED
    assert "target_table_prep_mode" in decided.remedy
    assert decided.place is not None
    assert decided.place.table == "public.t"


@pytest.mark.parametrize(
    ("mode", "action"),
    [(DROP, TableAction.DROP_AND_CREATE), (TRUNCATE, TableAction.TRUNCATE), (DO_NOTHING, None)],
)
def test_a_table_loaded_under_another_definition(mode: TargetTablePrepMode, action: TableAction | None) -> None:
    decided = decide_table(table("t", OURS, digest="new"), context(mode, recorded="old"))
    if action is None:
        assert isinstance(decided, Diagnostic)
        assert decided.code == "DMS404"
    else:
        assert not isinstance(decided, Diagnostic)
        assert (decided.action, decided.destroys) == (action, True)


def test_it_is_left_alone_while_nothing_starts() -> None:
    decided = decide_table(table("t", None, digest="new"), context(DROP, starts=False, recorded="old", completed=True))
    assert not isinstance(decided, Diagnostic)
    assert decided.action is TableAction.KEEP


def test_a_reload_since_then_makes_the_record_void() -> None:
    decided = decide_table(table("t", OURS, digest="new"), context(DO_NOTHING, recorded=""))
    assert not isinstance(decided, Diagnostic)
    assert decided.action is TableAction.KEEP


def told(of: MatchedTable, mode: TargetTablePrepMode) -> tuple[bool, bool]:
    decided = decide_table(of, context(mode))
    assert not isinstance(decided, Diagnostic)
    body = approval(of, decided)
    return body["target_exists"], body["target_has_rows"]


def test_the_server_may_touch_only_what_the_plan_shows() -> None:
    assert told(table("t", ROWS), DROP) == (True, True)
    assert told(table("t", EMPTY), DROP) == (True, False)
    assert told(table("t", OURS), DROP) == (False, False)
    assert told(table("t", ABSENT), DROP) == (False, False)


def test_what_is_no_longer_matched_is_left() -> None:
    impact = left_behind(PAIR)
    assert (impact.target, impact.action, impact.destroys) == ("public.t", TableAction.LEAVE, False)
