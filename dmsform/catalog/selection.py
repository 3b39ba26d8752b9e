"""Which tables of a catalogue the selection rules choose, in which order they load, and which rules chose them.

A table is chosen when at least one include or explicit rule matches it and no exclude rule does.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from dmsform.catalog import codes
from dmsform.catalog.model import Catalog, Table, TableKind
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import Selection, SelectionAction, TableType
from dmsform.catalog.wildcard import name_matches


@dataclass(frozen=True, slots=True)
class SelectedTable:
    """A chosen table and the include and explicit rules that matched it, lowest rule-id first."""

    table: Table
    rules: tuple[Selection, ...]

    @property
    def load_order(self) -> int | None:
        """That of the first rule that has one; higher loads first."""
        return next((rule.load_order for rule in self.rules if rule.load_order is not None), None)


def matches(rule: Selection, table: Table) -> bool:
    """Whether a rule matches a table or view."""
    return (
        _sees(rule, table.kind)
        and name_matches(rule.schema, table.name.schema, exact=rule.exact)
        and name_matches(rule.table, table.name.name, exact=rule.exact)
    )


def _sees(rule: Selection, kind: TableKind) -> bool:
    match rule.table_type:
        case None:
            # Rules see tables unless told otherwise; leaving views out too is what an exclude without a type is for.
            return kind is TableKind.TABLE or rule.action is SelectionAction.EXCLUDE
        case TableType.ALL:
            return True
        case TableType.TABLE:
            return kind is TableKind.TABLE
        case TableType.VIEW:
            return kind is TableKind.VIEW
        case _:
            assert_never(rule.table_type)


def select(catalog: Catalog, rules: Sequence[Selection], report: Report) -> list[SelectedTable]:
    """The chosen tables, in the order they load: load-order descending, then by name."""
    excluding = [rule for rule in rules if rule.action is SelectionAction.EXCLUDE]
    choosing = [rule for rule in rules if rule.action is not SelectionAction.EXCLUDE]
    selected: list[SelectedTable] = []
    for table in catalog:
        matching = tuple(rule for rule in choosing if matches(rule, table))
        for rule in matching:
            report.use(rule.head)
        if matching and not any(matches(rule, table) for rule in excluding):
            selected.append(SelectedTable(table, matching))
    for rule in choosing:
        if not report.used(rule.head):
            _warn_of_no_match(rule, catalog, report)
    return sorted(selected, key=_loading)


def _loading(selected: SelectedTable) -> tuple[bool, int, str, str]:
    order, name = selected.load_order, selected.table.name
    return order is None, -(order or 0), name.schema, name.name


def _warn_of_no_match(rule: Selection, catalog: Catalog, report: Report) -> None:
    names = [str(table.name) for table in catalog]
    wanted = f"{rule.schema}.{rule.table}"
    close = difflib.get_close_matches(wanted, names, n=1) or [n for n in names if n.lower() == wanted.lower()]
    hint = f' Did you mean "{close[0]}"?' if close else ""
    other = next((table for table in catalog if _matches_other_kind(rule, table)), None)
    if other is not None:
        hint = f' "{other.name}" is a {other.kind.value}: table-type "{other.kind.value}" or "all" would match it.'
    report.warning(
        codes.RULE_WITHOUT_EFFECT,
        rule.head,
        f'It matches no {(rule.table_type or TableType.TABLE).value} of the source: "{wanted}".{hint}',
        "Correct schema and table (they are case-sensitive), or remove the rule.",
    )


def _matches_other_kind(rule: Selection, table: Table) -> bool:
    return name_matches(rule.schema, table.name.schema, exact=rule.exact) and name_matches(
        rule.table, table.name.name, exact=rule.exact
    )
