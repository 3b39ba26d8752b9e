"""Plans as JSON values and back, without loss. The form is private to the version that wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dmsform.addresses import Address
from dmsform.diagnostics import Point, SourceRange, diagnostic_from_json
from dmsform.plan.model import (
    Action,
    AttributeChange,
    DataImpact,
    OutputChange,
    Plan,
    ResourceChange,
    TableAction,
    TableImpact,
)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The whole plan as JSON values."""
    return {
        "lineage": plan.lineage,
        "serial": plan.serial,
        "config_digest": plan.config_digest,
        "changes": [_change_to_json(c) for c in plan.changes],
        "outputs": [asdict(o) for o in plan.outputs],
        "warnings": [w.to_json() for w in plan.warnings],
        "variables": plan.variables,
        "destroy": plan.destroy,
        "version": plan.version,
    }


def plan_from_json(body: Mapping[str, Any]) -> Plan:
    """Read back what `plan_to_json` wrote. Raises KeyError, TypeError or ValueError when it is something else."""
    return Plan(
        lineage=body["lineage"],
        serial=body["serial"],
        config_digest=body["config_digest"],
        changes=tuple(_change_from_json(c) for c in body["changes"]),
        outputs=tuple(OutputChange(**{**o, "action": Action(o["action"])}) for o in body["outputs"]),
        warnings=tuple(diagnostic_from_json(w) for w in body["warnings"]),
        variables=body["variables"],
        destroy=body["destroy"],
        version=body["version"],
    )


def _change_to_json(change: ResourceChange) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "action": change.action.value,
        "reason": change.reason,
        "attributes": [asdict(a) for a in change.attributes],
        "data": None if change.data is None else asdict(change.data),
        "subject": None if change.subject is None else asdict(change.subject),
        "depends_on": [str(a) for a in change.depends_on],
        "payload": change.payload,
    }


def _change_from_json(body: Mapping[str, Any]) -> ResourceChange:
    return ResourceChange(
        address=Address.parse(body["address"]),
        action=Action(body["action"]),
        reason=body["reason"],
        attributes=tuple(AttributeChange(**a) for a in body["attributes"]),
        data=None if body["data"] is None else _impact_from_json(body["data"]),
        subject=None if body["subject"] is None else _range_from_json(body["subject"]),
        depends_on=tuple(Address.parse(a) for a in body["depends_on"]),
        payload=body["payload"],
    )


def _impact_from_json(body: Mapping[str, Any]) -> DataImpact:
    return DataImpact(tuple(_table_from_json(t) for t in body["tables"]), body["unknown"], body["running"])


def _table_from_json(body: Mapping[str, Any]) -> TableImpact:
    texts = {name: tuple(body[name]) for name in ("ddl", "conversions", "not_carried", "takes_along")}
    return TableImpact(**{**body, **texts, "action": TableAction(body["action"])})


def _range_from_json(body: Mapping[str, Any]) -> SourceRange:
    return SourceRange(body["filename"], Point(**body["start"]), Point(**body["end"]))
