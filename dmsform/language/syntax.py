"""The syntax tree: what a file says, before any of it means something. Every node knows its place.

The tree is plain frozen data, so that it can be pickled: a second run reads it from the cache and needs no parser.
Changing a class here means raising `cache.FORMAT`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from dmsform.diagnostics import Point, SourceRange


class Span(NamedTuple):
    """A stretch of a file: lines and columns count from 1 in characters, bytes from 0; the end is exclusive."""

    filename: str
    line: int
    column: int
    byte: int
    end_line: int
    end_column: int
    end_byte: int

    def range(self) -> SourceRange:
        """The same as diagnostics want it."""
        return SourceRange(
            self.filename,
            Point(self.line, self.column, self.byte),
            Point(self.end_line, self.end_column, self.end_byte),
        )

    def to(self, other: Span) -> Span:
        """From the start of this one to the end of the other."""
        return Span(self.filename, self.line, self.column, self.byte, other.end_line, other.end_column, other.end_byte)


@dataclass(frozen=True, slots=True)
class Literal:
    """null, true, false, a number or a text without interpolation."""

    value: bool | Decimal | str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Interpolation:
    """`${ ... }` inside a template. Strip markers have already done their work on the texts around it."""

    expression: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class IfDirective:
    """`%{ if c }then%{ else }otherwise%{ endif }`."""

    condition: Expression
    then: tuple[TemplatePart, ...]
    otherwise: tuple[TemplatePart, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ForDirective:
    """`%{ for key, value in collection }body%{ endfor }`."""

    key: str | None
    value: str
    collection: Expression
    body: tuple[TemplatePart, ...]
    span: Span


TemplatePart: TypeAlias = Literal | Interpolation | IfDirective | ForDirective


@dataclass(frozen=True, slots=True)
class Template:
    """A quoted string or heredoc with something in it to evaluate."""

    parts: tuple[TemplatePart, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Variable:
    """A name at the root of a traversal: `var`, `endpoint`, or the variable of a `for`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class GetAttribute:
    """`operand.name`."""

    operand: Expression
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Index:
    """`operand[key]`, also spelled `operand.0`."""

    operand: Expression
    key: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Splat:
    """`operand[*].a[0]` or `operand.*.a`: the steps are taken on every element."""

    operand: Expression
    steps: tuple[str | Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`; `expand`: the last argument ended in `...`."""

    name: str
    arguments: tuple[Expression, ...]
    expand: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: str
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    """`-operand` or `!operand`."""

    operator: str
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class TupleConstructor:
    """`[a, b]`."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ObjectItem:
    """`key = value`; a bare name as key is a literal text."""

    key: Expression
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class ObjectConstructor:
    """`{ a = 1, (b) = 2 }`."""

    items: tuple[ObjectItem, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class For:
    """`[for v in c : value if condition]`, or with `result_key` `{for k, v in c : key => value...}`."""

    key: str | None
    value: str
    collection: Expression
    result_key: Expression | None
    result: Expression
    condition: Expression | None
    grouped: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Parentheses:
    """`(inner)`: kept, because `{ (a) = 1 }` differs from `{ a = 1 }`."""

    inner: Expression
    span: Span


Expression: TypeAlias = (
    Literal | Template | Variable | GetAttribute | Index | Splat | Call | Conditional | Binary | Unary
    | TupleConstructor | ObjectConstructor | For | Parentheses
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Argument:
    """`name = expression`."""

    name: str
    expression: Expression
    name_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Label:
    """A block's label: `"shop"`, or bare."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class BlockSyntax:
    """`type "label" { ... }`; `header` spans the type and the labels, `span` all of it."""

    type: str
    labels: tuple[Label, ...]
    body: Body
    type_span: Span
    header: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Body:
    """Arguments and blocks, each in the order of the file."""

    arguments: tuple[Argument, ...]
    blocks: tuple[BlockSyntax, ...]


EMPTY_BODY = Body((), ())
