"""Removes what the state records: by the record alone, since the block may be gone and its variables with it."""

from __future__ import annotations

from typing import assert_never

from dmsform.addresses import Address, Kind
from dmsform.api.client import Client
from dmsform.api.local import ensure_server
from dmsform.apply import codes
from dmsform.apply.session import StateSession
from dmsform.apply.steps import ApplyStep, reached
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.resources.endpoint import stop_embedded
from dmsform.resources.replication_instance import data_dir_of, stop_instance
from dmsform.state.snapshot import ResourceRecord, Snapshot


def remove(record: ResourceRecord, snapshot: Snapshot, session: StateSession) -> list[Diagnostic]:
    """Remove the resource and forget it; returns warnings. Raises DiagnosticError."""
    warnings: list[Diagnostic] = []
    match record.address.kind:
        case Kind.TASK:
            warnings = _remove_task(record, snapshot)
            reached(ApplyStep.TASK_DELETED)
        case Kind.ENDPOINT:
            if stop_embedded(record):
                reached(ApplyStep.EMBEDDED_SERVER_STOPPED)
        case Kind.REPLICATION_INSTANCE:
            stop_instance(record)
            reached(ApplyStep.SERVER_STOPPED)
        case _:
            assert_never(record.address.kind)
    session.remove(record.address)
    return warnings


def _remove_task(record: ResourceRecord, snapshot: Snapshot) -> list[Diagnostic]:
    instance = snapshot.resource(Address.parse(record.attributes["replication_instance"]))
    if instance is None:
        return []
    data_dir = data_dir_of(instance)
    if not data_dir.exists():
        return [_left(record, f"its data directory {data_dir} is gone")]
    try:
        # The server holds the endpoints' secrets, and so can take the task's control rows off the target.
        ensure_server(data_dir)
    except DiagnosticError as error:
        return [_left(record, error.diagnostics[0].detail)]
    client = Client.for_data_dir(data_dir)
    if client.task(snapshot.lineage, record.address.name) is None:
        return []
    return client.delete_task(snapshot.lineage, record.address.name)


def _left(record: ResourceRecord, why: str) -> Diagnostic:
    return codes.LEFT_ON_SERVER.warning(
        f"{record.address} was removed from the state, but its replication server could not be asked to forget it: "
        f"{why}.",
        "If the target's control rows (schema dmsform_control) are in the way of another task, drop them.",
        address=str(record.address),
    )
