"""What `apply` and `destroy` share: plan or take the saved plan, show it, ask, apply, wait for the tasks, sum up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dmsform.cli import codes
from dmsform.cli.approval import PLAN_FIRST, require_approval
from dmsform.cli.failures import show_diagnostics, show_failure
from dmsform.cli.interrupts import Interrupts
from dmsform.cli.reporters.choose import AnyReporter, reporter_for
from dmsform.cli.session import Form, Session
from dmsform.cli.views import apply as view
from dmsform.diagnostics import DiagnosticError, ExitCode

if TYPE_CHECKING:
    from dmsform.api.models import TaskView
    from dmsform.apply.operations import ApplyResult, Request
    from dmsform.plan.model import Plan


@dataclass(frozen=True, slots=True)
class Wishes:
    """How this apply was asked for. plan_file -- a saved plan, approved by being given."""

    plan_file: Path | None = None
    auto_approve: bool = False
    ask: bool = True
    wait: bool = True
    verbose: bool = False


def run_apply(session: Session, request: Request, wishes: Wishes) -> ExitCode:
    """Apply, wait and sum up; returns the exit code. Raises DiagnosticError before anything is changed."""
    with Interrupts().installed() as interrupts, reporter_for(session, interrupts.check) as reporter:
        plan = _planned(session, request, wishes, reporter)
        if plan.is_empty and wishes.plan_file is None:
            return _finish_empty(session, request, plan, wishes, interrupts, reporter)
        if not wishes.auto_approve and wishes.plan_file is None:
            require_approval(session, *view.question(plan), PLAN_FIRST, ask=wishes.ask)
        return _perform(session, request, plan, wishes, interrupts, reporter)


def _planned(session: Session, request: Request, wishes: Wishes, reporter: AnyReporter) -> Plan:
    from dmsform.apply import operations

    if wishes.plan_file is not None:
        return operations.load_plan(wishes.plan_file)
    plan = operations.make_plan(request, reporter)
    if session.form is Form.TEXT:
        from dmsform.cli.views.plan import plan_text

        session.result(plan_text(plan, session.out_style, verbose=wishes.verbose))
    else:
        for event in view.planned_events(plan):
            session.event(event)
    show_diagnostics(session, plan.warnings)
    return plan


def _finish_empty(
    session: Session, request: Request, plan: Plan, wishes: Wishes, interrupts: Interrupts, reporter: AnyReporter
) -> ExitCode:
    """Nothing to change; but a task that an earlier, interrupted apply started may still be on its way."""
    from dmsform.apply import operations

    if session.form is Form.EVENTS:
        session.event(view.summary_event(0, 0, 0, destroy=plan.destroy))
    result = operations.running_tasks(request)
    if not wishes.wait or not result.tasks:
        return ExitCode.OK
    views = _waited(request, result, interrupts, reporter)
    reporter.close()
    return _summed_up(session, result, views)


def _perform(
    session: Session, request: Request, plan: Plan, wishes: Wishes, interrupts: Interrupts, reporter: AnyReporter
) -> ExitCode:
    from dmsform.apply import operations

    with interrupts.deferred():
        result = operations.apply_plan(request, plan, reporter)
    show_diagnostics(session, result.warnings)
    if result.errors:
        return _failed(session, plan, result)
    if session.form is Form.EVENTS:
        session.event(view.summary_event(result.added, result.changed, result.destroyed, destroy=plan.destroy))
    else:
        text = view.complete(result.added, result.changed, result.destroyed, session.out_style, destroy=plan.destroy)
        session.result(f"\n{text}")
    views = _waited(request, result, interrupts, reporter) if wishes.wait and result.tasks else ()
    reporter.close()
    return _summed_up(session, result, views)


def _failed(session: Session, plan: Plan, result: ApplyResult) -> ExitCode:
    done = view.partly(result.added, result.changed, result.destroyed)
    if session.form is Form.EVENTS:
        session.event(view.summary_event(result.added, result.changed, result.destroyed, destroy=plan.destroy))
    session.note(f"\n{done}\n")
    return show_failure(session, result.errors)


def _waited(
    request: Request, result: ApplyResult, interrupts: Interrupts, reporter: AnyReporter
) -> tuple[TaskView, ...]:
    from dmsform.apply import operations

    try:
        interrupts.check()
        return operations.wait_for_tasks(request, result, reporter)
    except KeyboardInterrupt:
        reporter.close()
        names = [task.name for task in result.tasks]
        follow = "; ".join(f"dmsform task status {name} -follow" for name in names)
        stop = "; ".join(f"dmsform task stop {name}" for name in names)
        raise DiagnosticError(
            codes.WAIT_ENDED.error(
                f"Everything was applied and the state's lock is released; only the waiting ended. "
                f"{view.go_on(names)} under the replication server.",
                f"To follow: {follow}. To stop: {stop}",
            )
        ) from None


def _summed_up(session: Session, result: ApplyResult, views: Sequence[TaskView]) -> ExitCode:
    from dmsform.cli.views.tasks import succeeded, task_diagnostics, task_text

    for task in views:
        if session.form is Form.TEXT:
            session.result(f"\n{task_text(task, session.out_style)}")
        else:
            session.event(view.task_event(task))
        show_diagnostics(session, task_diagnostics(task))
    if session.form is Form.EVENTS:
        session.event(view.outputs_event(result.outputs))
    elif result.outputs:
        session.result(f"\n{view.outputs(result.outputs, session.out_style)}")
    failed = [t for t in views if not succeeded(t)]
    if failed:
        return show_failure(session, tuple(view.task_failed(t) for t in failed))
    if views and session.form is Form.TEXT:
        session.note(f"\n{view.look_further([t.name for t in views])}")
    return ExitCode.OK
