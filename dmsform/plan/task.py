"""Decides what happens to a task and to the data it moves. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dmsform.addresses import Address
from dmsform.diagnostics import Diagnostic
from dmsform.plan import codes
from dmsform.plan.differences import LIFECYCLE, differences, removal
from dmsform.plan.intent import Facts, Intent, intend
from dmsform.plan.model import Action, AttributeChange, DataImpact, ResourceChange, TableImpact
from dmsform.plan.tables import TableContext, approval, changed_since_load, decide_table, left_behind
from dmsform.plan.values import COMPUTED, Desired, MatchedTable, ObservedTask, TablePair
from dmsform.state.snapshot import ResourceRecord
from dmsform.task.settings import TargetTablePrepMode

_REPLACING = frozenset({"source", "target", "replication_instance", "migration_type"})
_NOT_OF_THE_DEFINITION = frozenset({"start", LIFECYCLE, "schema_conversion.on_unsupported"})


@dataclass(frozen=True, slots=True)
class TaskDecision:
    """The task's change with what is to be told beside it."""

    change: ResourceChange
    diagnostics: tuple[Diagnostic, ...] = ()


def recorded_tables(record: ResourceRecord | None) -> dict[TablePair, str] | None:
    """Load digests by table pair as of the last apply; None where apply could not see them."""
    tables = None if record is None else record.attributes.get(COMPUTED, {}).get("tables")
    return None if tables is None else {(_name(t["source"]), _name(t["target"])): t["load_digest"] for t in tables}


def _name(parts: list[str]) -> tuple[str, str]:
    return parts[0], parts[1]


def task_facts(
    desired: Desired, record: ResourceRecord | None, observed: ObservedTask, upstream: Mapping[Address, Action]
) -> Facts:
    """What the fate of the task's run rests on. upstream -- what happens to what it depends on."""
    replaced = record is not None and _replacing(desired, record, upstream) != ""
    if record is None or replaced:
        return Facts(start=_starts(desired), recorded=False)
    computed = record.attributes.get(COMPUTED, {})
    changes = differences(desired, record, _REPLACING)
    known = recorded_tables(record)
    baseline = observed.completed if known is None else known.keys()
    pairs = None if observed.tables is None else {t.pair for t in observed.tables}
    return Facts(
        start=_starts(desired),
        asked=observed.asked,
        state=observed.state,
        definition_changed=any(c.path not in _NOT_OF_THE_DEFINITION for c in changes),
        connections_changed=_connections_changed(computed.get("connections", {}), observed.connections),
        drifted=observed.definition_digest not in ("", computed.get("definition_digest")),
        new_tables=0 if pairs is None else len(pairs - baseline),
        lost_tables=0 if pairs is None else len(baseline - pairs),
        gone_tables=sum(_is_gone(t) for t in observed.tables or () if t.pair in observed.completed),
    )


def _is_gone(table: MatchedTable) -> bool:
    """Whether the target was seen without the table; where nobody looked, it is taken to stand."""
    return table.facts is not None and (not table.facts.exists or table.facts.is_view)


def decide_task(
    desired: Desired, record: ResourceRecord | None, observed: ObservedTask, upstream: Mapping[Address, Action]
) -> TaskDecision:
    """The task's change; errors where the data forbid it."""
    changes = differences(desired, record, _REPLACING)
    replacing = "" if record is None else _replacing(desired, record, upstream)
    intent = intend(task_facts(desired, record, observed, upstream))
    action, reason = _action(record, replacing, intent, changes)
    impacts, approvals, diagnostics = _tables(desired, None if replacing else record, observed, intent)
    diagnostics += _source_moved(desired, None if replacing else record, observed)
    change = ResourceChange(
        address=desired.address,
        action=action,
        reason=reason,
        attributes=changes,
        data=DataImpact(tuple(impacts), observed.unknown, intent.running),
        subject=desired.subject,
        depends_on=desired.depends_on,
        payload={
            "planned": approvals,
            "tables": _to_record(observed),
            "table_mappings": observed.table_mappings,
        },
    )
    return TaskDecision(change, tuple(diagnostics))


def decide_task_removal(record: ResourceRecord, reason: str) -> ResourceChange:
    """A task that goes: its target's data are left alone, all of them named."""
    tables = tuple(left_behind(pair) for pair in recorded_tables(record) or ())
    running = "is stopped and forgotten; the tables it loaded and their rows are left alone on the target"
    return ResourceChange(
        address=record.address,
        action=Action.DELETE,
        reason=reason,
        attributes=removal(record),
        data=DataImpact(tables, None, running),
        depends_on=record.dependencies,
    )


