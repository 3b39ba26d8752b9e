"""`dmsform destroy`: remove everything that is managed; the rows on the targets stay."""

from __future__ import annotations

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.options import (
    auto_approve_option,
    input_option,
    lock_timeout_option,
    make_request,
    variable_options,
    verbose_option,
)
from dmsform.cli.session import Form, Session


@command("destroy", short_help="Remove everything that is managed; the rows on the targets stay.")
@variable_options
@auto_approve_option
@lock_timeout_option
@input_option
@verbose_option
@json_option(Form.EVENTS)
@click.pass_context
def destroy(ctx: click.Context, auto_approve: bool, lock_timeout: float, ask: bool, verbose: bool) -> int:
    """Stop and forget the tasks, then stop the servers that apply started. The same as `apply -destroy`.

    The tables and rows that tasks have loaded stay where they are, and so do the data directories of embedded servers.
    """
    from dmsform.cli.applying import Wishes, run_apply

    request = make_request(ctx, destroy=True, lock_timeout=lock_timeout)
    return run_apply(ctx.ensure_object(Session), request, Wishes(None, auto_approve, ask=ask, verbose=verbose))
