"""`dmsform force-unlock ID`: remove a lock whose holder is gone."""

from __future__ import annotations

import click

from dmsform.cli.kit import command, json_option
from dmsform.cli.options import make_request
from dmsform.cli.session import Form, Session


@command("force-unlock", short_help="Remove the state's lock, when its holder is gone for certain.")
@click.argument("lock_id", metavar="ID")
@json_option()
@click.pass_context
def force_unlock(ctx: click.Context, lock_id: str) -> None:
    """Remove the lock ID from the state. Only for a lock whose holder is gone for certain.

    The ID stands in the message of whoever was refused. A command that still runs cannot save any more without its
    lock: nothing is overwritten, but its work may have to be pushed back with `dmsform state push`.
    """
    from dmsform.apply import operations
    from dmsform.cli.views.documents import document

    session = ctx.ensure_object(Session)
    removed = operations.unlock(make_request(ctx), lock_id)
    if session.form is Form.DOCUMENT:
        session.document(document(lock_id=removed.lock_id, holder=removed.holder, command=removed.command))
    else:
        session.result(f"Removed the lock {removed.lock_id} of {removed.holder}.")
