"""An assessment as CSV: a line per object and action item, in the manner of the AWS Schema Conversion Tool's report."""

from __future__ import annotations

import csv
import io

from dmsform.catalog.assessment import Assessment

HEAD = (
    "Category", "Schema", "Table", "Object", "Status", "Action item", "Subject", "Description", "Recommended action",
    "Estimated minutes", "Target schema", "Target table",
)  # fmt: skip


def assessment_csv(found: Assessment) -> str:
    """The lines, with a head. An object without action items has a line too; one with several has several."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for table in found.tables:
        where = (table.source.schema, table.source.name)
        to = (table.target.schema, table.target.name)
        for each in table.objects:
            about = (each.category.value, *where, each.name, each.status.value)
            for item in each.items:
                code = item.code
                told = (code.id, code.summary, f"{item.what}: {item.reason}", item.remedy, code.minutes)
                writer.writerow([_safe(value) for value in (*about, *told, *to)])
            if not each.items:
                writer.writerow([_safe(value) for value in (*about, "", "", "", "", 0, *to)])
    return text.getvalue().rstrip("\n")


def _safe(value: str | int) -> str | int:
    """A text that a spreadsheet would take for a formula is marked as text: names come from the source."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
