"""What a task's change does to data: the part of a plan that a reviewer of a migration reads first.

What is destroyed, what conversions change and which tables are left behind is always told in full; DDL that only
creates and long lists of tables that only come are folded unless everything is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from dmsform.cli.views.columns import aligned
from dmsform.cli.views.style import Style
from dmsform.cli.views.units import count, counted, estimate, size
from dmsform.plan.model import DataImpact, TableAction, TableImpact

TABLES_SHOWN = 50
DDL_TABLES_SHOWN = 2
_UNCOUNTED_KINDS = ("CHECK constraints", "ON CONFLICT clauses")
_LONG_KINDS = (
    *_UNCOUNTED_KINDS, "foreign key", "unique constraint", "unique index", "exclusion constraint",
    "row security policy",
)  # fmt: skip
"""What is left behind is named by its kind in front, of one word or of these."""
_COPIES = frozenset({TableAction.CREATE, TableAction.DROP_AND_CREATE, TableAction.TRUNCATE, TableAction.LOAD_EXISTING})


def copied(tables: Iterable[TableImpact]) -> list[TableImpact]:
    """The tables whose rows are copied."""
    return [t for t in tables if t.action in _COPIES]


def volume(tables: Sequence[TableImpact]) -> str:
    """`20 tables, ~200,000 rows, ~25 MB to copy`; a figure that some store does not know says so."""
    if not tables:
        return "nothing to copy"
    parts = [counted(len(tables), "table")]
    for figures, say in (([t.rows for t in tables], _rows), ([t.bytes for t in tables], size)):
        known = [f for f in figures if f is not None]
        if known:
            at_least = "at least " if len(known) < len(figures) else ""
            parts.append(at_least + estimate(say(sum(known))))
    return ", ".join(parts) + " to copy"


def _rows(number: int) -> str:
    return counted(number, "row")


def data_lines(impact: DataImpact, style: Style, *, verbose: bool = False) -> list[str]:
    """The lines of one task's data section, indented under its block."""
    if impact.unknown and not impact.tables:
        return _indented([f"Data: known after apply, because {impact.unknown}.", *_run_line(impact)])
    lines = [f"Data: {volume(copied(impact.tables))}{_new(impact.tables)}.", *_run_line(impact)]
    if impact.unknown:
        lines.append(f"Some of it is known after apply only, because {impact.unknown}.")
    sections: tuple[Callable[[], list[str]], ...] = (
        lambda: _destroyed(impact.tables, style),
        lambda: _table_rows(impact.tables, verbose=verbose),
        lambda: _left(impact.tables),
        lambda: _conversions(impact.tables, style),
        lambda: _statements(impact.tables, verbose=verbose),
        lambda: _not_carried(impact.tables, verbose=verbose),
    )
    for section in sections:
        lines += section()
    return _indented(lines)


def _new(tables: Sequence[TableImpact]) -> str:
    """How the tables differ from those of the last apply; nothing where there was none."""
    new = sum(t.is_new for t in tables)
    return f"; {counted(new, 'table')} not matched before" if 0 < new < len(tables) else ""


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"      {line}".rstrip() for line in lines]


def _run_line(impact: DataImpact) -> list[str]:
    return [f"The task {impact.running}."] if impact.running else []


def _destroyed(tables: Sequence[TableImpact], style: Style) -> list[str]:
    gone = [t for t in tables if t.destroys]
    if not gone:
        return []
    lines = ["", style.bold_red(f"DESTROYED on the target: {counted(len(gone), 'table')}")]
    for table in gone:
        rows = "it holds rows" if table.target_has_rows else "it is empty"
        what = "dropped with all its rows" if table.action is TableAction.DROP_AND_CREATE else "emptied"
        lines.append(f"  {style.red('-')} {style.bold(table.target)} is {what}; {rows}")
        lines += [f"      {statement}" for statement in table.ddl if _is_destructive(statement)]
        lines += [f"      with it goes: {words}" for words in table.takes_along]
    return lines


def _is_destructive(statement: str) -> bool:
    return statement.lstrip().upper().startswith(("DROP", "TRUNCATE", "DELETE"))


def _table_rows(tables: Sequence[TableImpact], *, verbose: bool) -> list[str]:
    moving = copied(tables)
    kept = [t for t in tables if t.action is TableAction.KEEP]
    shown = [*moving, *kept] if verbose else moving if len(moving) <= TABLES_SHOWN else moving[:TABLES_SHOWN]
    if not shown:
        return [counted(len(kept), "table") + " already loaded, left alone."] if kept else []
    head = ("Source", "Target", "Action", "Rows", "Size", "Target holds rows")
    rows = [head, *(_table_row(t) for t in shown)]
    lines = ["", *(f"  {line}" for line in aligned(rows, right=frozenset({3, 4})))]
    folded = moving[len(shown) :]
    if folded and not verbose:
        lines.append(f"  ... and {volume(folded)} (-verbose lists them)")
    if kept and not verbose:
        lines.append(f"  {counted(len(kept), 'table')} already loaded, left alone (-verbose lists them)")
    return lines


def _table_row(table: TableImpact) -> tuple[str, ...]:
    return (
        table.source,
        table.target,
        str(table.action.value),
        "" if table.rows is None else estimate(count(table.rows)),
        "" if table.bytes is None else estimate(size(table.bytes)),
        "YES" if table.target_has_rows else "no",
    )


def _left(tables: Sequence[TableImpact]) -> list[str]:
    left = [t for t in tables if t.action is TableAction.LEAVE]
    if not left:
        return []
    return ["", "Left on the target as they are, with their rows:", *(f"  {t.target}" for t in left)]


def _conversions(tables: Sequence[TableImpact], style: Style) -> list[str]:
    found = [(t.source, words) for t in tables for words in t.conversions]
    if not found:
        return []
    return ["", "Conversions:", *(f"  {style.yellow('~')} {source}: {words}" for source, words in found)]


def _statements(tables: Sequence[TableImpact], *, verbose: bool) -> list[str]:
    having = [t for t in tables if t.ddl and t.action is not TableAction.KEEP]
    shown = having if verbose else having[:DDL_TABLES_SHOWN]
    if not shown:
        return []
    lines = ["", "Statements on the target:"]
    for table in shown:
        lines += [f"  {line}" for statement in table.ddl for line in f"{statement};".splitlines()]
    folded = having[len(shown) :]
    if folded:
        total = sum(len(t.ddl) for t in folded)
        lines.append(
            f"  ... and {counted(total, 'statement')} for {counted(len(folded), 'table')} (-verbose lists them)"
        )
    return lines


def _not_carried(tables: Sequence[TableImpact], *, verbose: bool) -> list[str]:
    having = [t for t in tables if t.not_carried and t.action is not TableAction.KEEP]
    if not having:
        return []
    if verbose:
        return ["", "Not carried:", *(f"  {t.source}: {', '.join(t.not_carried)}" for t in having)]
    kinds = Counter(_kind(words) for t in having for words in t.not_carried)
    summary = ", ".join(_of_kind(kind, number) for kind, number in sorted(kinds.items()))
    return ["", f"Not carried: {summary} (-verbose lists them)."]


def _kind(words: str) -> str:
    return next((kind for kind in _LONG_KINDS if words.startswith(kind)), words.partition(" ")[0])


def _of_kind(kind: str, number: int) -> str:
    """`2 defaults`; of what is told once for all of a table, the tables are counted."""
    return f"{kind} of {counted(number, 'table')}" if kind in _UNCOUNTED_KINDS else counted(number, kind)
