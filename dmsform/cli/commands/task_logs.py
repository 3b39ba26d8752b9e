"""`dmsform task logs NAME`: what the task wrote to its log."""

from __future__ import annotations

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.session import Form, Session


@command("logs", short_help="Print the log of a task.")
@click.argument("name")
@click.option("-lines", type=click.IntRange(min=1), default=100, show_default=True, help="How many of the last lines.")
@json_option()
@click.pass_context
def logs(ctx: click.Context, name: str, lines: int) -> None:
    """Print the last lines of the log of the task NAME, oldest first. Values of rows and secrets are not logged."""
    from dmsform.cli.remote import state_of, task_named
    from dmsform.cli.views.documents import document

    session = ctx.ensure_object(Session)
    task = task_named(state_of(ctx), name)
    found = task.client.logs(task.lineage, task.name, lines)
    if session.form is Form.DOCUMENT:
        session.document(document(task=task.name, lines=list(found)))
    elif found:
        session.result("\n".join(found))
