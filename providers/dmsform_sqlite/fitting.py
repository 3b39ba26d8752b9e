"""Decides whether an existing table can take a mapped table's rows. Pure.

Affinity decides, not the declared type's name: a column of another affinity would change what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.model import Column, Table
from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform_sqlite.options import STRICT
from dmsform_sqlite.types import Affinity, affinity

_NUMBERS = frozenset({Affinity.INTEGER, Affinity.NUMERIC})


def differences(existing: Table, with_default: frozenset[str], design: TableDesign) -> list[Diagnostic]:
    """Everything that keeps the existing table from taking the rows; `with_default` in lower case."""
    columns = {c.name.lower(): c for c in existing.columns}
    findings = []
    for wanted in design.columns:
        found = columns.pop(wanted.name.lower(), None)
        if found is None:
            findings.append(_differs(existing, wanted.name, "does not exist there"))
        elif found.generated is not None:
            findings.append(_differs(existing, wanted.name, "is generated there and takes no values"))
        elif not _takes(existing, found, wanted.type, strict=STRICT in design.options):
            why = f"is {found.native or 'of no type'} there, which would change values of {wanted.type or 'any type'}"
            findings.append(_differs(existing, wanted.name, why))
    findings += [
        _differs(existing, name, "is NOT NULL there without a default, and the source does not fill it")
        for name in _unfilled(columns.values(), with_default)
    ]
    return findings


def _takes(existing: Table, found: Column, wanted: str, *, strict: bool) -> bool:
    held = affinity(found.native, strict=STRICT in existing.options)
    given = affinity(wanted, strict=strict)
    return held in (given, Affinity.BLOB) or {held, given} <= _NUMBERS


def _unfilled(columns: Iterable[Column], with_default: frozenset[str]) -> Iterator[str]:
    for column in columns:
        fills_itself = column.identity is not None or column.generated is not None
        if not column.nullable and not fills_itself and column.name.lower() not in with_default:
            yield column.name


def _differs(existing: Table, column: str, why: str) -> Diagnostic:
    return codes.TARGET_DIFFERS.error(
        f"Column {column} of target table {existing.name} {why}.",
        "Alter the target table, leave the column out or change its type by a transformation rule, or let dmsform "
        "create the table (drop-and-create).",
        place=DataPlace(table=str(existing.name), column=column),
    )
