"""`dmsform server stop [NAME]`: end the replication servers; their tasks go on when they are started again."""

from __future__ import annotations

from pathlib import Path

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.session import Form, Session


@command("stop", short_help="Stop replication servers.")
@click.argument("name", required=False)
@click.option(
    "-data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Stop the server of this data directory; no configuration is read.",
)
@json_option()
@click.pass_context
def stop(ctx: click.Context, name: str | None, data_dir: Path | None) -> None:
    """Stop the server of the replication instance NAME; without NAME, all that are in the state.

    Its running tasks stop with it, and go on at the tables not yet complete when the server is started again.
    """
    from dmsform.api.local import server_view, stop_server
    from dmsform.cli.remote import instances, state_of
    from dmsform.cli.views.documents import document
    from dmsform.cli.views.servers import ServerRow, server_document, stopped_text

    session = ctx.ensure_object(Session)
    known = [("", data_dir)] if data_dir else [(str(a), path) for a, path in instances(state_of(ctx), name)]
    rows = [ServerRow(address, path, server_view(path)) for address, path in known]
    for row in rows:
        stop_server(row.data_dir)
    if session.form is Form.DOCUMENT:
        session.document(document(servers=[server_document(ServerRow(r.address, r.data_dir, None)) for r in rows]))
    else:
        session.result(stopped_text(rows))
