"""Missing rights as findings of preflight, with the statement that gives each."""

from __future__ import annotations

from collections.abc import Sequence

from dmsform.catalog.model import TableName
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes


def missing(what: str, grant: str, user: str, place: DataPlace, check: str) -> Diagnostic:
    """The error of a missing right. grant -- without its end `TO user`; user -- quoted."""
    return codes.MISSING_GRANT.error(
        f"User {user} of endpoint {place.endpoint} may not {what}.",
        f"Run as the owner or an administrator: {grant} TO {user}",
        place=place,
        check=check,
    )


def arrays(names: Sequence[TableName]) -> list[list[str]]:
    """Two arrays of schemas and names, as `unnest` takes them."""
    return [[n.schema for n in names], [n.name for n in names]]
