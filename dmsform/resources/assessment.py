"""Assesses a task: what becomes of each object of its source on its target. Needs its source alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dmsform.catalog import item_codes as codes
from dmsform.catalog.assessment import AssessedObject, AssessedTable, Assessment, Category, attach
from dmsform.catalog.changes import TableDesign
from dmsform.catalog.coverage import all_items
from dmsform.catalog.items import ActionItem
from dmsform.catalog.mapping import Copied, MappedTable, Masked
from dmsform.catalog.model import Catalog, Table, TableKind
from dmsform.catalog.rules import parse_rules
from dmsform.diagnostics import Diagnostic
from dmsform.provider.protocols import Dialect
from dmsform.provider.registry import provider
from dmsform.resources.mappings import without_columns
from dmsform.resources.source_view import map_source
from dmsform.resources.task_block import Task

_KINDS = (("trigger ", Category.TRIGGER), ("unique ", Category.UNIQUE), ("index ", Category.INDEX))


def assess(task: Task, catalog: Catalog, target_engine: str) -> Assessment:
    """The assessment. Raises DiagnosticError where the task's rules do not fit the catalogue.

    What hangs on columns that cannot be carried is assessed as if the rules left these columns out.
    """
    target = provider(target_engine)
    assert target.dialect is not None, "the pair was checked before"
    mapped, _ = map_source(task, catalog, task.mappings)
    refused = {m.source.name: _refusals(target.dialect, m, catalog.engine) for m in mapped}
    columns = [(n.schema, n.name, c) for n, found in refused.items() for c in found.columns]
    kept = {m.source.name: m for m in mapped}
    if columns:
        without, _ = parse_rules(without_columns(task.document, columns))
        kept |= {m.source.name: m for m in map_source(task, catalog, without)[0]}
    tables = tuple(
        _table(target.dialect, m, kept[m.source.name], refused[m.source.name], catalog.engine) for m in mapped
    )
    return Assessment(task.name, provider(catalog.engine).label, target.label, tables)


@dataclass(frozen=True, slots=True)
class _Refusals:
    """Why a table cannot be on the target. columns -- source columns that must stay behind; whole -- the table must."""

    items: tuple[ActionItem, ...] = ()
    columns: tuple[str, ...] = ()
    whole: bool = False


def _refusals(dialect: Dialect, mapped: MappedTable, engine: str) -> _Refusals:
    design = dialect.design(mapped, engine)
    if isinstance(design, TableDesign):
        return _Refusals()
    named = {d.place.column if d.place else None for d in design}
    found = [c.value for c in mapped.columns if c.name in named]
    columns = tuple(value.column.name for value in found if isinstance(value, Copied | Masked))
    whole = len(columns) < len(named) or len(columns) == len(mapped.columns)
    return _Refusals(tuple(_refused(d, mapped) for d in design), () if whole else columns, whole)


def _table(dialect: Dialect, mapped: MappedTable, kept: MappedTable, refused: _Refusals, engine: str) -> AssessedTable:
    """kept -- the table without its refused columns."""
    objects = _objects(mapped)
    names = {what: number for number, (_, whats) in enumerate(objects) for what in whats}
    items = [*refused.items, *([] if refused.whole else _items(dialect, kept, engine))]
    by_column = {c.name: names[f"column {c.name}"] for c in mapped.columns}
    for item in items:
        if item.column in by_column:
            names.setdefault(item.what, by_column[item.column])
    attached = attach([replace(each, stranded=refused.whole) for each, _ in objects], names, items)
    source = mapped.source
    return AssessedTable(source.name, mapped.target, tuple(attached), source.estimated_rows, source.estimated_bytes)


def _items(dialect: Dialect, mapped: MappedTable, engine: str) -> list[ActionItem]:
    design = dialect.design(mapped, engine)
    if not isinstance(design, TableDesign):
        return [_refused(diagnostic, mapped) for diagnostic in design]
    return [
        *_conversions(dialect.conversions(mapped, engine), mapped),
        *all_items(mapped, design, dialect.action_items(mapped, engine)),
    ]


def _objects(mapped: MappedTable) -> list[tuple[AssessedObject, tuple[str, ...]]]:
    """The objects of a table, itself the first; each with the `what` of the items that are of it."""
    source = mapped.source
    kind = Category.VIEW if source.kind is TableKind.VIEW else Category.TABLE
    found: list[tuple[AssessedObject, tuple[str, ...]]] = [(AssessedObject(kind, source.name.name), ())]
    found += [(AssessedObject(Category.COLUMN, c.name), (f"column {c.name}",)) for c in mapped.columns]
    if source.primary_key:
        found.append((AssessedObject(Category.PRIMARY_KEY, ", ".join(source.primary_key.columns)), ("primary key",)))
    return [*found, *_hanging(source)]


def _hanging(source: Table) -> Iterator[tuple[AssessedObject, tuple[str, ...]]]:
    for index in source.indexes:
        unique = index.unique or index.constraint
        yield AssessedObject(Category.UNIQUE if unique else Category.INDEX, index.name), (str(index),)
    for key in source.foreign_keys:
        yield AssessedObject(Category.FOREIGN_KEY, key.name), (str(key),)
    for check in source.checks:
        yield AssessedObject(Category.CHECK, check.name), (str(check),)
    for words in source.not_carried:
        prefix, category = next(((p, c) for p, c in _KINDS if words.startswith(p)), ("", Category.OTHER))
        yield AssessedObject(category, words.removeprefix(prefix)), (words,)


def _conversions(words: Sequence[str], mapped: MappedTable) -> Iterator[ActionItem]:
    """What the dialect says of columns and of the table, as items."""
    for each in words:
        column = next((c.name for c in mapped.columns if each.startswith(f"column {c.name}: ")), None)
        what = f"column {column}" if column is not None else "the table"
        reason = each.removeprefix(f"{what}: ")
        code = codes.VIEW_AS_TABLE if mapped.source.kind is TableKind.VIEW and column is None else codes.TYPE_CHANGED
        yield code.item(what, reason, "Check that what reads it on the target expects that.", column)


def _refused(diagnostic: Diagnostic, mapped: MappedTable) -> ActionItem:
    column = diagnostic.place.column if diagnostic.place else None
    if column in {c.name for c in mapped.columns}:
        return codes.TYPE_REFUSED.item(f"column {column}", diagnostic.detail, diagnostic.remedy, column)
    return codes.TABLE_REFUSED.item("the table", diagnostic.detail, diagnostic.remedy)
