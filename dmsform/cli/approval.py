"""Asks before anything is changed; only the whole word yes will do."""

from __future__ import annotations

import sys

from dmsform.cli import codes
from dmsform.cli.session import Session
from dmsform.diagnostics import DiagnosticError

PLAN_FIRST = (
    "Read the plan; then run the command again with -auto-approve, or apply a plan saved by `dmsform plan -out=FILE`."
)
"""The remedy of commands that carry out a plan."""


def require_approval(session: Session, question: str, consequences: str, remedy: str, *, ask: bool = True) -> None:
    """Return when the answer is yes; `remedy` is what the command offers where nobody can be asked.

    Raises DiagnosticError: nobody can be asked, or another answer.
    """
    if not (ask and session.can_ask):
        raise DiagnosticError(
            codes.NEEDS_APPROVAL.error(
                f"`dmsform {session.command}` asks for approval, and "
                + ("there is no terminal to ask at." if ask else "-input=false forbids to ask."),
                remedy,
            )
        )
    style = session.err_style
    session.note(f"\n{style.bold(question)}\n  {consequences}\n  Only 'yes' will be accepted to approve.\n")
    session.err.write(f"  {style.bold('Enter a value:')} ")
    session.err.flush()
    answer = sys.stdin.readline().strip()
    if answer != "yes":
        raise DiagnosticError(
            codes.NOT_APPROVED.error(
                f"The answer was {answer!r}, so nothing was done.", "To approve, answer with the whole word: yes"
            )
        )