def _starts(desired: Desired) -> bool:
    return bool(desired.attributes["start"])


def _replacing(desired: Desired, record: ResourceRecord, upstream: Mapping[Address, Action]) -> str:
    """Why the task must be replaced; empty when it need not."""
    paths = [c.path for c in differences(desired, record, _REPLACING) if c.forces_replacement]
    if paths:
        return f"{', '.join(paths)} of a task cannot be changed in place"
    gone = [str(a) for a in desired.depends_on if upstream.get(a) is Action.REPLACE]
    return f"{', '.join(gone)} is replaced" if gone else ""


def _connections_changed(known: Mapping[str, str], now: Mapping[str, str | None]) -> bool:
    return any(digest is None or digest != known.get(role) for role, digest in now.items())


def _action(
    record: ResourceRecord | None, replacing: str, intent: Intent, changes: tuple[AttributeChange, ...]
) -> tuple[Action, str]:
    if record is None:
        return Action.CREATE, intent.reason
    if replacing:
        return Action.REPLACE, replacing
    if intent.acts:
        return Action.UPDATE, intent.reason
    if changes:
        return Action.UPDATE, "its arguments changed"
    return Action.NO_OP, ""


def _tables(
    desired: Desired, record: ResourceRecord | None, observed: ObservedTask, intent: Intent
) -> tuple[list[TableImpact], list[dict[str, Any]] | None, list[Diagnostic]]:
    """What happens to each table, what the server is told of them (None: the plan could not see), what to tell."""
    if observed.tables is None:
        return [], None, []
    known = _load_digests(record, observed)
    mode = TargetTablePrepMode(desired.attributes["settings"]["full_load"]["target_table_prep_mode"])
    completed = observed.completed if record is not None else frozenset()
    context = TableContext(str(desired.address), mode, intent.start, known, completed)
    impacts: list[TableImpact] = []
    approvals: list[dict[str, Any]] = []
    diagnostics: list[Diagnostic] = []
    for table in observed.tables:
        decided = decide_table(table, context)
        if isinstance(decided, Diagnostic):
            diagnostics.append(decided)
            continue
        impacts.append(decided)
        approvals.append(approval(table, decided))
        if not intent.start and changed_since_load(table, context):
            diagnostics.append(_changed(table, desired))
    matched = {t.pair for t in observed.tables}
    impacts += [left_behind(pair) for pair in known if pair not in matched]
    return impacts, None if observed.unknown else approvals, diagnostics


def _load_digests(record: ResourceRecord | None, observed: ObservedTask) -> dict[TablePair, str]:
    known = recorded_tables(record) or {}
    run = None if record is None else record.attributes.get(COMPUTED, {}).get("run")
    return dict.fromkeys(known, "") if observed.run and run != observed.run else known


def _to_record(observed: ObservedTask) -> list[dict[str, Any]] | None:
    if observed.tables is None:
        return None
    return [{"source": list(t.source), "target": list(t.target), "load_digest": t.load_digest} for t in observed.tables]


def _changed(table: MatchedTable, desired: Desired) -> Diagnostic:
    return codes.SOURCE_TABLE_CHANGED.warning(
        f"Table {'.'.join(table.source)} is not defined as it was when {desired.address} loaded it; the target keeps "
        "what was loaded.",
        f"To load it again as it is now: dmsform task reload {desired.address.name}",
        subject=desired.subject,
        address=str(desired.address),
    )


def _source_moved(desired: Desired, record: ResourceRecord | None, observed: ObservedTask) -> list[Diagnostic]:
    known = {} if record is None else record.attributes.get(COMPUTED, {}).get("stores", {})
    now = observed.stores
    if not observed.completed or known.get("source") in (None, now.get("source")) or not now.get("source"):
        return []
    return [
        codes.SOURCE_MOVED.warning(
            f"{desired.attributes['source']} leads to another store than before; {len(observed.completed)} tables that "
            f"{desired.address} has loaded keep the rows of the former one.",
            f"If the new store holds other data, load it all again: dmsform task reload {desired.address.name}",
            subject=desired.subject,
            address=str(desired.address),
        )
    ]
