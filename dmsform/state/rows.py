"""Rows of the state's tables as records, and what can be wrong with the tables; shared by all ways to read them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from dmsform.addresses import Address
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.state import codes
from dmsform.state.document import FORMAT
from dmsform.state.snapshot import OutputRecord, ResourceRecord, Snapshot

STATE_TABLE = "dmsform_state"


def foreign(shown: str, tables: Collection[str]) -> Diagnostic:
    """A SQLite file that somebody else's tables are in."""
    return codes.STATE_FOREIGN.error(
        f"{shown} is a SQLite database with other tables ({', '.join(sorted(tables)[:3])}).",
        "Give the state a file of its own in the state block's `url`.",
    )


def broken(shown: str, why: str) -> Diagnostic:
    """A state that cannot be read."""
    return codes.STATE_BROKEN.error(
        f"The state at {shown} cannot be read: {why}.",
        "Restore the state from a backup; if this is something else, change the state block's `url`.",
    )


def check_head(shown: str, head: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The one row of `dmsform_state`. Raises DiagnosticError: damaged, newer."""
    if head is None:
        raise DiagnosticError(broken(shown, "its head row is missing"))
    if head["format"] > FORMAT:
        raise DiagnosticError(
            codes.STATE_NEWER.error(
                f"{shown} has format {head['format']}; this version knows formats up to {FORMAT}.",
                "Use the newer dmsform that wrote it (`pip install -U dmsform`).",
            )
        )
    return head


def snapshot_of(
    shown: str, head: Mapping[str, Any], resources: Iterable[Mapping[str, Any]], outputs: Iterable[Mapping[str, Any]]
) -> Snapshot:
    """The snapshot that the rows hold. Raises DiagnosticError: damaged."""
    try:
        return Snapshot(
            lineage=head["lineage"],
            serial=head["serial"],
            salt=head["salt"],
            resources=tuple(sorted(map(_record, resources), key=lambda r: r.address)),
            outputs=tuple(sorted(map(_output, outputs), key=lambda o: o.name)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DiagnosticError(broken(shown, f"{type(error).__name__} in a row: {error}")) from error


def _record(row: Mapping[str, Any]) -> ResourceRecord:
    return ResourceRecord(
        address=Address.parse(row["address"]),
        attributes=json.loads(row["attributes"]),
        secrets=json.loads(row["secrets"]),
        dependencies=tuple(Address.parse(a) for a in json.loads(row["dependencies"])),
        schema_version=row["schema_version"],
        prevent_destroy=bool(row["prevent_destroy"]),
    )


def _output(row: Mapping[str, Any]) -> OutputRecord:
    return OutputRecord(row["name"], json.loads(row["value"]), bool(row["sensitive"]), row["fingerprint"])
