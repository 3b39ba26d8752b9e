"""The pages of diagnostics and exit codes, from every package's list of codes."""

from __future__ import annotations

from importlib import import_module

from dmsform.diagnostics import Code, ExitCode

CODE_MODULES = (
    "dmsform.language.codes",
    "dmsform.graph",
    "dmsform.state.codes",
    "dmsform.plan.codes",
    "dmsform.catalog.codes",
    "dmsform.task.codes",
    "dmsform.provider.codes",
    "dmsform.replication.codes",
    "dmsform.api.codes",
    "dmsform.server.codes",
    "dmsform.resources.codes",
    "dmsform.apply.codes",
    "dmsform.cli.codes",
    "dmsform_mysql.codes",
    "dmsform_postgresql.codes",
    "dmsform_sqlite.codes",
)
"""Every module that declares codes."""

EXIT_CODE_MEANINGS = {
    ExitCode.OK: "Success. For `plan -detailed-exitcode`: success, and nothing to do.",
    ExitCode.ERROR: "An error that has no number of its own.",
    ExitCode.CHANGES: "`plan -detailed-exitcode` alone: success, and there are changes.",
    ExitCode.CONFIGURATION: "The configuration or the command line is wrong; nothing was done.",
    ExitCode.AUTHENTICATION: "A data store or the state's database refused the login, or a right is missing.",
    ExitCode.UNREACHABLE: "A data store, the state's database or a replication server does not answer.",
    ExitCode.LOCKED: "The state is locked, or a task, a server or a target table belongs to somebody else.",
    ExitCode.STALE_PLAN: "What the saved plan rests on has changed since; nothing was done.",
    ExitCode.REFUSED: "Something would be destroyed or lost that was not approved; nothing was done.",
    ExitCode.TASK_FAILED: "A task failed, or has tables in error. Tables that completed stay.",
    ExitCode.MISMATCH: "Validation found rows that differ.",
    ExitCode.CANCELLED: "The question was not answered with yes, or Ctrl-C ended the command.",
}


def all_codes() -> list[Code]:
    """Every code, in the order of the numbers."""
    found = [value for name in CODE_MODULES for value in vars(import_module(name)).values() if isinstance(value, Code)]
    return sorted(set(found), key=lambda code: code.id)


def diagnostics_page() -> str:
    """`docs/diagnostics.md`."""
    lines = [
        "# Diagnostics",
        "",
        "Every error and warning has a code that does not change. What happened in detail, the place in the",
        "configuration or in the data, and what to do are told with each one.",
        "",
    ]
    for code in all_codes():
        lines += [f"## {code.id}: {code.summary}", "", f"{code.explanation} Exit code {int(code.exit_code)}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def exit_codes_page() -> str:
    """`docs/exit-codes.md`."""
    rows = [f"| {int(code)} | `{code.name}` | {EXIT_CODE_MEANINGS[code]} |" for code in ExitCode]
    head = [
        "# Exit codes",
        "",
        "Stable: scripts may rely on them. With several errors the first one decides.",
        "",
        "| code | name | meaning |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows]) + "\n"
