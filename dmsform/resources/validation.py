"""What a pydantic model says against arguments, as diagnostics at the places of the arguments."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dmsform.diagnostics import Code, Diagnostic
from dmsform.resources.reader import BlockReader, did_you_mean

if TYPE_CHECKING:
    from pydantic import ValidationError


def model_findings(
    error: ValidationError, reader: BlockReader, code: Code, known: Collection[str], secret: Collection[str] = ()
) -> list[Diagnostic]:
    """One diagnostic for each thing that is wrong. Values are never repeated: they may be secrets.

    secret -- arguments whose lines are not shown either: the diagnostic then stands at the block.
    """
    findings = []
    for found in error.errors(include_input=False, include_url=False):
        name = str(found["loc"][0]) if found["loc"] else ""
        hidden = name in secret or (name not in known and difflib.get_close_matches(name, secret, n=1))
        finding = _finding(found, reader, code, known)
        findings.append(replace(finding, subject=reader.block.subject) if hidden else finding)
    return findings


def _finding(found: Any, reader: BlockReader, code: Code, known: Collection[str]) -> Diagnostic:
    name = str(found["loc"][0]) if found["loc"] else ""
    place, listed = reader.place(name), ", ".join(sorted(known))
    match found["type"]:
        case "extra_forbidden":
            return code.error(
                f'{reader.name} has no argument "{name}".{did_you_mean(name, known)}',
                f"Remove it, or use one of: {listed}.",
                subject=place,
            )
        case "missing":
            return code.error(
                f"{reader.name} lacks the argument `{name}`.", f"Add it: {name} = ...", subject=reader.block.subject
            )
        case _:
            said = str(found["msg"]).removeprefix("Value error, ")
            what = f"`{name}` of {reader.name}" if name else reader.name
            return code.error(f"{what}: {said}.", f"Correct `{name or listed}`.", subject=place)
