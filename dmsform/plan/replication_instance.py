"""Decides what happens to a replication instance. Pure."""

from __future__ import annotations

from dmsform.diagnostics import Diagnostic
from dmsform.plan import codes
from dmsform.plan.differences import differences
from dmsform.plan.model import Action, ResourceChange
from dmsform.plan.values import COMPUTED, Desired, ObservedInstance
from dmsform.state.snapshot import ResourceRecord

_REPLACING = frozenset({"type", "data_dir"})


def decide_instance(
    desired: Desired, record: ResourceRecord | None, observed: ObservedInstance
) -> ResourceChange | Diagnostic:
    """The instance's change; an error when it lives on another machine."""
    changes = differences(desired, record, _REPLACING)
    if record is None:
        return _change(desired, Action.CREATE, "it is declared and not in the state; its server will be started")
    if wrong := on_other_machine(record, observed.machine):
        return wrong
    if any(c.forces_replacement for c in changes):
        paths = ", ".join(c.path for c in changes if c.forces_replacement)
        return _change(desired, Action.REPLACE, f"{paths} cannot be changed in place", record)
    if not observed.running:
        return _change(desired, Action.UPDATE, "its server is not running and will be started", record)
    if changes:
        return _change(desired, Action.UPDATE, "its arguments changed", record)
    return _change(desired, Action.NO_OP, "", record)


def on_other_machine(record: ResourceRecord, machine: str) -> Diagnostic | None:
    """Why a recorded instance cannot be touched from here, or None."""
    home = record.attributes.get(COMPUTED, {})
    if home.get("machine") in (None, machine):
        return None
    return codes.OTHER_MACHINE.error(
        f"{record.address} runs on {home.get('host')} in {record.attributes.get('data_dir')}; this is another machine, "
        "and would start a second server beside it.",
        f"Run dmsform on {home.get('host')}; or, if that machine is gone for good, declare an instance of another name "
        "and let the tasks load again.",
        address=str(record.address),
    )


def _change(desired: Desired, action: Action, reason: str, record: ResourceRecord | None = None) -> ResourceChange:
    return ResourceChange(
        address=desired.address,
        action=action,
        reason=reason,
        attributes=differences(desired, record, _REPLACING),
        subject=desired.subject,
        depends_on=desired.depends_on,
    )
