"""`dmsform task start NAME`: let it run."""

from __future__ import annotations

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.session import Session


@command("start", short_help="Start a task.")
@click.argument("name")
@click.option("-wait", is_flag=True, help="Show progress until the task has come to rest.")
@json_option()
@click.pass_context
def start(ctx: click.Context, name: str, wait: bool) -> int:
    """Start the task NAME. A task that runs is left alone; tables that are complete stay as they are."""
    from dmsform.cli.remote import state_of, task_named
    from dmsform.cli.steering import steer

    task = task_named(state_of(ctx), name)
    return steer(ctx.ensure_object(Session), task, task.client.start, wait=wait)
