"""`dmsform version`: loads nothing that it does not print, so that it answers at once."""

from __future__ import annotations

import platform
import sys

import click

import dmsform
from dmsform.cli.kit import command, json_option
from dmsform.cli.session import Form, Session
from dmsform.cli.views.documents import document


@command("version", short_help="Print the version.")
@json_option()
@click.pass_obj
def version(session: Session) -> None:
    """Print the versions of dmsform and of the Python it runs on."""
    python, machine = platform.python_version(), f"{sys.platform}_{platform.machine()}"
    if session.form is Form.DOCUMENT:
        session.document(document(dmsform=dmsform.__version__, python=python, platform=machine))
    else:
        session.result(f"dmsform {dmsform.__version__}\non {machine}, Python {python}")
