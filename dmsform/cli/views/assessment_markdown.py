"""An assessment as Markdown, for pull requests."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.assessment import Assessment, CodeSummary
from dmsform.cli.views.assessment_words import count_rows, effort, headline, occurrences


def assessment_markdown(found: Assessment) -> str:
    """A headline, the counts, and every action item with its occurrences."""
    lines = [f"# Assessment of task {_escaped(found.task)}", "", _escaped(headline(found)), ""]
    lines += _table(count_rows(found), right=True)
    summaries = found.codes()
    if not summaries:
        return "\n".join([*lines, "", "Nothing needs attention."])
    lines += ["", "## Action items", ""]
    head = ("Code", "What", "Verdict", "Occurrences", "Effort")
    lines += _table([head, *map(_summary, summaries)])
    for summary in summaries:
        lines += ["", f"### {summary.code.id}: {summary.code.summary}", ""]
        listed = [(str(t.source), i.what, i.reason, i.remedy) for t, i in occurrences(found, summary.code)]
        lines += _table([("Table", "Object", "Reason", "Remedy"), *listed])
    return "\n".join(lines)


def _summary(summary: CodeSummary) -> tuple[str, ...]:
    code = summary.code
    return code.id, code.summary, code.verdict.value, f"{summary.occurrences:,}", effort(summary.minutes)


def _table(rows: Sequence[Sequence[str]], *, right: bool = False) -> list[str]:
    head, *body = ([_escaped(cell) for cell in row] for row in rows)
    rule = ["---", *("---:" if right else "---" for _ in head[1:])]
    return [f"| {' | '.join(row)} |" for row in (head, rule, *body)]


def _escaped(text: str) -> str:
    """Text that Markdown takes as it is: names come from the source, and may hold anything."""
    for sign in "\\`*_{}[]<>#|~&":
        text = text.replace(sign, f"\\{sign}" if sign not in "<>&" else {"<": "&lt;", ">": "&gt;", "&": "&amp;"}[sign])
    return " ".join(text.split())
