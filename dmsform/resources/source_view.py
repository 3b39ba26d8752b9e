"""Looks at a task's source: its catalogue, what the rules make of it, and how the target would design it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dmsform.catalog.changes import (
    AddForeignKey,
    AddObjects,
    AddPrimaryKey,
    CreateSchema,
    CreateTable,
    DropTable,
    TableDesign,
    TruncateTable,
)
from dmsform.catalog.coverage import all_items
from dmsform.catalog.digest import load_digest
from dmsform.catalog.items import Verdict
from dmsform.catalog.mapping import Copied, MappedTable, Masked
from dmsform.catalog.model import Catalog
from dmsform.catalog.rules import TableMappings, parse_rules
from dmsform.catalog.select import map_catalog
from dmsform.diagnostics import Diagnostic, DiagnosticError, Severity, has_errors
from dmsform.plan.values import MatchedTable
from dmsform.provider.protocols import Dialect
from dmsform.provider.registry import provider
from dmsform.resources import codes
from dmsform.resources.mappings import without_columns
from dmsform.resources.task_block import OnUnsupported, Task
from dmsform.task.definition import EndpointDefinition


@dataclass(frozen=True, slots=True)
class Designed:
    """A mapped table and the target table designed for it."""

    mapped: MappedTable
    design: TableDesign


@dataclass(frozen=True, slots=True)
class SourceView:
    """What a task would move. document -- the rules, those included that leave columns out by `on_unsupported`."""

    tables: tuple[Designed, ...]
    matched: tuple[MatchedTable, ...]
    document: dict[str, Any]
    warnings: tuple[Diagnostic, ...] = ()


def read_catalog(source: EndpointDefinition) -> Catalog:
    """The source's catalogue. Raises DiagnosticError: unreachable, wrong password, ..."""
    return provider(source.engine).introspector.introspect(source)


def view_source(task: Task, catalog: Catalog, target_engine: str) -> SourceView:
    """Map the source's catalogue and design the target's tables. Pure.

    Raises DiagnosticError: no table matched, a type that cannot be carried, ...
    """
    dialect = provider(target_engine).dialect
    assert dialect is not None, "the pair was checked before"
    engine = catalog.engine
    mapped, warnings = map_source(task, catalog, task.mappings)
    designed, refused = _design(dialect, mapped, engine)
    document, left_out = task.document, tuple[Diagnostic, ...]()
    if refused and task.on_unsupported is not OnUnsupported.FAIL:
        columns = _columns(refused, mapped)
        document = without_columns(task.document, columns)
        mappings, found = parse_rules(document)
        _stop(found)
        left_out = tuple(d for _, d in refused)
        mapped, warnings = map_source(task, catalog, mappings)
        designed, refused = _design(dialect, mapped, engine)
    _stop([d for _, d in refused])
    if task.on_unsupported is OnUnsupported.WARN:
        warnings = [*warnings, *(_left_out(d) for d in left_out)]
    return SourceView(tuple(designed), _matched(dialect, designed, engine, left_out), document, tuple(warnings))


def map_source(
    task: Task, catalog: Catalog, mappings: TableMappings
) -> tuple[tuple[MappedTable, ...], list[Diagnostic]]:
    """What the rules make of the catalogue, with warnings. Raises DiagnosticError where they do not fit it."""
    mapped, found = map_catalog(catalog, mappings, task.settings)
    placed = [d if d.subject else replace(d, subject=task.rules.first_selection) for d in found]
    _stop(placed)
    return mapped, placed


def _stop(found: Sequence[Diagnostic]) -> None:
    if has_errors(found):
        raise DiagnosticError([d for d in found if d.severity is Severity.ERROR])


def _design(
    dialect: Dialect, mapped: Iterable[MappedTable], engine: str
) -> tuple[list[Designed], list[tuple[MappedTable, Diagnostic]]]:
    designed: list[Designed] = []
    refused: list[tuple[MappedTable, Diagnostic]] = []
    for table in mapped:
        design = dialect.design(table, engine)
        if isinstance(design, TableDesign):
            designed.append(Designed(table, design))
        else:
            refused += [(table, d) for d in design]
    return designed, refused


def _columns(
    refused: Iterable[tuple[MappedTable, Diagnostic]], mapped: Iterable[MappedTable]
) -> list[tuple[str, str, str]]:
    """Source columns that the refusals name. Raises DiagnosticError for a refusal that is of no source column."""
    found: list[tuple[str, str, str]] = []
    others: list[Diagnostic] = []
    for table, diagnostic in refused:
        name = diagnostic.place.column if diagnostic.place else None
        column = next((c for c in table.columns if c.name == name), None)
        if column is not None and isinstance(column.value, Copied | Masked):
            found.append((table.source.name.schema, table.source.name.name, column.value.column.name))
        else:
            others.append(diagnostic)
    _stop(others)
    return found


def _left_out(refusal: Diagnostic) -> Diagnostic:
    return codes.UNSUPPORTED_LEFT_OUT.warning(
        f"{refusal.detail} The column is left out, as `on_unsupported` says.", refusal.remedy, place=refusal.place
    )


def _matched(
    dialect: Dialect, designed: Iterable[Designed], engine: str, left_out: Iterable[Diagnostic]
) -> tuple[MatchedTable, ...]:
    schemas: set[str] = set()
    missing: dict[str, list[str]] = {}
    for refusal in left_out:
        if refusal.place and refusal.place.table:
            missing.setdefault(refusal.place.table, []).append(f"column {refusal.place.column}")
    return tuple(
        _one(dialect, each, engine, schemas, missing.get(str(each.mapped.source.name), ())) for each in designed
    )


def _one(dialect: Dialect, designed: Designed, engine: str, schemas: set[str], missing: Sequence[str]) -> MatchedTable:
    mapped, design = designed.mapped, designed.design
    source = mapped.source
    create = [*dialect.enums(mapped, engine), CreateTable(design)]
    if design.name.schema not in schemas:
        # Once per schema: it reads as what it is, the schema's creation, and not a table's.
        schemas.add(design.name.schema)
        create.insert(0, CreateSchema(design.name.schema))
    if design.primary_key:
        create.append(AddPrimaryKey(design))
    create.append(AddObjects(design))
    create += [AddForeignKey(design.name, key) for key in design.foreign_keys]
    items = all_items(mapped, design, dialect.action_items(mapped, engine))
    changed = [str(item) for item in items if item.verdict is Verdict.CHANGED]
    return MatchedTable(
        source=(source.name.schema, source.name.name),
        target=(mapped.target.schema, mapped.target.name),
        source_digest=source.digest(),
        load_digest=load_digest(mapped, design),
        rows=source.estimated_rows,
        bytes=source.estimated_bytes,
        create_ddl=tuple(s for change in create for s in dialect.render(change)),
        drop_ddl=tuple(dialect.render(DropTable(mapped.target))),
        truncate_ddl=tuple(dialect.render(TruncateTable(mapped.target))),
        conversions=(*dialect.conversions(mapped, engine), *changed),
        not_carried=(*missing, *(str(item) for item in items if item.verdict is not Verdict.CHANGED)),
    )
