"""`dmsform server run`: the replication server itself, in the foreground."""

from __future__ import annotations

from pathlib import Path

import click

from dmsform.cli.kit import command


@command("run", short_help="Run a replication server in the foreground.")
@click.option(
    "-data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    required=True,
    help="Where the server keeps its store, its key and its logs; made with mode 0700.",
)
@click.option("-listen", metavar="HOST:PORT", help="Listen on loopback TCP too, with the token in DIR/token.")
def run(data_dir: Path, listen: str | None) -> None:
    """Run a replication server in the foreground until it is told to stop, by a signal or by `dmsform server stop`.

    `dmsform apply` starts servers of type local by itself; running one by hand shows what it says.
    """
    from dmsform.server import daemon

    daemon.run(data_dir, listen)
