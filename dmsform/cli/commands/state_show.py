"""`dmsform state show ADDRESS`: what the state knows of one resource."""

from __future__ import annotations

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.lookup import find_resource
from dmsform.cli.options import make_request
from dmsform.cli.session import Form, Session


@command("show", short_help="Show one resource.")
@click.argument("address")
@json_option()
@click.pass_context
def show(ctx: click.Context, address: str) -> None:
    """Show what the state knows of the resource at ADDRESS (`task.shop`). Secrets are never in the state."""
    from dmsform.apply import operations
    from dmsform.cli.views.documents import document
    from dmsform.cli.views.state import resource_document, resource_text

    session = ctx.ensure_object(Session)
    record = find_resource(operations.read_state(make_request(ctx)), address)
    if session.form is Form.DOCUMENT:
        session.document(document(**resource_document(record)))
    else:
        session.result(resource_text(record))
