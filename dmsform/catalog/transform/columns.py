"""Rules on single columns: their type first, then their mask, then their name."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import (
    AddColumn,
    ChangeDataType,
    IncludeColumn,
    MaskData,
    RemoveColumn,
    RuleTarget,
    Transformation,
)
from dmsform.catalog.transform.change_data_type import change_data_type
from dmsform.catalog.transform.draft import DraftColumn, DraftTable, applied, on_column, on_table, rules_for
from dmsform.catalog.transform.masking import mask_data
from dmsform.catalog.transform.names import renamed

_OTHER_STEPS = IncludeColumn | RemoveColumn | AddColumn


def transform_columns(draft: DraftTable, rules: Sequence[Transformation], report: Report) -> None:
    """Apply the column rules to each source column that moves."""
    here = rules_for(
        rules,
        RuleTarget.COLUMN,
        lambda rule: not isinstance(rule.action, _OTHER_STEPS) and on_table(rule, draft.source),
    )
    for column in draft.columns:
        _transform_column(draft, column, here, report)


def _transform_column(draft: DraftTable, column: DraftColumn, rules: Sequence[Transformation], report: Report) -> None:
    if column.source is None:
        return
    source = column.source
    matching = [rule for rule in rules if on_column(rule, draft.source, source)]
    applying = sorted(applied(matching, f"column {source.name} of {draft.source.name}", report), key=_rank)
    for rule in applying:
        match rule.action:
            case ChangeDataType():
                change_data_type(column, rule.action)
            case MaskData():
                mask_data(draft, column, rule.action, rule.head, report)
            case _:
                continue
    column.name = renamed(column.name, applying, draft.metadata(source), report, draft.place(source.name))


def _rank(rule: Transformation) -> int:
    """A mask works on the value of the new type, whatever the rule-ids; the sort keeps them otherwise."""
    match rule.action:
        case ChangeDataType():
            return 0
        case MaskData():
            return 1
        case _:
            return 2
