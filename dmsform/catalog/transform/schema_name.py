"""The target schema: the TargetSchema setting or the source's own name, then the rules with rule-target schema."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import RuleTarget, Transformation
from dmsform.catalog.transform.draft import DraftTable, applied, on_table, rules_for
from dmsform.catalog.transform.names import renamed


def name_schema(draft: DraftTable, rules: Sequence[Transformation], report: Report) -> None:
    """Set the draft's schema; a rename rule takes precedence over the setting that the draft began with."""
    source = draft.source
    matching = rules_for(rules, RuleTarget.SCHEMA, lambda rule: on_table(rule, source))
    applying = applied(matching, f"schema {source.name.schema}", report)
    draft.schema = renamed(draft.schema, applying, draft.metadata(), report, draft.place())
