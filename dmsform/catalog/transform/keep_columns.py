"""remove-column and include-column: which of the source's columns move.

One include-column rule on a table drops every column that no include-column rule names; remove-column then removes.
"""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import Action, IncludeColumn, RemoveColumn, RuleTarget, Transformation
from dmsform.catalog.transform.draft import DraftColumn, DraftTable, on_column, on_table, rules_for


def keep_columns(draft: DraftTable, rules: Sequence[Transformation], report: Report) -> None:
    """Drop the columns that the rules leave out."""
    including = _of_kind(draft, rules, IncludeColumn)
    removing = _of_kind(draft, rules, RemoveColumn)
    if including:
        draft.columns = [column for column in draft.columns if _matched(column, draft, including, report)]
    draft.columns = [column for column in draft.columns if not _matched(column, draft, removing, report)]


def _of_kind(draft: DraftTable, rules: Sequence[Transformation], kind: type[Action]) -> list[Transformation]:
    source = draft.source
    return rules_for(rules, RuleTarget.COLUMN, lambda rule: isinstance(rule.action, kind) and on_table(rule, source))


def _matched(column: DraftColumn, draft: DraftTable, rules: Sequence[Transformation], report: Report) -> bool:
    found = [rule for rule in rules if column.source and on_column(rule, draft.source, column.source)]
    for rule in found:
        report.use(rule.head)
    return bool(found)
