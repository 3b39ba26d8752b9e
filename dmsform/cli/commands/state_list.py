"""`dmsform state list`: the addresses of what is managed."""

from __future__ import annotations

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.options import make_request
from dmsform.cli.session import Form, Session


@command("list", short_help="List the addresses of what is managed.")
@json_option()
@click.pass_context
def list_resources(ctx: click.Context) -> None:
    """List the addresses of all resources in the state, one a line."""
    from dmsform.apply import operations
    from dmsform.cli.views.documents import document

    session = ctx.ensure_object(Session)
    addresses = [str(r.address) for r in operations.read_state(make_request(ctx)).resources]
    if session.form is Form.DOCUMENT:
        session.document(document(resources=addresses))
    elif addresses:
        session.result("\n".join(addresses))
