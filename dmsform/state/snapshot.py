"""The state at one serial, as a frozen value, and the change that leads to the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dmsform.addresses import Address

SCHEMA_VERSION = 1
"""The shape of a resource's attributes as this version writes them."""


@dataclass(frozen=True, slots=True)
class ResourceRecord:
    """What the state knows of one resource.

    attributes -- JSON values, never a secret; secrets -- fingerprints by the path of the secret argument;
    dependencies -- what it was applied after; prevent_destroy -- kept so that removing the block does not disarm it.
    """

    address: Address
    attributes: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    dependencies: tuple[Address, ...] = ()
    schema_version: int = SCHEMA_VERSION
    prevent_destroy: bool = False


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """An output as last applied. Of a sensitive one only the fingerprint is kept."""

    name: str
    value: Any = None
    sensitive: bool = False
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of the state. `lineage` is empty and `serial` 0 before the first apply. `salt`: hex, of fingerprints."""

    lineage: str = ""
    serial: int = 0
    salt: str = ""
    resources: tuple[ResourceRecord, ...] = ()
    outputs: tuple[OutputRecord, ...] = ()

    def resource(self, address: Address) -> ResourceRecord | None:
        """The record of that address, or None."""
        return next((r for r in self.resources if r.address == address), None)

    def output(self, name: str) -> OutputRecord | None:
        """The output of that name, or None."""
        return next((o for o in self.outputs if o.name == name), None)


@dataclass(frozen=True, slots=True)
class StateChange:
    """One step's change: records to put or remove; `outputs` replaces all outputs, None leaves them."""

    put: tuple[ResourceRecord, ...] = ()
    remove: tuple[Address, ...] = ()
    outputs: tuple[OutputRecord, ...] | None = None


def changed(snapshot: Snapshot, change: StateChange) -> Snapshot:
    """The snapshot after the change, one serial on; resources in the order of their addresses."""
    records = {r.address: r for r in snapshot.resources if r.address not in change.remove}
    records.update({r.address: r for r in change.put})
    return replace(
        snapshot,
        serial=snapshot.serial + 1,
        resources=tuple(records[a] for a in sorted(records)),
        outputs=snapshot.outputs if change.outputs is None else tuple(sorted(change.outputs, key=lambda o: o.name)),
    )
