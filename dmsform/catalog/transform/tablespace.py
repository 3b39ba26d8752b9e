"""rename of table-tablespace and index-tablespace: where the target puts the table and its indexes.

The catalogue does not know the source's tablespaces, so that only a rule for all of them (`%`) can be applied.
"""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog import codes
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import RuleTarget, Transformation
from dmsform.catalog.transform.draft import DraftTable, applied, on_table, rules_for
from dmsform.catalog.transform.names import renamed


def set_tablespaces(draft: DraftTable, rules: Sequence[Transformation], report: Report) -> None:
    """Set the draft's tablespaces."""
    draft.table_tablespace = _tablespace(draft, rules, RuleTarget.TABLE_TABLESPACE, report)
    draft.index_tablespace = _tablespace(draft, rules, RuleTarget.INDEX_TABLESPACE, report)


def _tablespace(draft: DraftTable, rules: Sequence[Transformation], target: RuleTarget, report: Report) -> str | None:
    matching = rules_for(rules, target, lambda rule: on_table(rule, draft.source))
    known = [rule for rule in matching if rule.locator.tablespace == "%"]
    for rule in matching:
        if rule not in known:
            report.use(rule.head)
            report.warning(
                codes.NOT_HONOURED,
                rule.head,
                f'{target.value}-name "{rule.locator.tablespace}" is not applied: '
                "which tablespace a source table is in is not known.",
                f'Write "%" as {target.value}-name and name the tables instead.',
            )
    applying = applied(known, f"table {draft.source.name}", report)
    return renamed("", applying, draft.metadata(), report, draft.place()) or None
