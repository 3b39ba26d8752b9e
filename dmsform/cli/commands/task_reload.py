"""`dmsform task reload NAME`: load everything again."""

from __future__ import annotations

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.options import auto_approve_option, input_option
from dmsform.cli.session import Session


@command("reload", short_help="Load all tables of a task again.")
@click.argument("name")
@auto_approve_option
@click.option("-wait", is_flag=True, help="Show progress until the task has come to rest.")
@input_option
@json_option()
@click.pass_context
def reload(ctx: click.Context, name: str, auto_approve: bool, wait: bool, ask: bool) -> int:
    """Load all tables of the task NAME again, replacing on the target what the task loaded before.

    Asks for approval, because the rows on the target are replaced.
    """
    from dmsform.cli.approval import require_approval
    from dmsform.cli.remote import state_of, task_named
    from dmsform.cli.steering import reload_question, steer

    session = ctx.ensure_object(Session)
    task = task_named(state_of(ctx), name)
    if not auto_approve:
        remedy = (
            f"See with `dmsform task status {name}` what the task has loaded; then run the command again with "
            "-auto-approve."
        )
        require_approval(session, *reload_question(task.view()), remedy, ask=ask)
    return steer(session, task, task.client.reload, wait=wait)
