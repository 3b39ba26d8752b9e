"""The target's primary key: the source's in the new names, or the one that a define-primary-key rule gives."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog import codes
from dmsform.catalog.model import PrimaryKey
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import DefinePrimaryKey, RuleTarget, Transformation
from dmsform.catalog.rules.reading import did_you_mean
from dmsform.catalog.transform.draft import DraftColumn, DraftTable, applied, on_table, rules_for


def define_primary_key(draft: DraftTable, rules: Sequence[Transformation], report: Report) -> None:
    """Set the draft's primary key."""
    source = draft.source
    matching = rules_for(
        rules, RuleTarget.TABLE, lambda rule: isinstance(rule.action, DefinePrimaryKey) and on_table(rule, source)
    )
    for rule in applied(matching, f"table {source.name}", report):
        if isinstance(rule.action, DefinePrimaryKey):
            _define(draft, rule, rule.action, report)
            return
    _carry(draft, report)


def _define(draft: DraftTable, rule: Transformation, action: DefinePrimaryKey, report: Report) -> None:
    columns: list[DraftColumn] = []
    for name in action.columns:
        column = _find(draft, name)
        if column is None:
            known = [each.name for each in draft.columns]
            report.error(
                codes.KEY_COLUMN,
                rule.head,
                f'{draft.source.name} has no column "{name}" on the target.{did_you_mean(name, known)}',
                f"Name columns of the target table: {', '.join(known)}.",
                draft.place(name),
            )
            continue
        column.nullable = False
        columns.append(column)
    draft.primary_key = PrimaryKey(tuple(column.name for column in columns), action.name)


def _find(draft: DraftTable, name: str) -> DraftColumn | None:
    """By its name on the target, else by its name on the source."""
    by_target = (column for column in draft.columns if column.name == name)
    by_source = (column for column in draft.columns if column.source and column.source.name == name)
    return next(by_target, None) or next(by_source, None)


def _carry(draft: DraftTable, report: Report) -> None:
    key = draft.source.primary_key
    if key is None:
        return
    names = {column.source.name: column.name for column in draft.columns if column.source}
    missing = [name for name in key.columns if name not in names]
    if missing:
        report.warning(
            codes.KEY_DROPPED,
            None,
            f"{draft.source.name} loses its primary key on the target: the rules remove its column"
            f"{'s' if len(missing) > 1 else ''} {', '.join(missing)}.",
            "Keep the key's columns, or add a define-primary-key rule.",
            draft.place(missing[0]),
        )
        return
    # A key's name is unique in its schema: a renamed table must not take that of the table it is named after.
    name = key.name if draft.name == draft.source.name.name else None
    draft.primary_key = PrimaryKey(tuple(names[column] for column in key.columns), name)
