"""Decides what happens to an endpoint. Pure."""

from __future__ import annotations

from dmsform.plan.differences import differences
from dmsform.plan.model import Action, ResourceChange
from dmsform.plan.values import Desired, ObservedEndpoint
from dmsform.state.snapshot import ResourceRecord

_REPLACING = frozenset({"engine", "embedded", "embedded.data_dir"})


def decide_endpoint(desired: Desired, record: ResourceRecord | None, observed: ObservedEndpoint) -> ResourceChange:
    """The endpoint's change: connection information is recorded; an embedded server is started."""
    changes = differences(desired, record, _REPLACING)
    embedded = observed.running is not None
    if record is None:
        reason = "it is declared and not in the state" + ("; its server will be started" if embedded else "")
        action = Action.CREATE
    elif any(c.forces_replacement for c in changes):
        reason = f"{', '.join(c.path for c in changes if c.forces_replacement)} cannot be changed in place"
        action = Action.REPLACE
    elif observed.running is False:
        reason, action = "its embedded server is not running and will be started", Action.UPDATE
    elif changes:
        reason, action = "its arguments changed", Action.UPDATE
    else:
        reason, action = "", Action.NO_OP
    return ResourceChange(
        address=desired.address,
        action=action,
        reason=reason,
        attributes=changes,
        subject=desired.subject,
        depends_on=desired.depends_on,
    )
