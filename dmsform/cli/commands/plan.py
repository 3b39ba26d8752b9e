"""`dmsform plan`: what apply would do, above all to data."""

from __future__ import annotations

from pathlib import Path

import click

from dmsform.cli.failures import show_diagnostics
from dmsform.cli.kit import command, json_option
from dmsform.cli.options import input_option, lock_timeout_option, make_request, variable_options, verbose_option
from dmsform.cli.reporters.choose import reporter_for
from dmsform.cli.session import Form, Session
from dmsform.diagnostics import ExitCode


@command("plan", short_help="Say what apply would do, above all to data.")
@variable_options
@click.option("-out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Save the plan for apply.")
@click.option("-destroy", is_flag=True, help="Plan to destroy everything that is managed.")
@click.option("-detailed-exitcode", is_flag=True, help="Exit with 2 when there are changes.")
@lock_timeout_option
@input_option
@verbose_option
@json_option()
@click.pass_context
def plan(
    ctx: click.Context,
    out: Path | None,
    destroy: bool,
    detailed_exitcode: bool,
    lock_timeout: float,
    ask: bool,
    verbose: bool,
) -> int:
    """Compare the configuration with the state and with what stands, and say what apply would do.

    Nothing is changed. Every change comes with its reason and its place in the files; for tasks the plan names the
    tables, the rows and bytes to copy, the statements that will run on the target, and all that would be destroyed.
    """
    from dmsform.apply import operations
    from dmsform.plan.json import plan_document

    session = ctx.ensure_object(Session)
    request = make_request(ctx, destroy=destroy, lock_timeout=lock_timeout)
    with reporter_for(session) as reporter:
        made = operations.make_plan(request, reporter)
    if out is not None:
        operations.save_plan(made, out)
    if session.form is Form.DOCUMENT:
        session.document(plan_document(made))
    else:
        from dmsform.cli.views.plan import plan_text

        session.result(plan_text(made, session.out_style, verbose=verbose))
    show_diagnostics(session, made.warnings)
    if session.form is Form.TEXT and not made.is_empty:
        session.note(_hint(out))
    return ExitCode.CHANGES if detailed_exitcode and not made.is_empty else ExitCode.OK


def _hint(out: Path | None) -> str:
    if out is not None:
        return f"\nSaved the plan to {out}. To perform exactly these actions, run:\n  dmsform apply {out}"
    return "\nThe plan was not saved (-out=FILE): apply will plan anew, and may then do something else."
