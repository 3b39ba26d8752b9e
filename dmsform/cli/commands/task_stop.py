"""`dmsform task stop NAME`: stop it after what it is writing."""

from __future__ import annotations

import click

from dmsform.cli.kit import Switch, command, json_option
from dmsform.cli.session import Session


@command("stop", short_help="Stop a task; it can be resumed.")
@click.argument("name")
@click.option("-wait", cls=Switch, type=bool, default=True, help="Return at once, while the task is still stopping.")
@json_option()
@click.pass_context
def stop(ctx: click.Context, name: str, wait: bool) -> int:
    """Stop the task NAME and wait until it has stopped. Tables that are complete stay; `task resume` goes on."""
    from dmsform.cli.remote import state_of, task_named
    from dmsform.cli.steering import stop_task

    return stop_task(ctx.ensure_object(Session), task_named(state_of(ctx), name), wait=wait)
