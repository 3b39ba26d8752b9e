"""The entry point: parse, run, and turn whatever went wrong into diagnostics and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

import dmsform
from dmsform.cli import codes, crash, table
from dmsform.cli.failures import show_failure
from dmsform.cli.kit import Group, no_color_option
from dmsform.cli.output import discard, unwritable
from dmsform.cli.session import Session
from dmsform.diagnostics import Diagnostic, DiagnosticError, ExitCode

_HELP = """Terraform for database migrations, with the replication engine built in.

Declare replication instances, endpoints and tasks in *.dms.hcl files; `dmsform plan` says what would happen to the
data, `dmsform apply` makes it happen.
"""


def _enter(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is None:
        return
    try:
        os.chdir(Path(value).expanduser())
    except OSError as error:
        raise DiagnosticError(
            codes.UNUSABLE_DIRECTORY.error(
                f"{value} cannot be entered: {error.strerror}.", "Give the directory that holds the *.dms.hcl files."
            )
        ) from None


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Session).result(f"dmsform {dmsform.__version__}")
        ctx.exit()


@click.group(cls=Group, table=table.COMMANDS, unbuilt=table.UNBUILT, help=_HELP)
@no_color_option
@click.option(
    "-chdir",
    metavar="DIR",
    is_eager=True,
    expose_value=False,
    callback=_enter,
    help="Work in this directory; stands before the command.",
)
@click.option("-version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version.")
def root() -> None:
    """The command line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code of `docs/exit-codes.md`."""
    session = Session()
    try:
        return int(_run(list(sys.argv[1:] if arguments is None else arguments), session))
    except BrokenPipeError:
        # Whoever read our results has left; Python must not trip over the pipe again when it flushes at its end.
        discard(sys.stdout)
        return int(ExitCode.ERROR)
    except OSError as error:  # a failure could not be shown
        lost = unwritable(error)
        if lost is None:
            raise
        return int(show_failure(session, (lost,)))


def _run(arguments: list[str], session: Session) -> int:
    try:
        with root.make_context("dmsform", arguments, obj=session) as ctx:
            result = root.invoke(ctx)
            return result if isinstance(result, int) else ExitCode.OK
    except click.exceptions.NoArgsIsHelpError as error:
        session.note(error.ctx.get_help() if error.ctx else "")
        return ExitCode.CONFIGURATION
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        return show_failure(session, (_usage(error),))
    except DiagnosticError as error:
        return show_failure(session, error.diagnostics)
    except (KeyboardInterrupt, click.Abort):
        return show_failure(session, (_interrupted(),))
    except BrokenPipeError:
        raise
    except Exception as error:  # the outermost frame: no traceback may reach the user
        return show_failure(session, (unwritable(error) or crash.report(error, session.command),))


def _usage(error: click.ClickException) -> Diagnostic:
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    path = ctx.command_path if ctx else "dmsform"
    return codes.BAD_ARGUMENT.error(f"{error.format_message().rstrip('.')}.", f"For its usage run: {path} -help")


def _interrupted() -> Diagnostic:
    return codes.INTERRUPTED.error(
        "The command was interrupted. What it had applied is in the state, whose lock is released; tasks that were "
        "started go on.",
        "Run the command again when you are ready.",
    )
