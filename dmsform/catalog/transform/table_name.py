"""The target table's name: the rules with rule-target table that change names."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import NameAction, RuleTarget, Transformation
from dmsform.catalog.transform.draft import DraftTable, applied, on_table, rules_for
from dmsform.catalog.transform.names import renamed


def name_table(draft: DraftTable, rules: Sequence[Transformation], report: Report) -> None:
    """Set the draft's table name."""
    source = draft.source
    matching = rules_for(
        rules, RuleTarget.TABLE, lambda rule: isinstance(rule.action, NameAction) and on_table(rule, source)
    )
    applying = applied(matching, f"table {source.name}", report)
    draft.name = renamed(draft.name, applying, draft.metadata(), report, draft.place())
