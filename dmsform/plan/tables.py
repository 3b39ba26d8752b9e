"""Decides what a task does with each target table. Pure.

The replication server decides again, by the same rules, on what it finds when a table's load begins; it never goes
beyond what the plan named (G6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.plan import codes
from dmsform.plan.model import TableAction, TableImpact
from dmsform.plan.values import MatchedTable, TablePair, TargetFacts
from dmsform.task.settings import TargetTablePrepMode


@dataclass(frozen=True, slots=True)
class TableContext:
    """What the decision depends on beside the table.

    starts -- the task will run after this plan; recorded -- load digests by pair as of the last apply, empty where a
    reload since then has made them void; completed -- pairs that the server knows to be loaded.
    """

    task: str
    mode: TargetTablePrepMode
    starts: bool
    recorded: Mapping[TablePair, str]
    completed: frozenset[TablePair]


def decide_table(table: MatchedTable, context: TableContext) -> TableImpact | Diagnostic:
    """What happens to the table, or why it must not."""
    facts = table.facts
    if facts and facts.is_view:
        return _is_view(table, context)
    complete = facts.completed if facts else table.pair in context.completed
    known = context.recorded.get(table.pair)
    if complete and (known in (None, "", table.load_digest) or not context.starts):
        return _impact(table, TableAction.KEEP, context)
    if facts is None or not facts.exists:
        return _impact(table, TableAction.CREATE, context, table.create_ddl)
    match context.mode:
        case TargetTablePrepMode.DROP_AND_CREATE:
            ddl = (*table.drop_ddl, *table.create_ddl)
            return _impact(table, TableAction.DROP_AND_CREATE, context, ddl, destroys=True)
        case TargetTablePrepMode.TRUNCATE_BEFORE_LOAD:
            return _impact(table, TableAction.TRUNCATE, context, table.truncate_ddl, destroys=facts.has_rows)
        case TargetTablePrepMode.DO_NOTHING if facts.has_rows:
            return _differently(table, context) if complete else _holds_rows(table, context)
        case _:
            return _impact(table, TableAction.LOAD_EXISTING, context)


def changed_since_load(table: MatchedTable, context: TableContext) -> bool:
    """Whether a completed table would not be loaded today as it was."""
    return table.pair in context.completed and context.recorded.get(table.pair) not in (None, "", table.load_digest)


def left_behind(pair: TablePair) -> TableImpact:
    """A table of the last apply that the mapping does not match any more."""
    source, target = pair
    return TableImpact(".".join(source), ".".join(target), TableAction.LEAVE, target_exists=True)


def approval(table: MatchedTable, impact: TableImpact) -> dict[str, Any]:
    """The table as the server is told of it (`PlannedTable`).

    A table that is left alone is told as absent, so that nothing may happen to whatever stands there.
    """
    facts = table.facts or TargetFacts()
    seen = impact.action is not TableAction.KEEP
    return {
        "source": list(table.source),
        "target": list(table.target),
        "source_digest": table.source_digest,
        "target_exists": seen and facts.exists,
        "target_has_rows": seen and facts.has_rows,
    }


def _impact(
    table: MatchedTable, action: TableAction, context: TableContext, ddl: tuple[str, ...] = (), destroys: bool = False
) -> TableImpact:
    facts = table.facts or TargetFacts()
    loads = action is not TableAction.KEEP
    return TableImpact(
        source=".".join(table.source),
        target=".".join(table.target),
        action=action,
        rows=table.rows if loads else None,
        bytes=table.bytes if loads else None,
        target_exists=facts.exists or not loads,
        target_has_rows=facts.has_rows,
        destroys=destroys,
        ddl=ddl,
        conversions=table.conversions if loads else (),
        not_carried=table.not_carried if loads else (),
        source_digest=table.source_digest,
        is_new=table.pair not in context.recorded,
        takes_along=facts.dependents if action is TableAction.DROP_AND_CREATE else (),
    )


def _is_view(table: MatchedTable, context: TableContext) -> Diagnostic:
    name = ".".join(table.target)
    return codes.TARGET_IS_VIEW.error(
        f"{context.task} would load table {'.'.join(table.source)} into {name}, and a view of that name stands on the "
        "target.",
        "Give the table another name there with a transformation (`rule-action` rename); or drop the view (DROP VIEW "
        'in the target); or leave the table out with a selection of action "exclude".',
        place=DataPlace(table=name),
        address=context.task,
    )


def _holds_rows(table: MatchedTable, context: TableContext) -> Diagnostic:
    name = ".".join(table.target)
    return codes.TARGET_HOLDS_ROWS.error(
        f"Table {name} on the target holds rows that {context.task} did not load, and the task's preparation mode is "
        "do-nothing.",
        "Empty or rename the table; or replace its rows with `full_load { target_table_prep_mode = "
        '"truncate-before-load" }` (or "drop-and-create"); or leave it out with a selection of action "exclude".',
        place=DataPlace(table=name),
        address=context.task,
    )


def _differently(table: MatchedTable, context: TableContext) -> Diagnostic:
    name = ".".join(table.target)
    return codes.LOADED_DIFFERENTLY.error(
        f"{context.task} loaded table {name} under a definition that has changed since (columns, types, filters or "
        "transformations), so that its rows are not what would be loaded now.",
        'Let the plan replace them with `full_load { target_table_prep_mode = "truncate-before-load" }` '
        '(or "drop-and-create"); or undo the change.',
        place=DataPlace(table=name),
        address=context.task,
    )
