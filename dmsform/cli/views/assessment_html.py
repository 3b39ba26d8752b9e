"""An assessment as one HTML page that needs nothing else: no script, no picture, nothing from the network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from dmsform.catalog.assessment import AssessedTable, Assessment, Status
from dmsform.catalog.items import ActionItem
from dmsform.cli.views.assessment_words import COUNT_HEAD, count_rows, effort, headline, occurrences

_COLOURS = {
    Status.CONVERTED: "#2e7d32",
    Status.CHANGED: "#f9a825",
    Status.NEEDS_WORK: "#ef6c00",
    Status.NOT_CONVERTIBLE: "#c62828",
}
_WIDTH, _BAR, _LABELS = 640, 18, 130
_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { text-align: left; padding: .25rem .75rem; border-bottom: 1px solid #8884; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td { overflow-wrap: anywhere; } summary { cursor: pointer; padding: .3rem 0; }
.swatch { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: 2px; }
.legend span { margin-right: 1.2em; } svg text { font-size: 12px; fill: currentColor; }
"""


def assessment_html(found: Assessment) -> str:
    """The page: headline, charts, counts, action items with their occurrences."""
    title = escape(f"Assessment of task {found.task}")
    return "\n".join([
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
        f"<p>{escape(headline(found))}</p>",
        *_legend(),
        *_chart(found),
        "<h2>Objects</h2>",
        *_counts(found),
        *_items(found),
        "</body></html>",
    ])  # fmt: skip


def _legend() -> Iterator[str]:
    yield '<p class="legend">'
    for status, colour in _COLOURS.items():
        yield f'<span><i class="swatch" style="background:{colour}"></i>{escape(status.value)}</span>'
    yield "</p>"


def _chart(found: Assessment) -> Iterator[str]:
    """A bar for each category: which part of its objects became what."""
    counts = found.counts()
    height = len(counts) * (_BAR + 8)
    box = f"0 0 {_LABELS + _WIDTH + 60} {height}"
    label = "Objects by what becomes of them"
    yield f'<svg role="img" aria-label="{label}" viewBox="{box}" width="100%" height="{height}">'
    for row, (category, statuses) in enumerate(counts.items()):
        top, total, left = row * (_BAR + 8), sum(statuses.values()), float(_LABELS)
        yield f'<text x="0" y="{top + 13}">{escape(category.value)}</text>'
        for status, colour in _COLOURS.items():
            width = _WIDTH * statuses[status] / total
            if width:
                told = f"{statuses[status]:,} of {total:,} {status.value}"
                yield (
                    f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{_BAR}" fill="{colour}">'
                    f"<title>{escape(told)}</title></rect>"
                )
            left += width
        yield f'<text x="{_LABELS + _WIDTH + 8}" y="{top + 13}">{total:,}</text>'
    yield "</svg>"


def _counts(found: Assessment) -> Iterator[str]:
    yield from _table(COUNT_HEAD, count_rows(found)[1:], numbers=frozenset(range(1, len(COUNT_HEAD))))


def _items(found: Assessment) -> Iterator[str]:
    summaries = found.codes()
    yield "<h2>Action items</h2>"
    if not summaries:
        yield "<p>Nothing needs attention.</p>"
        return
    most = max(summary.minutes for summary in summaries) or 1
    for summary in summaries:
        code, colour = summary.code, _COLOURS[Status(summary.code.verdict.value)]
        bar = f'<i class="swatch" style="background:{colour};width:{max(0.8, 12 * summary.minutes / most):.1f}em"></i>'
        times = f"{summary.occurrences:,} &times;, {escape(effort(summary.minutes))}"
        yield f"<details><summary>{bar}<b>{code.id}</b> {escape(code.summary)} ({times})</summary>"
        rows = [_occurrence(table, item) for table, item in occurrences(found, code)]
        yield from _table(("Table", "Object", "Reason", "Remedy"), rows)
        yield "</details>"


def _occurrence(table: AssessedTable, item: ActionItem) -> tuple[str, ...]:
    return str(table.source), item.what, item.reason, item.remedy


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: frozenset[int] = frozenset()) -> Iterator[str]:
    yield f"<table><thead>{_row(head, 'th', numbers)}</thead><tbody>"
    for row in rows:
        yield _row(row, "td", numbers)
    yield "</tbody></table>"


def _row(cells: Sequence[str], tag: str, numbers: frozenset[int]) -> str:
    kinds = [f"{tag} class=n" if place in numbers else tag for place in range(len(cells))]
    return f"<tr>{''.join(f'<{k}>{escape(c)}</{tag}>' for k, c in zip(kinds, cells, strict=True))}</tr>"
