"""`dmsform assess TASK`: what becomes of the source's schema on the target, and how much work is left to people."""

from __future__ import annotations

from pathlib import Path

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.options import make_request, variable_options
from dmsform.cli.reporters.choose import reporter_for
from dmsform.cli.session import Form, Session
from dmsform.diagnostics import ExitCode

FORMATS = ("text", "csv", "markdown", "html")


@command("assess", short_help="Report what becomes of a source's schema on its target.")
@click.argument("task")
@click.option(
    "-format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    metavar="FORMAT",
    help="text (the default), csv, markdown or html; html is one page that needs nothing else. For JSON give -json.",
)
@click.option("-out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to FILE.")
@click.option("-verbose", is_flag=True, help="List every occurrence of every action item.")
@variable_options
@json_option()
@click.pass_context
def assess(ctx: click.Context, task: str, form: str, out: Path | None, verbose: bool) -> int:
    """Say of every object that the task TASK selects whether it is converted, converted with a change of meaning, needs
    work or is not convertible, with the reason and the remedy, and estimate the work.

    Reads the source's catalogue; the target needs not be there. Nothing is changed. What an action item costs, and
    what the level says, is told in docs/assessment.md.
    """
    from dmsform.apply import operations
    from dmsform.cli.output import write_result
    from dmsform.cli.views import assessment as views

    session = ctx.ensure_object(Session)
    with reporter_for(session) as reporter:
        found = operations.assess_task(make_request(ctx), task, reporter)
    if session.form is Form.DOCUMENT:
        import json

        text = json.dumps(views.assessment_document(found), indent=2, ensure_ascii=False)
    else:
        text = views.rendered(found, form, session.out_style, verbose=verbose)
    write_result(session, text, out)
    return ExitCode.OK
