"""Sees to it that nothing of a table goes without a word: it is in the design, or an action item names it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dmsform.catalog import item_codes as codes
from dmsform.catalog.changes import ColumnDesign, TableDesign
from dmsform.catalog.formulas.syntax import Null
from dmsform.catalog.items import ActionItem, ItemCode
from dmsform.catalog.mapping import LostObject, MappedColumn, MappedTable

_BY_HAND = "Create it on the target by hand after the load, if it is needed there."
_UNMODELLED = (
    ("trigger ", codes.TRIGGER),
    ("row security policy ", codes.POLICY),
    ("rule ", codes.RULE),
    ("exclusion constraint ", codes.EXCLUSION),
    ("partitioning", codes.PARTITIONING),
    ("storage engine ", codes.TABLE_OPTION),
    ("system versioning", codes.TABLE_OPTION),
    ("domain ", codes.DOMAIN_AS_BASE_TYPE),
    ("invisibility ", codes.INVISIBLE_COLUMN),
    ("collation ", codes.COLLATION_CHANGED),
    ("compression ", codes.COLUMN_OPTION_LEFT_OUT),
    ("default ", codes.DEFAULT_LEFT_OUT),
    ("check ", codes.CHECK_LEFT_OUT),
    ("CHECK ", codes.CHECK_LEFT_OUT),
    ("foreign key ", codes.FOREIGN_KEY_NOT_CARRIED),
    ("unique ", codes.INDEX_NOT_CARRIED),
    ("index ", codes.INDEX_NOT_CARRIED),
    ("ON UPDATE ", codes.ON_UPDATE_LEFT_OUT),
)


def all_items(mapped: MappedTable, design: TableDesign, found: Sequence[ActionItem]) -> tuple[ActionItem, ...]:
    """The target's own findings and those that it did not make.

    found -- what the target's dialect said.
    """
    named = {item.what for item in found}
    rest = [item for item in _unaccounted(mapped, design) if item.what not in named]
    unmodelled = [_unmodelled(words) for words in mapped.source.not_carried if words not in named]
    return (*found, *rest, *unmodelled, *map(_lost, mapped.lost))


def _lost(lost: LostObject) -> ActionItem:
    return codes.LOST_BY_RULES.item(lost.what, lost.reason, "Change the rules, or create it on the target by hand.")


def _unaccounted(mapped: MappedTable, design: TableDesign) -> Iterator[ActionItem]:
    made = (
        {i.source for i in design.indexes} | {c.source for c in design.checks} | {k.source for k in design.foreign_keys}
    )
    kinds: tuple[tuple[Sequence[object], ItemCode], ...] = (
        (mapped.indexes, codes.INDEX_NOT_CARRIED),
        (mapped.checks, codes.CHECK_LEFT_OUT),
        (mapped.foreign_keys, codes.FOREIGN_KEY_NOT_CARRIED),
    )
    for objects, code in kinds:
        for each in objects:
            if str(each) not in made:
                yield code.item(str(each), "this version does not carry it to the target", _BY_HAND)
    designed = {column.name: column for column in design.columns}
    for column in mapped.columns:
        if (there := designed.get(column.name)) is not None:
            yield from _of_column(column, there)
    if mapped.comment and not design.comment:
        yield codes.COMMENT_LEFT_OUT.item("comment of the table", "the target keeps none", "Keep it elsewhere.")


def _of_column(column: MappedColumn, design: ColumnDesign) -> Iterator[ActionItem]:
    default = column.default
    if default is not None and not isinstance(default.meaning, Null) and design.default is None:
        reason = f"{default.sql or 'it'} is not translated"
        remedy = "Set a default on the target by hand after the load."
        yield codes.DEFAULT_LEFT_OUT.item(f"default of column {column.name}", reason, remedy, column.name)
    if column.on_update is not None and design.on_update is None:
        what = f"ON UPDATE of column {column.name}"
        yield codes.ON_UPDATE_LEFT_OUT.item(what, "the target has no such clause", _BY_HAND, column.name)
    if column.comment and not design.comment:
        what = f"comment of column {column.name}"
        yield codes.COMMENT_LEFT_OUT.item(what, "the target keeps none", "Keep it elsewhere.", column.name)


def _unmodelled(words: str) -> ActionItem:
    code = next((code for prefix, code in _UNMODELLED if words.startswith(prefix)), codes.OTHER_NOT_CARRIED)
    return code.item(words, "this version does not carry it", _BY_HAND)
