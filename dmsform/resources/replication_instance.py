"""The replication instance: a server process on this machine that apply starts and that outlives it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dmsform.diagnostics import Diagnostic
from dmsform.language.config import ResourceBlock
from dmsform.plan.values import COMPUTED, Desired, ObservedInstance
from dmsform.resources.reader import BlockReader
from dmsform.state.machine import machine_id
from dmsform.state.snapshot import ResourceRecord


@dataclass(frozen=True, slots=True)
class Instance:
    """A replication instance as declared. data_dir -- absolute."""

    desired: Desired
    data_dir: Path


def decode_instance(block: ResourceBlock, directory: Path, findings: list[Diagnostic]) -> Instance:
    """Read the block; what is wrong goes to `findings`."""
    reader = BlockReader(block.block, block.address, findings)
    kind = reader.choice("type", ("local",), "local")
    default = f".dmsform/instances/{block.address.name}"
    data_dir = (directory / (reader.text("data_dir", default=default) or default)).absolute()
    protected = read_lifecycle(reader)
    reader.finish()
    attributes = {"type": kind, "data_dir": str(data_dir)}
    desired = Desired(
        block.address,
        attributes,
        block.block.subject,
        defaults={"type": "local"},
        depends_on=block.depends_on,
        prevent_destroy=protected,
    )
    return Instance(desired, data_dir)


def read_lifecycle(reader: BlockReader) -> bool:
    """`lifecycle { prevent_destroy }` of any resource."""
    reader.attribute("depends_on")
    lifecycle = reader.single("lifecycle")
    if lifecycle is None:
        return False
    protected = lifecycle.boolean("prevent_destroy", default=False)
    lifecycle.finish()
    return protected


def observe_instance(data_dir: Path) -> ObservedInstance:
    """Whether the instance's server runs here. Raises DiagnosticError when something else answers."""
    from dmsform.api.local import server_view

    return ObservedInstance(machine_id(), server_view(data_dir) is not None)


def start_instance(instance: Instance) -> Mapping[str, Any]:
    """Start the server unless it runs; what the state keeps of it. Raises DiagnosticError."""
    from dmsform.api.local import ensure_server

    view = ensure_server(instance.data_dir)
    return {"machine": machine_id(), "host": socket.gethostname(), "server_id": view.server_id}


def stop_instance(record: ResourceRecord) -> None:
    """Stop the server; its data directory stays. Raises DiagnosticError."""
    from dmsform.api.local import stop_server

    stop_server(Path(record.attributes["data_dir"]))


def data_dir_of(record: ResourceRecord) -> Path:
    """Where a recorded instance keeps its data."""
    return Path(record.attributes["data_dir"])


def computed_of(record: ResourceRecord | None) -> Mapping[str, Any]:
    """What apply learnt of a recorded resource."""
    found: Mapping[str, Any] = {} if record is None else record.attributes.get(COMPUTED, {})
    return found
