"""add-column: a new target column, computed at the source by an expression over its columns."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog import codes
from dmsform.catalog.expressions.binding import bind, check_columns
from dmsform.catalog.expressions.errors import ExpressionError
from dmsform.catalog.expressions.printing import printed
from dmsform.catalog.expressions.syntax import names
from dmsform.catalog.mapping import Computed
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import AddColumn, RuleTarget, Transformation
from dmsform.catalog.transform.draft import DraftColumn, DraftTable, applied, on_table, rules_for


def add_columns(draft: DraftTable, rules: Sequence[Transformation], report: Report) -> None:
    """Append the added columns, in the order of their rules, behind the source's own."""
    source = draft.source
    matching = rules_for(
        rules, RuleTarget.COLUMN, lambda rule: isinstance(rule.action, AddColumn) and on_table(rule, source)
    )
    for rule in applied(matching, f"table {source.name}", report):
        if isinstance(rule.action, AddColumn):
            _add_column(draft, rule, rule.action, report)


def _add_column(draft: DraftTable, rule: Transformation, action: AddColumn, report: Report) -> None:
    if any(column.name == action.name for column in draft.columns):
        report.error(
            codes.ADDED_COLUMN_EXISTS,
            rule.head,
            f'{draft.source.name} has a column "{action.name}" on the target already.',
            "Give the added column another name, or remove or rename the column that is there.",
            draft.place(action.name),
        )
        return
    try:
        computed = _computed(draft, action)
    except ExpressionError as error:
        report.error(error.code, rule.head, error.detail, error.remedy, draft.place(action.name))
        return
    draft.columns.append(
        DraftColumn(None, action.name, computed, action.type, None, nullable=True, identity=None, converted=True)
    )


def _computed(draft: DraftTable, action: AddColumn) -> Computed:
    columns = {column.name: column for column in draft.source.columns}
    bound = bind(action.expression, draft.metadata())
    check_columns(bound, columns, str(draft.source.name))
    used = sorted(set(names(bound)))
    return Computed(printed(bound), tuple(columns[name] for name in used))
