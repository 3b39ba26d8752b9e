"""`dmsform validate`: check the files by themselves, without state, servers or values of variables."""

from __future__ import annotations

from pathlib import Path

import click

from dmsform.cli.failures import configuration_text, show_diagnostics
from dmsform.cli.kit import command, json_option
from dmsform.cli.session import Form, Session
from dmsform.cli.views.documents import validation
from dmsform.diagnostics import Diagnostic, DiagnosticError, ExitCode, exit_code_of, has_errors


@command("validate", short_help="Check the configuration by itself.")
@json_option()
@click.pass_obj
def validate(session: Session) -> int:
    """Check the configuration by itself: syntax, names, types and references.

    Reads the files alone: no state, no server, no variable's value is needed. All errors are told at once.
    """
    found = _findings()
    if session.form is Form.DOCUMENT:
        session.document(validation(found, configuration_text))
    show_diagnostics(session, found)
    if session.form is Form.TEXT and not has_errors(found):
        words = "the configuration is valid" + (", with warnings." if found else ".")
        session.result(f"{session.out_style.green('Success:')} {words}")
    return exit_code_of(found) or ExitCode.OK


def _findings() -> tuple[Diagnostic, ...]:
    from dmsform.apply import operations

    try:
        return tuple(operations.validate_directory(Path.cwd()))
    except DiagnosticError as error:
        return error.diagnostics
