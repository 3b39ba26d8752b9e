"""The state for people and as JSON: resources, outputs. Fingerprints of secrets are nobody's business."""

from __future__ import annotations

from typing import Any

from dmsform.cli.views.values import SENSITIVE, written
from dmsform.state.snapshot import OutputRecord, ResourceRecord, Snapshot


def snapshot_text(snapshot: Snapshot) -> str:
    """Every resource, then the outputs."""
    if not snapshot.resources and not snapshot.outputs:
        return "The state is empty."
    parts = [resource_text(r) for r in snapshot.resources]
    if snapshot.outputs:
        parts.append("Outputs:\n\n" + outputs_text(snapshot.outputs))
    return "\n\n".join(parts)


def resource_text(record: ResourceRecord) -> str:
    """One resource as a block."""
    shown = {**dict(record.attributes), **dict.fromkeys(record.secrets, SENSITIVE)}
    width = max((len(n) for n in shown), default=0)
    lines = [
        f"  {name.ljust(width)} = {SENSITIVE if name in record.secrets else written(value, 2)}"
        for name, value in sorted(shown.items())
    ]
    kind, name = record.address.kind.value, record.address.name
    return "\n".join([f"# {record.address}:", f'{kind} "{name}" {{', *lines, "}"])


def outputs_text(outputs: tuple[OutputRecord, ...]) -> str:
    """`name = value`, one a line."""
    width = max((len(o.name) for o in outputs), default=0)
    return "\n".join(f"{o.name.ljust(width)} = {SENSITIVE if o.sensitive else written(o.value)}" for o in outputs)


def outputs_document(outputs: tuple[OutputRecord, ...]) -> dict[str, Any]:
    """Terraform's form: `{name: {sensitive, value}}`; a sensitive value is not in the state and so is null."""
    return {o.name: {"sensitive": o.sensitive, "value": None if o.sensitive else o.value} for o in outputs}


def resource_document(record: ResourceRecord) -> dict[str, Any]:
    """One resource; secrets by their path alone."""
    return {
        "address": str(record.address),
        "type": record.address.kind.value,
        "name": record.address.name,
        "values": dict(record.attributes),
        "sensitive": sorted(record.secrets),
        "depends_on": [str(a) for a in record.dependencies],
        "prevent_destroy": record.prevent_destroy,
    }


def snapshot_document(snapshot: Snapshot) -> dict[str, Any]:
    """The whole state."""
    return {
        "lineage": snapshot.lineage,
        "serial": snapshot.serial,
        "resources": [resource_document(r) for r in snapshot.resources],
        "outputs": outputs_document(snapshot.outputs),
    }
