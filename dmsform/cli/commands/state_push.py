"""`dmsform state push FILE`: bring back a state that could not be saved."""

from __future__ import annotations

from pathlib import Path

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.options import lock_timeout_option, make_request
from dmsform.cli.session import Form, Session


@command("push", short_help="Bring back a state that could not be saved.")
@click.argument("file", type=click.Path(path_type=Path))
@lock_timeout_option
@json_option()
@click.pass_context
def push(ctx: click.Context, file: Path, lock_timeout: float) -> None:
    """Make FILE the state: `errored.dmsform.json`, which apply writes when it cannot save the state.

    Refused when the file belongs to another state, or when the state has moved on since.
    """
    from dmsform.apply import operations
    from dmsform.cli.views.documents import document

    session = ctx.ensure_object(Session)
    snapshot = operations.push_state(make_request(ctx, lock_timeout=lock_timeout), file)
    if session.form is Form.DOCUMENT:
        session.document(document(lineage=snapshot.lineage, serial=snapshot.serial))
    else:
        session.result(f"The state is at serial {snapshot.serial} now; {file} can be deleted.")
