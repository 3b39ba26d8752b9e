"""Walks a plan: removals first, dependents before what they need, then everything else in the other direction.

Every step is recorded before the next begins. A step that fails stops what depends on it; what does not, finishes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from dmsform.addresses import Address
from dmsform.apply import codes
from dmsform.apply.change import Changer
from dmsform.apply.remove import remove
from dmsform.apply.request import ApplyResult, Reporter
from dmsform.apply.session import StateNotSavedError, StateSession
from dmsform.apply.survey import Survey
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.graph import Edge, destruction_order
from dmsform.plan.model import Action, Plan, ResourceChange

_REMOVING = (Action.DELETE, Action.REPLACE)


class Walk:
    """One apply under way."""

    def __init__(self, survey: Survey, session: StateSession, changer: Changer, reporter: Reporter) -> None:
        self.survey, self.session, self.changer, self.reporter = survey, session, changer, reporter
        self.result = ApplyResult()
        self._failed: dict[Address, str] = {}

    def run(self, plan: Plan) -> ApplyResult:
        """Apply the plan. Raises StateNotSavedError, and whatever the reporter raises between two steps."""
        for change in _removals(plan, self.session):
            blockers = self._dependents_that_failed(change.address)
            self._step(change, blockers, self._remove)
        for change in plan.changes:
            if change.action is Action.DELETE:
                continue
            blockers = [a for a in change.depends_on if a in self._failed]
            if change.action is Action.REPLACE and change.address in self._failed:
                continue
            if change.action is Action.NO_OP and not blockers:
                self.changer.unchanged(change)
                continue
            self._step(change, blockers, self._put)
        return self.result

    def _remove(self, change: ResourceChange) -> None:
        record = self.session.snapshot.resource(change.address)
        if record is None:
            return
        self.result.warnings += remove(record, self.session.snapshot, self.session)
        self.result.destroyed += 1

    def _put(self, change: ResourceChange) -> None:
        self.changer.apply(change)
        if change.action is Action.UPDATE:
            self.result.changed += 1
        else:
            self.result.added += 1

    def _step(self, change: ResourceChange, blockers: list[Address], act: Callable[[ResourceChange], None]) -> None:
        if blockers:
            if change.action is not Action.NO_OP:
                self._fail(change, [_skipped(change, blockers)])
            return
        self.reporter.change_started(change)
        began = time.monotonic()
        try:
            act(change)
        except StateNotSavedError as error:
            self._fail(change, list(error.diagnostics))
            raise
        except DiagnosticError as error:
            self._fail(change, [_about(d, change) for d in error.diagnostics])
            return
        except OSError as error:
            self._fail(change, [_about(_unexpected(error, change), change)])
            return
        self.reporter.change_finished(change, time.monotonic() - began)

    def _fail(self, change: ResourceChange, diagnostics: list[Diagnostic]) -> None:
        self._failed[change.address] = diagnostics[0].detail
        self.result.errors += diagnostics
        self.reporter.change_failed(change, diagnostics)

    def _dependents_that_failed(self, address: Address) -> list[Address]:
        records = self.session.snapshot.resources
        return [r.address for r in records if address in r.dependencies and r.address in self._failed]


def _removals(plan: Plan, session: StateSession) -> list[ResourceChange]:
    changes = {c.address: c for c in plan.changes if c.action in _REMOVING}
    edges = [Edge(r.address, a) for r in session.snapshot.resources for a in r.dependencies]
    return [changes[a] for a in destruction_order(changes, edges)]


def _skipped(change: ResourceChange, blockers: list[Address]) -> Diagnostic:
    named = ", ".join(map(str, blockers))
    return codes.SKIPPED.error(
        f"{change.address} was not touched, because {named} failed.",
        "Mend that first, then apply again.",
        subject=change.subject,
        address=str(change.address),
    )


def _unexpected(error: OSError, change: ResourceChange) -> Diagnostic:
    return codes.UNEXPECTED.error(
        f"{change.address} failed: {error}.",
        "Check the files and folders that the message names, their owner and the free space, then apply again.",
    )


def _about(diagnostic: Diagnostic, change: ResourceChange) -> Diagnostic:
    return replace(
        diagnostic,
        subject=diagnostic.subject or change.subject,
        address=diagnostic.address or str(change.address),
    )
