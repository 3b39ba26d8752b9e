"""Applies a plan under the state's lock: proves that it still holds, walks it, records the outputs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dmsform.apply.change import Changer
from dmsform.apply.outputs import save_outputs, shown
from dmsform.apply.request import ApplyResult, Reporter, Request
from dmsform.apply.session import StateNotSavedError, StateSession
from dmsform.apply.steps import ApplyStep, reached
from dmsform.apply.survey import Survey, evaluate_config, known_attributes, survey
from dmsform.apply.walk import Walk
from dmsform.diagnostics import DiagnosticError
from dmsform.plan.model import Action, Plan
from dmsform.plan.stale import stale
from dmsform.plan.variables import changed_variables
from dmsform.resources.task import put
from dmsform.state.lock import hold_lock
from dmsform.state.store import StateStore

if TYPE_CHECKING:
    from dmsform.language.load import Module


def apply_locked(request: Request, module: Module, store: StateStore, plan: Plan, reporter: Reporter) -> ApplyResult:
    """Take the lock, check, apply, release. Raises DiagnosticError when nothing may be begun."""
    lock = hold_lock(
        store,
        command=request.command,
        directory=request.directory,
        timeout=request.lock_timeout,
        on_wait=reporter.state_lock_waiting,
    )
    with lock as held:
        reached(ApplyStep.LOCK_TAKEN)
        snapshot = store.read()
        config = evaluate_config(request, module, known_attributes(snapshot))
        current = survey(request, module, config, snapshot, reporter)
        if moved := stale(plan, current.plan, changed_variables(plan.variables, config.variables)):
            raise DiagnosticError(moved)
        session = StateSession(store, held, snapshot, request.directory)
        result = _apply(request, current, session, reporter)
        result.warnings[:0] = held.warnings
    reached(ApplyStep.LOCK_RELEASED)
    return result


def _apply(request: Request, current: Survey, session: StateSession, reporter: Reporter) -> ApplyResult:
    changer = Changer(request, current, session)
    walk = Walk(current, session, changer, reporter)
    try:
        result = walk.run(current.plan)
        _finish(request, current, session, result)
    except StateNotSavedError as error:
        result = walk.result
        result.errors += [d for d in error.diagnostics if d not in result.errors]
    _confirm(changer, session)
    result.tasks = changer.running
    result.outputs = shown(session.snapshot.outputs)
    return result


def _finish(request: Request, current: Survey, session: StateSession, result: ApplyResult) -> None:
    changes_outputs = any(o.action is not Action.NO_OP for o in current.plan.outputs)
    if result.errors or (not changes_outputs and all(c.action is Action.NO_OP for c in current.plan.changes)):
        return
    try:
        save_outputs(request, current.module, session, destroy=current.plan.destroy)
    except StateNotSavedError:
        raise
    except DiagnosticError as error:
        result.errors += error.diagnostics


def _confirm(changer: Changer, session: StateSession) -> None:
    """Tell the servers the serial that this apply ended with: whoever comes with an older state is refused (G11)."""
    for given in changer.given:
        with suppress(DiagnosticError):
            put(given.client, given.definition, session.snapshot.serial)
