"""A plan as the JSON document of `show -json`: Terraform's fields, with places, reasons and data impact added.

Source of the fields: Terraform's JSON output format for plans. Terraform's has no place in the configuration; tools
that comment on pull requests need it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from dmsform.diagnostics import SourceRange
from dmsform.plan.model import Action, AttributeChange, DataImpact, OutputChange, Plan, ResourceChange

FORMAT_VERSION = "1.0"
_ACTIONS = {
    Action.NO_OP: ["no-op"],
    Action.CREATE: ["create"],
    Action.UPDATE: ["update"],
    Action.REPLACE: ["delete", "create"],
    Action.DELETE: ["delete"],
}


def plan_document(plan: Plan) -> dict[str, Any]:
    """The document. `before` and `after` hold the arguments that change; sensitive ones are null and marked."""
    return {
        "format_version": FORMAT_VERSION,
        "dmsform_version": plan.version,
        "lineage": plan.lineage,
        "serial": plan.serial,
        "config_digest": plan.config_digest,
        "variables": {name: _variable(value) for name, value in plan.variables.items()},
        "resource_changes": [_resource(c) for c in plan.changes],
        "output_changes": {o.name: _output(o) for o in plan.outputs},
        "diagnostics": [w.to_json() for w in plan.warnings],
        "destroy": plan.destroy,
        "applyable": not plan.is_empty,
        "complete": True,
        "errored": False,
    }


def _variable(recorded: dict[str, Any]) -> dict[str, Any]:
    return {"value": recorded.get("value"), "sensitive": recorded["sensitive"]}


def _resource(change: ResourceChange) -> dict[str, Any]:
    return {
        "address": str(change.address),
        "mode": "managed",
        "type": change.address.kind.value,
        "name": change.address.name,
        "change": _values(change),
        "action_reason": change.reason,
        "depends_on": [str(a) for a in change.depends_on],
        "data": None if change.data is None else _data(change.data),
        "range": None if change.subject is None else _range(change.subject),
    }


def _values(change: ResourceChange) -> dict[str, Any]:
    creates, deletes = change.action is Action.CREATE, change.action is Action.DELETE
    return {
        "actions": _ACTIONS[change.action],
        "before": None if creates else {a.path: a.before for a in change.attributes},
        "after": None if deletes else {a.path: a.after for a in change.attributes if not a.unknown},
        "after_unknown": _paths(a for a in change.attributes if a.unknown),
        "before_sensitive": {} if creates else _paths(a for a in change.attributes if a.sensitive),
        "after_sensitive": {} if deletes else _paths(a for a in change.attributes if a.sensitive),
        "replace_paths": [a.path.split(".") for a in change.attributes if a.forces_replacement],
    }


def _paths(attributes: Iterable[AttributeChange]) -> dict[str, bool]:
    return {a.path: True for a in attributes}


def _data(impact: DataImpact) -> dict[str, Any]:
    tables = [{**asdict(t), "action": t.action.value} for t in impact.tables]
    return {"tables": tables, "unknown": impact.unknown, "running": impact.running, "destroys": impact.destroys}


def _range(subject: SourceRange) -> dict[str, Any]:
    return asdict(subject)


def _output(output: OutputChange) -> dict[str, Any]:
    return {
        "actions": _ACTIONS[output.action],
        "before": output.before,
        "after": output.after,
        "after_unknown": output.unknown,
        "before_sensitive": output.sensitive,
        "after_sensitive": output.sensitive,
    }
