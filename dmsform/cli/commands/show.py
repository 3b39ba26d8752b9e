"""`dmsform show [PLAN]`: the state, or a saved plan."""

from __future__ import annotations

from pathlib import Path

import click

from dmsform.cli.failures import show_diagnostics
from dmsform.cli.kit import command, json_option
from dmsform.cli.options import make_request, verbose_option
from dmsform.cli.session import Form, Session


@command("show", short_help="Show the state, or a saved plan.")
@click.argument("plan_file", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@verbose_option
@json_option()
@click.pass_context
def show(ctx: click.Context, plan_file: Path | None, verbose: bool) -> None:
    """Show everything in the state; or, given a PLAN saved by `dmsform plan -out`, what applying it would do."""
    session = ctx.ensure_object(Session)
    if plan_file is None:
        _show_state(ctx, session)
    else:
        _show_plan(session, plan_file, verbose=verbose)


def _show_state(ctx: click.Context, session: Session) -> None:
    from dmsform.apply import operations
    from dmsform.cli.views.documents import document
    from dmsform.cli.views.state import snapshot_document, snapshot_text

    snapshot = operations.read_state(make_request(ctx))
    if session.form is Form.DOCUMENT:
        session.document(document(**snapshot_document(snapshot)))
    else:
        session.result(snapshot_text(snapshot))


def _show_plan(session: Session, path: Path, *, verbose: bool) -> None:
    from dmsform.apply import operations
    from dmsform.cli.views.plan import plan_text
    from dmsform.plan.json import plan_document

    plan = operations.load_plan(path)
    if session.form is Form.DOCUMENT:
        session.document(plan_document(plan))
    else:
        session.result(plan_text(plan, session.out_style, verbose=verbose))
    show_diagnostics(session, plan.warnings)
