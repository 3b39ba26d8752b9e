"""From a file's text to its syntax tree, or to every error that can be told in one go.

When the parser gives up, the file is split at its top-level items and each is parsed by itself: so one run
reports one error per block, not one per file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.language import codes
from dmsform.language.source import Source
from dmsform.language.syntax import EMPTY_BODY, Argument, Body, Expression, Literal, Template

Tree = TypeVar("Tree")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's tree and what is wrong with it. With problems the tree holds what could be understood."""

    body: Body
    problems: tuple[Diagnostic, ...] = ()


def parse_body(source: Source) -> Parsed:
    """The arguments and blocks of a file."""
    from dmsform.language.explain import explain
    from dmsform.language.grammar import Unexpected, parser

    try:
        body, problems = parser().body(source)
    except (Unexpected, DiagnosticError) as error:
        body, problems = _piecewise(source)
        if not problems:
            problems = list(error.diagnostics) if isinstance(error, DiagnosticError) else [explain(source, error)]
    return Parsed(body, (*problems, *duplicate_arguments(body)))


def _piecewise(source: Source) -> tuple[Body, list[Diagnostic]]:
    """Parse each top-level item by itself."""
    from dmsform.language.explain import explain
    from dmsform.language.grammar import Unexpected, parser
    from dmsform.language.scan import top_level_items

    whole, problems = EMPTY_BODY, list[Diagnostic]()
    for start, end in top_level_items(source.text):
        try:
            body, found = parser().body(source, start, end)
        except Unexpected as error:
            problems.append(explain(source, error))
        except DiagnosticError as error:
            problems.extend(error.diagnostics)
        else:
            problems.extend(found)
            whole = Body(whole.arguments + body.arguments, whole.blocks + body.blocks)
    return whole, problems


def duplicate_arguments(body: Body) -> list[Diagnostic]:
    """An error for every argument that is set twice in one body, here and in the nested blocks."""
    problems = []
    first: dict[str, Argument] = {}
    for argument in body.arguments:
        earlier = first.setdefault(argument.name, argument)
        if earlier is not argument:
            problems.append(
                codes.DUPLICATE_ARGUMENT.error(
                    f'The argument "{argument.name}" was already set at {earlier.name_span.range()}. '
                    "Each argument may be set only once.",
                    "Remove one of the two.",
                    subject=argument.name_span.range(),
                )
            )
    for block in body.blocks:
        problems.extend(duplicate_arguments(block.body))
    return problems


def _explained(source: Source, parse: Callable[[], tuple[Tree, list[Diagnostic]]]) -> Tree:
    from dmsform.language.explain import explain
    from dmsform.language.grammar import Unexpected

    try:
        tree, problems = parse()
    except Unexpected as error:
        raise DiagnosticError(explain(source, error)) from None
    if problems:
        raise DiagnosticError(problems)
    return tree


def parse_expression(filename: str, text: str) -> Expression:
    """A single expression, as given by `-var` for a list or object, or at the console. Raises DiagnosticError."""
    from dmsform.language.grammar import parser

    source = Source(filename, text)
    return _explained(source, lambda: parser().expression(source))


def parse_template(filename: str, text: str) -> Literal | Template:
    """A template file's text as an expression. Raises DiagnosticError."""
    from dmsform.language.grammar import parser
    from dmsform.language.heredoc import template_file

    source = Source(filename, text)
    return _explained(
        source, lambda: (template_file(source, lambda at, start, end: parser().expression(at, start, end)[0]), [])
    )


def read_text(path: Path, filename: str) -> str:
    """A file's text. Raises DiagnosticError when it cannot be read or is not UTF-8; newlines stay as they are."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise DiagnosticError(
            codes.UNREADABLE_FILE.error(
                f"The file {filename} cannot be read: {error.strerror or error}.",
                "Check that the file is there and that you may read it.",
            )
        ) from error
    except UnicodeDecodeError as error:
        raise DiagnosticError(
            codes.UNREADABLE_FILE.error(
                f"The file {filename} is not encoded in UTF-8: byte {error.start} is {error.object[error.start]:#04x}.",
                "Save the file in UTF-8.",
            )
        ) from error
