"""A table under transformation: what the steps of the pipeline change, and how they find the rules that apply."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from dmsform.catalog.data_types import dms_name
from dmsform.catalog.expressions.binding import Metadata
from dmsform.catalog.mapping import ColumnValue, Copied, MappedColumn
from dmsform.catalog.model import Column, Identity, PrimaryKey, Table
from dmsform.catalog.report import Report
from dmsform.catalog.rules.model import (
    AddColumn,
    ConvertCase,
    IncludeColumn,
    MaskData,
    RuleTarget,
    Transformation,
)
from dmsform.catalog.types import LogicalType
from dmsform.catalog.wildcard import matches, name_matches
from dmsform.diagnostics import DataPlace


@dataclass(slots=True)
class DraftColumn:
    """A target column in the making; `source` is None for an added one."""

    source: Column | None
    name: str
    value: ColumnValue
    type: LogicalType
    native: str | None
    nullable: bool
    identity: Identity | None
    converted: bool = False

    @classmethod
    def of(cls, column: Column) -> DraftColumn:
        """The column as it is. What the source computes is carried as a plain value."""
        return cls(column, column.name, Copied(column), column.type, column.native, column.nullable, column.identity)

    def mapped(self) -> MappedColumn:
        """The finished column."""
        return MappedColumn(self.name, self.value, self.type, self.native, self.nullable, self.identity, self.converted)


@dataclass(slots=True)
class DraftTable:
    """A target table in the making, from the names and columns of its source."""

    source: Table
    schema: str
    name: str
    columns: list[DraftColumn]
    primary_key: PrimaryKey | None = None
    table_tablespace: str | None = None
    index_tablespace: str | None = None

    def place(self, column: str | None = None) -> DataPlace:
        """Where in the source a finding is."""
        return DataPlace(table=str(self.source.name), column=column)

    def metadata(self, column: Column | None = None) -> Metadata:
        """What `$AR_M_...` stands for in an expression on this table or on a column of it."""
        return Metadata(
            source_schema=self.source.name.schema,
            source_table_name=self.source.name.name,
            modified_schema=self.schema,
            modified_table_name=self.name,
            source_column_name=column.name if column else None,
            source_column_datatype=dms_name(column.type) if column else None,
        )


Chosen = Callable[[Transformation], bool]


def on_table(rule: Transformation, table: Table) -> bool:
    """Whether the rule's locator matches the table's schema and, if it says one, its name."""
    locator, name = rule.locator, table.name
    return name_matches(locator.schema, name.schema, exact=locator.exact) and name_matches(
        locator.table, name.name, exact=locator.exact
    )


def on_column(rule: Transformation, table: Table, column: Column) -> bool:
    """Whether the rule's locator matches a source column."""
    locator = rule.locator
    return (
        on_table(rule, table)
        and matches(locator.column, column.name)
        and locator.data_type in (None, dms_name(column.type))
    )


def applied(rules: Sequence[Transformation], what: str, report: Report) -> Iterator[Transformation]:
    """Of rules that match one object, those that apply: of each kind the one with the lowest rule-id.

    `rules` come ordered by rule-id; `what` names the object in the warning about the others.
    """
    winners: dict[Hashable, Transformation] = {}
    for rule in rules:
        winner = winners.setdefault(_kind(rule), rule)
        if winner is rule:
            report.use(rule.head)
            yield rule
        elif not isinstance(rule.action, IncludeColumn):
            report.override(rule.head, winner.head, what)
        else:
            report.use(rule.head)


def _kind(rule: Transformation) -> Hashable:
    match rule.action:
        case ConvertCase():
            return "convert-case"  # lower and upper case contradict each other
        case AddColumn(name=name):
            return "add-column", name
        case MaskData():
            return "data-masking"
        case _:
            return type(rule.action).__name__


def rules_for(rules: Sequence[Transformation], target: RuleTarget, chosen: Chosen) -> list[Transformation]:
    """The rules of one rule-target that are chosen, in the order of their ids."""
    return [rule for rule in rules if rule.target is target and chosen(rule)]
