"""Reads selection rules. Source: AWS DMS user guide, "Selection rules and actions"."""

from __future__ import annotations

from dmsform.catalog import codes
from dmsform.catalog.rules.filters import read_filters
from dmsform.catalog.rules.model import RuleHead, Selection, SelectionAction, TableType
from dmsform.catalog.rules.reading import Reader

_MOST_LOAD_ORDER = 2147483647


def read_selection(reader: Reader, head: RuleHead) -> Selection | None:
    """The rule, or None when it has errors that leave it without a meaning."""
    action = reader.choice("rule-action", SelectionAction)
    filters = read_filters(reader)
    load_order = reader.number("load-order", 1, _MOST_LOAD_ORDER)
    wants_exact = bool(filters) or action is SelectionAction.EXPLICIT
    schema, table, table_type = _locator(reader, _why_exact(action) if wants_exact else None)
    _refuse_with_exclude(reader, action)
    if action is None or schema is None or table is None:
        return None
    return Selection(head, schema, table, action, table_type, load_order, filters, wants_exact)


def _why_exact(action: SelectionAction | None) -> str:
    if action is SelectionAction.EXPLICIT:
        return 'the action "explicit" selects one table'
    return "filters need exact names: a column is only known of one table"


def _locator(reader: Reader, exact: str | None) -> tuple[str | None, str | None, TableType | None]:
    locator = reader.child("object-locator", required=True)
    if locator is None:
        return None, None, None
    if exact:
        schema, table = locator.exact("schema-name", exact), locator.exact("table-name", exact)
    else:
        schema, table = locator.pattern("schema-name"), locator.pattern("table-name")
    table_type = locator.choice("table-type", TableType, required=False)
    locator.end()
    return schema, table, table_type


def _refuse_with_exclude(reader: Reader, action: SelectionAction | None) -> None:
    if action is not SelectionAction.EXCLUDE:
        return
    for key in ("filters", "load-order"):
        if reader.record.get(key):
            reader.findings.error(
                codes.CONTRADICTORY_RULE,
                reader.at(key),
                f'an "exclude" rule leaves its tables out, so "{key}" cannot apply to them.',
                f'Remove "{key}", or put it into an "include" rule.',
            )
