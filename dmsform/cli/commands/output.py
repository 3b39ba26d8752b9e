"""`dmsform output [NAME]`: the outputs as last applied."""

from __future__ import annotations

import difflib

import click

from dmsform.cli import codes
from dmsform.cli.kit import command, json_option
from dmsform.cli.options import make_request
from dmsform.cli.session import Form, Session
from dmsform.diagnostics import DiagnosticError
from dmsform.state.snapshot import OutputRecord


@command("output", short_help="Print the outputs as last applied.")
@click.argument("name", required=False)
@click.option("-raw", is_flag=True, help="Print the value of NAME alone, without quotes; for scripts.")
@json_option()
@click.pass_context
def output(ctx: click.Context, name: str | None, raw: bool) -> None:
    """Print all outputs as they were last applied, or the one called NAME.

    Sensitive outputs are not kept in the state and cannot be printed.
    """
    from dmsform.apply import operations
    from dmsform.cli.views.state import outputs_document, outputs_text

    session = ctx.ensure_object(Session)
    if raw and name is None:
        raise DiagnosticError(
            codes.BAD_ARGUMENT.error("-raw prints one output, and no NAME was given.", "Run: dmsform output -raw NAME")
        )
    records = operations.read_outputs(make_request(ctx))
    if name is None:
        is_json = session.form is Form.DOCUMENT
        if is_json:
            session.document(outputs_document(records))
        else:
            session.result(outputs_text(records) if records else "The state has no outputs.")
        return
    _print_one(session, _find(records, name), raw=raw)


def _find(records: tuple[OutputRecord, ...], name: str) -> OutputRecord:
    found = next((r for r in records if r.name == name), None)
    if found is not None:
        return found
    names = [r.name for r in records]
    close = difflib.get_close_matches(name, names, n=1)
    hint = f' Did you mean "{close[0]}"?' if close else ""
    known = f"It has: {', '.join(names)}." if names else "It has none."
    raise DiagnosticError(
        codes.UNKNOWN_OUTPUT.error(
            f'The state holds no output "{name}". {known}{hint}',
            f'Declare `output "{name}"` and apply, or name one that is there: dmsform output',
        )
    )


def _print_one(session: Session, record: OutputRecord, *, raw: bool) -> None:
    from dmsform.cli.views.values import SENSITIVE, written

    if raw:
        session.result(_raw(record))
    elif session.form is Form.DOCUMENT:
        session.document(None if record.sensitive else record.value)
    else:
        session.result(SENSITIVE if record.sensitive else written(record.value))


def _raw(record: OutputRecord) -> str:
    value = record.value
    if record.sensitive or not isinstance(value, str | int | float):
        what = "is sensitive" if record.sensitive else f"is a {type(value).__name__}"
        raise DiagnosticError(
            codes.NOT_RAW.error(
                f'The output "{record.name}" {what}.', f"Print it as JSON: dmsform output -json {record.name}"
            )
        )
    return str(value).lower() if isinstance(value, bool) else str(value)
