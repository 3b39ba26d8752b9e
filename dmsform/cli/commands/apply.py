"""`dmsform apply [PLAN]`: do what the plan says, and wait for the tasks."""

from __future__ import annotations

from pathlib import Path

import click

from dmsform.cli import codes
from dmsform.cli.kit import Switch, command, json_option
from dmsform.cli.options import (
    auto_approve_option,
    input_option,
    lock_timeout_option,
    make_request,
    variable_options,
    verbose_option,
)
from dmsform.cli.session import Form, Session
from dmsform.diagnostics import DiagnosticError


@command("apply", short_help="Do what the plan says, and wait for the tasks.")
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@variable_options
@auto_approve_option
@click.option("-destroy", is_flag=True, help="Destroy everything that is managed; the rows on the targets stay.")
@click.option("-wait", cls=Switch, type=bool, default=True, help="Return as soon as the tasks are started.")
@lock_timeout_option
@input_option
@verbose_option
@json_option(Form.EVENTS)
@click.pass_context
def apply(
    ctx: click.Context,
    plan_file: Path | None,
    auto_approve: bool,
    destroy: bool,
    wait: bool,
    lock_timeout: float,
    ask: bool,
    verbose: bool,
) -> int:
    """Plan, show the plan, ask for approval and do it; then wait until full loads are complete.

    A PLAN saved by `dmsform plan -out` is applied as it was reviewed, without a question; if anything it rests on has
    changed, it is refused. Sensitive variables are not in it and have to be given again. While steps are applied,
    Ctrl-C lets the running step finish; while tasks are waited for it ends the waiting, and the tasks go on.
    """
    from dmsform.cli.applying import Wishes, run_apply

    if plan_file is not None and destroy:
        raise DiagnosticError(
            codes.PLAN_IS_FIXED.error(
                "-destroy was given together with a saved plan.",
                "Leave -destroy away, or make another plan: dmsform plan -destroy -out=FILE",
            )
        )
    request = make_request(ctx, destroy=destroy, lock_timeout=lock_timeout)
    wishes = Wishes(plan_file, auto_approve, ask=ask, wait=wait, verbose=verbose)
    return run_apply(ctx.ensure_object(Session), request, wishes)
