"""Applies table mappings to a catalogue: which tables move, where to, with which columns, rows, key and order. Pure."""

from __future__ import annotations

from typing import Protocol

from dmsform.catalog import codes
from dmsform.catalog.filters import resolve_filters
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import Catalog, TableName
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import TableMappings
from dmsform.catalog.selection import SelectedTable, select
from dmsform.catalog.transform.objects import with_foreign_keys
from dmsform.catalog.transform.pipeline import transform
from dmsform.diagnostics import DataPlace, Diagnostic


class MappingErrorBehavior(Protocol):
    """What of a task's error behaviour concerns mappings."""

    @property
    def fail_on_no_tables_captured(self) -> bool:
        """Whether a mapping that matches no table is an error."""
        ...


class MappingSettings(Protocol):
    """What of a task's settings concerns mappings; `dmsform.task.settings.TaskSettings` has it."""

    @property
    def target_schema(self) -> str:
        """Schema of the target tables; empty for the source's own."""
        ...

    @property
    def error_behavior(self) -> MappingErrorBehavior:
        """The task's error behaviour."""
        ...


def map_catalog(
    catalog: Catalog, mappings: TableMappings, settings: MappingSettings
) -> tuple[tuple[MappedTable, ...], list[Diagnostic]]:
    """The mapped tables in the order they load (load-order descending, then by name), and what was found.

    Use the tables only when no diagnostic is an error. Views that are selected are loaded as tables.
    """
    report = Report()
    selected = select(catalog, mappings.selections, report)
    mapped = with_foreign_keys(_map(each, mappings, settings, report) for each in selected)
    if not mapped:
        _report_no_tables(catalog, settings, report)
    _refuse_equal_targets(mapped, report)
    _warn_of_idle_rules(mappings, report, anything=bool(mapped))
    return mapped, report.diagnostics


def _map(selected: SelectedTable, mappings: TableMappings, settings: MappingSettings, report: Report) -> MappedTable:
    filters = resolve_filters(selected, report)
    return transform(selected, filters, mappings.transformations, settings.target_schema, report)


def _report_no_tables(catalog: Catalog, settings: MappingSettings, report: Report) -> None:
    schemas = sorted({table.name.schema for table in catalog})
    has = f"it has tables in {', '.join(schemas)}" if schemas else "it has no tables"
    detail = f"The selection rules match none of the source's tables and views; {has}."
    remedy = "Correct schema and table in the selection rules; they are case-sensitive."
    if settings.error_behavior.fail_on_no_tables_captured:
        report.error(codes.NO_TABLES, None, detail, remedy)
    else:
        report.warning(codes.NO_TABLES, None, detail, remedy)


def _refuse_equal_targets(mapped: tuple[MappedTable, ...], report: Report) -> None:
    first: dict[TableName, MappedTable] = {}
    for table in mapped:
        other = first.setdefault(table.target, table)
        if other is not table:
            report.error(
                codes.SAME_TARGET_TABLE,
                None,
                f"{other.source.name} and {table.source.name} would both load into {table.target}.",
                "Give one of them another target name with a rename rule, or exclude it.",
                DataPlace(table=str(table.source.name)),
            )


def _warn_of_idle_rules(mappings: TableMappings, report: Report, *, anything: bool) -> None:
    for rule in mappings.transformations if anything else ():
        if not report.used(rule.head):
            report.warning(
                codes.RULE_WITHOUT_EFFECT,
                rule.head,
                f"It matches no {rule.target.value} of the selected tables.",
                "Correct its object-locator (names are case-sensitive), or remove the rule.",
            )
