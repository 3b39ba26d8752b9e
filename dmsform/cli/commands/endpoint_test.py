"""`dmsform endpoint test [NAME...]`: whether the endpoints answer, and allow what their tasks need."""

from __future__ import annotations

import click

from dmsform.cli.failures import show_diagnostics
from dmsform.cli.kit import command, json_option
from dmsform.cli.options import make_request, variable_options
from dmsform.cli.reporters.choose import reporter_for
from dmsform.cli.session import Form, Session
from dmsform.diagnostics import exit_code_of


@command("test", short_help="Test whether endpoints answer and allow what their tasks need.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@variable_options
@json_option()
@click.pass_context
def check(ctx: click.Context, names: tuple[str, ...]) -> int:
    """Connect to the endpoints NAME of the configuration, or to all, from where their replication instance runs.

    Says what answers and whether the connection is encrypted. For every task that uses an endpoint the checks of a
    plan are made for all its tables, and each is told: passed, warning or failed, with the statement that mends it.
    Nothing is changed. Exits with the code of the first failure.
    """
    from dmsform.apply import operations
    from dmsform.cli.views.endpoints import endpoints_document, endpoints_text

    session = ctx.ensure_object(Session)
    request = make_request(ctx)
    with reporter_for(session) as reporter:
        reports = operations.check_endpoints(request, names, reporter)
    if session.form is Form.DOCUMENT:
        session.document(endpoints_document(reports))
    else:
        session.result(endpoints_text(reports, session.out_style))
    found = tuple(dict.fromkeys(d for report in reports for d in report.diagnostics))
    show_diagnostics(session, found)
    return exit_code_of(found)
