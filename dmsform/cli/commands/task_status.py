"""`dmsform task status [NAME]`: how tasks stand."""

from __future__ import annotations

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.session import Form, Session
from dmsform.diagnostics import ExitCode


@command("status", short_help="Show how a task, or all of them, stand.")
@click.argument("name", required=False)
@click.option("-follow", is_flag=True, help="Show progress until the task NAME has come to rest.")
@json_option()
@click.pass_context
def status(ctx: click.Context, name: str | None, follow: bool) -> int:
    """Show how the task NAME stands, with the state, rows and speed of each table; without NAME, all tasks."""
    from dmsform.cli.remote import all_tasks, state_of, task_named
    from dmsform.cli.views.documents import document
    from dmsform.cli.views.tasks import task_diagnostics, task_text, tasks_text

    session = ctx.ensure_object(Session)
    snapshot = state_of(ctx)
    if name is None:
        views = [task.view() for task in all_tasks(snapshot)]
        if session.form is Form.DOCUMENT:
            session.document(document(tasks=[v.model_dump(mode="json") for v in views]))
        else:
            session.result(tasks_text(views))
        return ExitCode.OK
    task = task_named(snapshot, name)
    if follow:
        from dmsform.cli.steering import watch

        view = watch(session, task)
    else:
        view = task.view()
    if session.form is Form.DOCUMENT:
        session.document(document(**view.model_dump(mode="json")))
    else:
        from dmsform.cli.failures import show_diagnostics

        session.result(task_text(view, session.out_style))
        show_diagnostics(session, task_diagnostics(view))
    return ExitCode.OK
