"""Snapshots as JSON documents: the rows of the store, `errored.dmsform.json` and what `show -json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dmsform.addresses import Address
from dmsform.state.snapshot import OutputRecord, ResourceRecord, Snapshot

FORMAT = 1
"""The version of the store's tables and of these documents."""


def record_to_json(record: ResourceRecord) -> dict[str, Any]:
    """One resource as JSON values."""
    return {
        "address": str(record.address),
        "attributes": dict(record.attributes),
        "secrets": dict(record.secrets),
        "dependencies": [str(a) for a in record.dependencies],
        "schema_version": record.schema_version,
        "prevent_destroy": record.prevent_destroy,
    }


def record_from_json(body: Mapping[str, Any]) -> ResourceRecord:
    """Read back what `record_to_json` wrote. Raises KeyError, TypeError or ValueError when it is something else."""
    return ResourceRecord(
        address=Address.parse(body["address"]),
        attributes=dict(body["attributes"]),
        secrets=dict(body["secrets"]),
        dependencies=tuple(Address.parse(a) for a in body["dependencies"]),
        schema_version=int(body["schema_version"]),
        prevent_destroy=bool(body["prevent_destroy"]),
    )


def output_to_json(output: OutputRecord) -> dict[str, Any]:
    """One output as JSON values."""
    return {
        "name": output.name,
        "value": output.value,
        "sensitive": output.sensitive,
        "fingerprint": output.fingerprint,
    }


def output_from_json(body: Mapping[str, Any]) -> OutputRecord:
    """Read back what `output_to_json` wrote."""
    return OutputRecord(str(body["name"]), body["value"], bool(body["sensitive"]), str(body["fingerprint"]))


def snapshot_to_json(snapshot: Snapshot) -> dict[str, Any]:
    """The whole state as JSON values."""
    return {
        "format": FORMAT,
        "lineage": snapshot.lineage,
        "serial": snapshot.serial,
        "salt": snapshot.salt,
        "resources": [record_to_json(r) for r in snapshot.resources],
        "outputs": [output_to_json(o) for o in snapshot.outputs],
    }


def snapshot_from_json(body: Mapping[str, Any]) -> Snapshot:
    """Read back what `snapshot_to_json` wrote. Raises KeyError, TypeError or ValueError when it is something else."""
    if body["format"] != FORMAT:
        raise ValueError(f"format {body['format']!r}, expected {FORMAT}")
    return Snapshot(
        lineage=str(body["lineage"]),
        serial=int(body["serial"]),
        salt=str(body["salt"]),
        resources=tuple(record_from_json(r) for r in body["resources"]),
        outputs=tuple(output_from_json(o) for o in body["outputs"]),
    )
