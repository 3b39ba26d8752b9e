"""What a module declares, gathered from all its files; every declaration stands once."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from dmsform.addresses import Address, Kind
from dmsform.diagnostics import Diagnostic
from dmsform.language import codes
from dmsform.language.blocks.table import ROOT
from dmsform.language.form import check_form, find_block
from dmsform.language.load import Module
from dmsform.language.syntax import Argument, BlockSyntax, Body, Span

Key = TypeVar("Key")
Thing = TypeVar("Thing")

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


@dataclass(slots=True)
class Declarations:
    """The declarations by name, in the order of the files; `problems` holds what is wrong with their form."""

    settings: list[BlockSyntax] = field(default_factory=list)
    variables: dict[str, BlockSyntax] = field(default_factory=dict)
    locals: dict[str, Argument] = field(default_factory=dict)
    outputs: dict[str, BlockSyntax] = field(default_factory=dict)
    resources: dict[Address, BlockSyntax] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)


def declarations(module: Module) -> Declarations:
    """Gather and check the form of everything. Problems are returned, not raised."""
    found = Declarations()
    for body in module.bodies.values():
        _gather(body, found)
    return found


def _gather(body: Body, found: Declarations) -> None:
    for argument in body.arguments:
        found.problems.append(
            codes.UNSUPPORTED_ARGUMENT.error(
                f'"{argument.name}" is set outside of any block.',
                f"Move it into a block, for example locals {{ {argument.name} = ... }}.",
                subject=argument.name_span.range(),
            )
        )
    for block in body.blocks:
        schema = find_block(block, ROOT, found.problems)
        if schema is None:
            continue
        check_form(block, schema, found.problems)
        _declare(block, found)


def _declare(block: BlockSyntax, found: Declarations) -> None:
    name = block.labels[0].text if block.labels else ""
    match block.type:
        case "dmsform":
            _once(found, "The dmsform block", [earlier.header for earlier in found.settings], block.header)
            found.settings.append(block)
        case "locals":
            for argument in block.body.arguments:
                _put(found, found.locals, argument.name, argument, "local", lambda a: a.name_span)
        case "variable" if _named(block, found):
            _put(found, found.variables, name, block, "variable", lambda b: b.header)
        case "output" if _named(block, found):
            _put(found, found.outputs, name, block, "output", lambda b: b.header)
        case kind if kind in set(Kind) and _named(block, found):
            _put(found, found.resources, Address(Kind(kind), name), block, kind, lambda b: b.header)


def _named(block: BlockSyntax, found: Declarations) -> bool:
    """Whether the block's one label is a name. A wrong number of labels was told already."""
    if len(block.labels) != 1:
        return False
    label = block.labels[0]
    if _NAME.match(label.text):
        return True
    found.problems.append(
        codes.INVALID_LABELS.error(
            f'"{label.text}" is not a name: names are made of letters, digits, - and _, and begin with a letter or _.',
            "Choose another name.",
            subject=label.span.range(),
        )
    )
    return False


def _once(found: Declarations, what: str, earlier: list[Span], span: Span) -> None:
    if earlier:
        found.problems.append(
            codes.DUPLICATE_BLOCK.error(
                f"{what} was already given at {earlier[0].range()}.",
                "Keep one of the two.",
                subject=span.range(),
            )
        )


def _put(
    found: Declarations,
    names: dict[Key, Thing],
    key: Key,
    thing: Thing,
    what: str,
    place: Callable[[Thing], Span],
) -> None:
    earlier = names.setdefault(key, thing)
    if earlier is not thing:
        shown = key if isinstance(key, Address) else f'The {what} "{key}"'
        _once(found, str(shown), [place(earlier)], place(thing))
