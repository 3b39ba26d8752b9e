"""Values for variables: where they come from and which of them holds.

From low to high: the default, `DMS_VAR_name`, `dmsform.dmsvars.hcl`, `*.auto.dmsvars.hcl` in lexical order, then `-var`
and `-var-file` in the order of the command line. Declarations are in `variable_blocks.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dmsform.diagnostics import Diagnostic, DiagnosticError, SourceRange
from dmsform.language import codes
from dmsform.language.load import Module, parse_text
from dmsform.language.parse import read_text
from dmsform.language.suggest import did_you_mean
from dmsform.language.syntax import Body, Expression

ENVIRONMENT = "DMS_VAR_"


@dataclass(frozen=True, slots=True)
class VariableInput:
    """kind "var" is a `-var` of the command line (`name=value`), kind "file" a `-var-file` (a path).

    kind "json" is `name=JSON`: a value exactly as a saved plan recorded it, which no process list shows.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that some source gives. payload -- text as given, JSON as recorded, or an expression of a file.

    source -- in words: `-var="port=1"`, `DMS_VAR_port`, `prod.dmsvars.hcl:3`; visible -- it shows in the process list.
    """

    name: str
    payload: str | Expression
    source: str
    json: bool = False
    visible: bool = False
    subject: SourceRange | None = None


@dataclass(slots=True)
class Gathered:
    """The values by variable, the one that holds last; `files` are the texts of the values files read."""

    values: dict[str, list[Candidate]]
    problems: list[Diagnostic]
    files: dict[str, str]


def gather(
    module: Module, declared: Iterable[str], inputs: Sequence[VariableInput], environ: Mapping[str, str]
) -> Gathered:
    """Collect all values that are given. Unreadable inputs and undeclared names are among the problems."""
    names = list(declared)
    found = Gathered({name: [] for name in names}, [], {})
    for name in names:
        if f"{ENVIRONMENT}{name}" in environ:
            source = f"{ENVIRONMENT}{name}"
            found.values[name].append(Candidate(name, environ[source], source))
    for filename, body in module.values.items():
        _add_file(found, filename, body)
    for given in inputs:
        if given.kind == "file":
            _read_file(found, given.text)
        else:
            _add_option(found, given)
    return found


def _read_file(found: Gathered, path: str) -> None:
    try:
        text = read_text(Path(path), path)
        found.files[path] = text
        _add_file(found, path, parse_text(path, text))
    except DiagnosticError as error:
        found.problems.extend(error.diagnostics)


def _add_file(found: Gathered, filename: str, body: Body) -> None:
    found.problems.extend(_blocks_refused(body))
    for argument in body.arguments:
        subject = argument.span.range()
        if argument.name not in found.values:
            found.problems.append(
                codes.UNDECLARED_VALUE.warning(
                    f'The file {filename} gives a value for "{argument.name}", but no variable of that name is '
                    f"declared.{did_you_mean(argument.name, found.values)}",
                    f'Correct the name, remove the line, or declare it: variable "{argument.name}" {{ ... }}',
                    subject=argument.name_span.range(),
                )
            )
            continue
        source = f"{filename}:{argument.span.line}"
        found.values[argument.name].append(Candidate(argument.name, argument.expression, source, subject=subject))


def _blocks_refused(body: Body) -> Iterator[Diagnostic]:
    for block in body.blocks:
        yield codes.INVALID_VALUES_FILE.error(
            f'This values file holds a block "{block.type}", but only lines NAME = VALUE have a meaning here.',
            "Move the block to a file whose name ends in .dms.hcl.",
            subject=block.header.range(),
        )


def _add_option(found: Gathered, given: VariableInput) -> None:
    name, equals, text = given.text.partition("=")
    name = name.strip()
    if not equals:
        found.problems.append(
            codes.INVALID_VALUES_FILE.error(
                "An option -var has no equals sign, so that it names no variable.", "Write it as -var 'NAME=VALUE'."
            )
        )
    elif name not in found.values:
        found.problems.append(
            codes.UNDECLARED_VALUE.error(
                f'A value is given for "{name}" by -var, but no variable of that name is declared.'
                f"{did_you_mean(name, found.values)}",
                f'Correct the name, or declare it: variable "{name}" {{ ... }}',
            )
        )
    else:
        json = given.kind == "json"
        source = "the saved plan" if json else f'-var="{name}=..."'
        found.values[name].append(Candidate(name, text, source, json=json, visible=not json))
