"""`dmsform task resume NAME`: go on where it stopped."""

from __future__ import annotations

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.session import Session


@command("resume", short_help="Go on with a task that stopped or failed.")
@click.argument("name")
@click.option("-wait", is_flag=True, help="Show progress until the task has come to rest.")
@json_option()
@click.pass_context
def resume(ctx: click.Context, name: str, wait: bool) -> int:
    """Go on with the task NAME where it stopped or failed: at the tables that are not complete."""
    from dmsform.cli.remote import state_of, task_named
    from dmsform.cli.steering import steer

    task = task_named(state_of(ctx), name)
    return steer(ctx.ensure_object(Session), task, task.client.resume, wait=wait)
