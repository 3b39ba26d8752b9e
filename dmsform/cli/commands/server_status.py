"""`dmsform server status [NAME]`: whether the replication servers run."""

from __future__ import annotations

from pathlib import Path

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.session import Form, Session


@command("status", short_help="Show whether replication servers run.")
@click.argument("name", required=False)
@click.option(
    "-data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Ask the server of this data directory; no configuration is read.",
)
@json_option()
@click.pass_context
def status(ctx: click.Context, name: str | None, data_dir: Path | None) -> None:
    """Show whether the server of the replication instance NAME runs; without NAME, all that are in the state."""
    from dmsform.api.local import server_view
    from dmsform.cli.remote import instances, state_of
    from dmsform.cli.views.documents import document
    from dmsform.cli.views.servers import ServerRow, server_document, servers_text

    session = ctx.ensure_object(Session)
    known = [("", data_dir)] if data_dir else [(str(a), path) for a, path in instances(state_of(ctx), name)]
    rows = [ServerRow(address, path, server_view(path)) for address, path in known]
    if session.form is Form.DOCUMENT:
        session.document(document(servers=[server_document(r) for r in rows]))
    else:
        session.result(servers_text(rows))
