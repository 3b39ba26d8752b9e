"""Finds endpoints that lead to one store under different names, where tasks would destroy what they or others load."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.plan.values import Desired, MatchedTable
from dmsform.provider.registry import provider
from dmsform.resources import codes
from dmsform.resources.endpoint import store_digest
from dmsform.task.definition import EndpointDefinition


@dataclass(frozen=True, slots=True)
class Loading:
    """A task and the tables that it loads into its target. target -- None while it cannot be connected to."""

    desired: Desired
    target: EndpointDefinition | None
    tables: Sequence[MatchedTable]


def same_store(one: EndpointDefinition, other: EndpointDefinition) -> bool:
    """Whether two definitions lead to one store, however each names it. Connects. Raises DiagnosticError."""
    if one.engine != other.engine:
        return False
    if store_digest(one) == store_digest(other):
        return True
    probe = provider(one.engine).probe
    store = probe.probe(one).store
    return store is not None and store == probe.probe(other).store


def own_source(
    desired: Desired, source: EndpointDefinition, target: EndpointDefinition, tables: Sequence[MatchedTable]
) -> Diagnostic | None:
    """Why the task must not load: it would overwrite a table that it reads. Raises DiagnosticError."""
    # Without regard to case, as SQLite takes names: the stores are compared before anything is refused.
    read = {_folded(t.source) for t in tables}
    name = next((t.target for t in tables if _folded(t.target) in read), None)
    if name is None or not same_store(source, target):
        return None
    table = ".".join(name)
    return codes.SAME_STORE.error(
        f"{desired.attributes['source']} and {desired.attributes['target']} lead to the same store, and "
        f"{desired.address} would load table {table} there over a table that it reads.",
        f"Let {desired.attributes['target']} lead to another store; or give the tables other names on the target with "
        "a transformation (`rule-action` rename).",
        place=DataPlace(endpoint=target.name, table=table),
        subject=desired.subject,
        address=str(desired.address),
    )


def shared_targets(loads: Sequence[Loading]) -> Iterator[Diagnostic]:
    """Target tables that two of the tasks would load. Connects where endpoints differ. Raises DiagnosticError."""
    for one, other in combinations(loads, 2):
        shared = sorted({t.target for t in one.tables} & {t.target for t in other.tables})
        if shared and _same_target(one, other):
            yield from (_shared(one.desired, other.desired, ".".join(name)) for name in shared)


def _same_target(one: Loading, other: Loading) -> bool:
    if one.desired.attributes["target"] == other.desired.attributes["target"]:
        return True
    return one.target is not None and other.target is not None and same_store(one.target, other.target)


def _shared(one: Desired, other: Desired, table: str) -> Diagnostic:
    return codes.SHARED_TARGET.error(
        f"{one.address} and {other.address} both load table {table} of {other.attributes['target']}; each would "
        "replace or mix with the other's rows.",
        'Leave the table to one of them: in the other, exclude it with a selection of action "exclude", or rename it '
        "with a transformation.",
        place=DataPlace(table=table),
        subject=other.subject,
        address=str(other.address),
    )


def _folded(name: tuple[str, str]) -> tuple[str, str]:
    return name[0].lower(), name[1].lower()
