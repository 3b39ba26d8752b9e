"""What the commands that steer a task share: show how it stands after the request, wait for it where asked."""

from __future__ import annotations

from collections.abc import Callable

from dmsform.api.models import TaskView
from dmsform.cli.failures import show_diagnostics, show_failure
from dmsform.cli.remote import RemoteTask
from dmsform.cli.reporters.choose import reporter_for
from dmsform.cli.session import Form, Session
from dmsform.cli.views.apply import task_failed
from dmsform.cli.views.documents import document
from dmsform.cli.views.tasks import headline, succeeded, task_diagnostics, task_text
from dmsform.cli.views.units import counted
from dmsform.diagnostics import ExitCode


def steer(session: Session, task: RemoteTask, request: Callable[[str, str], TaskView], *, wait: bool) -> ExitCode:
    """Send the request, wait where asked, show the task; TASK_FAILED when what was waited for went wrong."""
    view = request(task.lineage, task.name)
    if not wait:
        _show(session, view, brief=True)
        return ExitCode.OK
    final = watch(session, task)
    _show(session, final, brief=False)
    return ending(session, final)


def stop_task(session: Session, task: RemoteTask, *, wait: bool) -> ExitCode:
    """Stop the task and show how it stands; that it did not finish is no failure here, it was told to stop."""
    view = task.client.stop(task.lineage, task.name)
    _show(session, watch(session, task) if wait else view, brief=True)
    return ExitCode.OK


def reload_question(view: TaskView) -> tuple[str, str]:
    """What to ask before a reload, and what a yes means."""
    done = sum(t.full_load_rows > 0 for t in view.tables)
    return (
        f"Do you want to load all tables of task.{view.name} again?",
        f"What the task loaded before is dropped or emptied on the target: {counted(done, 'table')} with rows.",
    )


def watch(session: Session, task: RemoteTask) -> TaskView:
    """Show the task's progress on stderr until it has come to rest."""
    with reporter_for(session) as reporter:
        return task.watch(reporter.task_progress)


def ending(session: Session, view: TaskView) -> ExitCode:
    """The exit code of a task that has come to rest, its diagnostics shown."""
    show_diagnostics(session, task_diagnostics(view))
    return ExitCode.OK if succeeded(view) else show_failure(session, (task_failed(view),))


def _show(session: Session, view: TaskView, *, brief: bool) -> None:
    if session.form is Form.DOCUMENT:
        session.document(document(**view.model_dump(mode="json")))
    else:
        session.result(headline(view) if brief else task_text(view, session.out_style))
