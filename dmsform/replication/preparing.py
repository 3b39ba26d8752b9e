"""What comes before the loads: read the source's catalogue, map it, claim the target, decide for every table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.digest import load_digest
from dmsform.catalog.mapping import MappedTable
from dmsform.catalog.model import TableName
from dmsform.catalog.rules import parse_rules
from dmsform.catalog.select import map_catalog
from dmsform.diagnostics import Diagnostic, DiagnosticError, has_errors
from dmsform.provider import codes as provider_codes
from dmsform.provider.protocols import Dialect, Provider, TargetControl, TargetInspector
from dmsform.provider.registry import provider
from dmsform.provider.values import Epoch, Owner, TableRecord, TableWrite, TargetTable
from dmsform.replication import codes
from dmsform.replication.approval import approve, check_source, is_complete, missing_tables, source_gone
from dmsform.replication.events import CatalogRead, Observer, OwnershipClaimed, SelectedTable, TablesSelected
from dmsform.replication.job import Plane, TableJob, load_order
from dmsform.replication.plane import choose_plane
from dmsform.task.definition import MigrationType, TaskDefinition

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class DesignedTable:
    """A mapped table with its target design; `digest` is of all that decides what a completed table holds."""

    mapped: MappedTable
    design: TableDesign
    digest: str

    @property
    def source(self) -> TableName:
        """The source table's name."""
        return self.mapped.source.name


@dataclass(frozen=True, slots=True)
class Kept:
    """The table is complete: nothing to do."""

    rows: int


Decision: TypeAlias = TableJob | Kept | Diagnostic


@dataclass(frozen=True, slots=True)
class Ownership:
    """The claimed target: everything needed to decide on a table, now and again after a lost attempt."""

    definition: TaskDefinition
    owner: Owner
    epoch: Epoch
    plane: Plane
    digests: Mapping[TableName, str]

    def decide(self, tables: Sequence[DesignedTable]) -> list[Decision]:
        """Look at the target and decide on each table. Raises DiagnosticError, ConnectionLostError."""
        target = self.definition.target
        found = provider(target.engine)
        records = {r.source: r for r in _face(found.target_control, found).table_records(target, self.owner)}
        inspector: TargetInspector = _face(found.target_inspector, found)
        existing = inspector.inspect_target(target, [t.mapped.target for t in tables])
        return [self._decide(t, records.get(t.source), existing.get(t.mapped.target)) for t in tables]

    def _decide(self, table: DesignedTable, record: TableRecord | None, existing: TargetTable | None) -> Decision:
        definition = self.definition
        same_load = self.digests.get(table.source, table.digest) == table.digest
        if record and is_complete(record, definition.run, existing, table.design, same_load=same_load):
            return Kept(record.rows)
        preparation = definition.settings.full_load.target_table_prep_mode
        approval = approve(table.mapped, definition.planned, existing, record, definition.run, preparation)
        if isinstance(approval, Diagnostic):
            return approval
        write = TableWrite(
            owner=self.owner,
            epoch=self.epoch,
            run=definition.run,
            mapped=table.mapped,
            design=table.design,
            preparation=approval.preparation,
            may_destroy=approval.may_destroy,
            may_destroy_rows=approval.may_destroy_rows,
        )
        return TableJob(definition.source, definition.target, write, self.plane)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the loads start from: decisions in the order of loading, and what is in error already."""

    ownership: Ownership
    decisions: tuple[tuple[DesignedTable, Decision], ...]
    refused: Mapping[TableName, tuple[Diagnostic, ...]] = field(default_factory=dict)
    gone: Mapping[TableName, Diagnostic] = field(default_factory=dict)

    @property
    def designs(self) -> list[TableDesign]:
        """The designs of the tables that are loaded or kept."""
        return [table.design for table, _ in self.decisions]


def prepare(definition: TaskDefinition, digests: Mapping[TableName, str], observer: Observer) -> Prepared:
    """Everything up to the first load; changes nothing on the target but control rows.

    digests -- `load_digest` of tables as they were completed, where known. Raises DiagnosticError for what stops the
    whole task, ConnectionLostError for what may pass.
    """
    _refuse_unbuilt(definition)
    source, target = provider(definition.source.engine), provider(definition.target.engine)
    plane = choose_plane(source, target)
    mapped = _read_and_map(definition, source, observer)
    designed, refused = _design(definition, _face(target.dialect, target), mapped)
    owner = Owner(definition.lineage, definition.name, definition.holder)
    control: TargetControl = _face(target.target_control, target)
    epoch = control.claim(definition.target, owner, [t.mapped.target for t in designed])
    observer.observe(OwnershipClaimed(epoch))
    ownership = Ownership(definition, owner, epoch, plane, digests)
    decisions = tuple(zip(designed, ownership.decide(designed), strict=True))
    gone = {TableName(*e.source): source_gone(e) for e in missing_tables(mapped, definition.planned)}
    return Prepared(ownership, decisions, refused, gone)


def _refuse_unbuilt(definition: TaskDefinition) -> None:
    if definition.migration_type is not MigrationType.FULL_LOAD:
        raise DiagnosticError(
            codes.UNSUPPORTED_MIGRATION.error(
                f'Task {definition.name} has the migration type "{definition.migration_type}".',
                'Set migration_type = "full-load".',
            )
        )


def _read_and_map(definition: TaskDefinition, source: Provider, observer: Observer) -> list[MappedTable]:
    catalog = source.introspector.introspect(definition.source)
    observer.observe(CatalogRead(len(catalog.tables)))
    rules, found = parse_rules(definition.table_mappings)
    mapped, more = map_catalog(catalog, rules, definition.settings)
    diagnostics = (*found, *more)
    if has_errors(diagnostics):
        raise DiagnosticError(diagnostics)
    if not mapped and definition.settings.error_behavior.fail_on_no_tables_captured:
        raise DiagnosticError(
            codes.NO_TABLES.error(
                f"None of the {len(catalog.tables)} tables of endpoint {definition.source.name} is selected.",
                "Correct the selection rules; names are matched with upper and lower case apart.",
            )
        )
    ordered = sorted(mapped, key=load_order)
    observer.observe(TablesSelected(tuple(map(_selected, ordered)), diagnostics))
    return ordered


def _selected(mapped: MappedTable) -> SelectedTable:
    source = mapped.source
    return SelectedTable(source.name, mapped.target, source.estimated_rows, source.estimated_bytes)


def _design(
    definition: TaskDefinition, dialect: Dialect, mapped: Iterable[MappedTable]
) -> tuple[list[DesignedTable], dict[TableName, tuple[Diagnostic, ...]]]:
    designed: list[DesignedTable] = []
    refused: dict[TableName, tuple[Diagnostic, ...]] = {}
    for table in mapped:
        changed = check_source(table, definition.planned)
        design = (changed,) if changed else dialect.design(table, definition.source.engine)
        if isinstance(design, TableDesign):
            designed.append(DesignedTable(table, design, load_digest(table, design)))
        else:
            refused[table.source.name] = tuple(design)
    return designed, refused


def _face(face: _T | None, found: Provider) -> _T:
    if face is None:
        raise DiagnosticError(
            provider_codes.MISSING_FACE.error(
                f"{found.label} cannot be the target of a task: its provider does not offer what that needs.",
                "Choose another engine for the target endpoint.",
            )
        )
    return face
