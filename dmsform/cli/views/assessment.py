"""An assessment for people, on a terminal, and as JSON; the other forms have files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dmsform.catalog.assessment import AssessedTable, Assessment, CodeSummary, Status
from dmsform.catalog.items import ActionItem
from dmsform.cli.views.assessment_csv import assessment_csv
from dmsform.cli.views.assessment_html import assessment_html
from dmsform.cli.views.assessment_markdown import assessment_markdown
from dmsform.cli.views.assessment_words import count_rows, effort, headline, occurrences
from dmsform.cli.views.columns import aligned
from dmsform.cli.views.documents import document
from dmsform.cli.views.style import Style
from dmsform.cli.views.units import counted

SHOWN = 3
"""Of each action item so many occurrences are shown, unless all are asked for."""


def rendered(found: Assessment, form: str, style: Style, *, verbose: bool) -> str:
    """The assessment in one of the command's forms."""
    match form:
        case "csv":
            return assessment_csv(found)
        case "markdown":
            return assessment_markdown(found)
        case "html":
            return assessment_html(found)
        case _:
            return assessment_text(found, style, verbose=verbose)


def assessment_text(found: Assessment, style: Style, *, verbose: bool = False) -> str:
    """A headline, the objects by their kind, the action items with their occurrences."""
    lines = [style.bold(headline(found)), ""]
    lines += [f"  {line}" for line in aligned(count_rows(found), right=frozenset(range(1, 6)))]
    summaries = found.codes()
    if not summaries:
        return "\n".join([*lines, "", "Nothing needs attention."])
    lines += ["", style.bold("Action items"), ""]
    for summary in summaries:
        lines += _summary(found, summary, style, verbose=verbose)
    return "\n".join(lines)


def _summary(found: Assessment, summary: CodeSummary, style: Style, *, verbose: bool) -> Iterator[str]:
    code = summary.code
    times = f"{counted(summary.occurrences, 'occurrence')}, {_painted(code.verdict.value, style)}"
    yield f"  {style.bold(code.id)} {code.summary}: {times}, {effort(summary.minutes)}"
    every = occurrences(found, code)
    shown = every if verbose else every[:SHOWN]
    for table, item in shown:
        yield f"    {table.source}: {item.what}: {item.reason}"
        yield style.faint(f"      {item.remedy}")
    if len(every) > len(shown):
        yield f"    ... and {len(every) - len(shown):,} more (-verbose lists them)"


def _painted(status: str, style: Style) -> str:
    match Status(status):
        case Status.CHANGED:
            return style.yellow(status)
        case Status.NEEDS_WORK | Status.NOT_CONVERTIBLE:
            return style.red(status)
        case Status.CONVERTED:
            return style.green(status)


def assessment_document(found: Assessment) -> dict[str, Any]:
    """The JSON document: every object with its status and items."""
    return document(
        task=found.task,
        source=found.source,
        target=found.target,
        level=found.level,
        minutes=found.minutes,
        converted_share=round(found.converted_share, 4),
        counts={
            category.value: {status.value: counts[status] for status in Status}
            for category, counts in found.counts().items()
        },
        action_items=[
            {
                "code": s.code.id,
                "summary": s.code.summary,
                "verdict": s.code.verdict.value,
                "occurrences": s.occurrences,
                "minutes": s.minutes,
            }
            for s in found.codes()
        ],
        tables=[_table(table) for table in found.tables],
    )


def _table(table: AssessedTable) -> dict[str, Any]:
    return {
        "source": {"schema": table.source.schema, "table": table.source.name},
        "target": {"schema": table.target.schema, "table": table.target.name},
        "estimated_rows": table.rows,
        "estimated_bytes": table.bytes,
        "objects": [
            {
                "category": each.category.value,
                "name": each.name,
                "status": each.status.value,
                "items": [_item(item) for item in each.items],
            }
            for each in table.objects
        ],
    }


def _item(item: ActionItem) -> dict[str, Any]:
    return {
        "code": item.code.id,
        "verdict": item.verdict.value,
        "what": item.what,
        "reason": item.reason,
        "remedy": item.remedy,
    }
