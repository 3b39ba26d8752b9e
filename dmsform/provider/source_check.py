"""Decides whether a source table still is what it was matched as. Pure.

Between matching and reading, others may alter it. Values of a wider type would be read as they are now and be rounded
or cut by the column that was made for the narrower one, some without a word; a new column would be left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from dmsform.catalog.model import Table
from dmsform.diagnostics import DataPlace, Diagnostic, DiagnosticError
from dmsform.provider import codes
from dmsform.task.definition import EndpointDefinition


def check_unchanged(endpoint: EndpointDefinition, matched: Table, now: Table | None) -> None:
    """Raise DiagnosticError where columns differ. now -- as it stands while it is held; None if it is not seen.

    A column that is gone, or not shown to this user any more, is what the statement that reads it tells.
    """
    findings = [_changed(endpoint, matched, name, words) for name, words in _differences(matched, now or matched)]
    if findings:
        raise DiagnosticError(findings)


def _differences(matched: Table, now: Table) -> Iterator[tuple[str, str]]:
    before = {column.name: column.native for column in matched.columns}
    for column in now.columns:
        native = before.get(column.name)
        if native is None:
            yield column.name, "is new"
        elif native != column.native:
            yield column.name, f"is {column.native} now and was {native}"


def _changed(endpoint: EndpointDefinition, matched: Table, column: str, words: str) -> Diagnostic:
    return codes.SOURCE_DIFFERS.error(
        f"Table {matched.name} of endpoint {endpoint.name} was altered since it was matched: column {column} {words}.",
        "Plan again and apply: the table is then loaded as it stands.",
        place=DataPlace(endpoint=endpoint.name, table=str(matched.name), column=column),
    )
