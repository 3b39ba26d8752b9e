"""Templates: the flat run of texts and markers becomes nested parts, strip markers and indentation done.

Quoted strings come here from the grammar, heredocs and template files from `heredoc.py`. `~` beside a marker removes
the blanks and newlines next to it, as HCL's specification has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from dmsform.diagnostics import DiagnosticError
from dmsform.language import codes
from dmsform.language.syntax import (
    Expression,
    ForDirective,
    IfDirective,
    Interpolation,
    Literal,
    Span,
    Template,
    TemplatePart,
)


class Sort(Enum):
    """The kinds of markers."""

    INTERPOLATION = "${"
    IF = "if"
    ELSE = "else"
    ENDIF = "endif"
    FOR = "for"
    ENDFOR = "endfor"


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text, escapes already decoded."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Marker:
    """An interpolation or a directive. strip_before, strip_after -- it had a `~` on that side."""

    sort: Sort
    span: Span
    expression: Expression | None = None
    key: str | None = None
    value: str = ""
    strip_before: bool = False
    strip_after: bool = False


Flat: TypeAlias = Text | Marker


def template(items: Sequence[Flat], span: Span) -> Literal | Template:
    """The expression that a flat run means: a literal where nothing is to be evaluated.

    Raises DiagnosticError for directives that are not closed or not opened.
    """
    parts = _Nesting(_stripped(items)).parts()
    if not parts:
        return Literal("", span)
    if all(isinstance(part, Literal) for part in parts):
        return Literal("".join(str(part.value) for part in parts if isinstance(part, Literal)), span)
    return Template(parts, span)


def _stripped(items: Sequence[Flat]) -> Iterator[Flat]:
    """The run with the blanks that `~` removes gone."""
    for position, item in enumerate(items):
        if isinstance(item, Text):
            before = items[position - 1] if position else None
            after = items[position + 1] if position + 1 < len(items) else None
            value = item.value
            if isinstance(before, Marker) and before.strip_after:
                value = value.lstrip()
            if isinstance(after, Marker) and after.strip_before:
                value = value.rstrip()
            if value:
                yield replace(item, value=value)
        else:
            yield item


class _Nesting:
    """A recursive descent over the flat run."""

    def __init__(self, items: Iterator[Flat]) -> None:
        self._items = items

    def parts(self) -> tuple[TemplatePart, ...]:
        found, end = self._until(())
        assert end is None
        return found

    def _until(
        self, ends: tuple[Sort, ...], opened: Marker | None = None
    ) -> tuple[tuple[TemplatePart, ...], Sort | None]:
        found: list[TemplatePart] = []
        for item in self._items:
            if isinstance(item, Text):
                found.append(Literal(item.value, item.span))
            elif item.sort in ends:
                return tuple(found), item.sort
            else:
                found.append(self._part(item))
        if opened is not None:
            raise DiagnosticError(
                codes.INVALID_TEMPLATE.error(
                    f"This %{{ {opened.sort.value} }} directive has no %{{ end{opened.sort.value} }}.",
                    f"Add %{{ end{opened.sort.value} }} where the directive's text ends.",
                    subject=opened.span.range(),
                )
            )
        return tuple(found), None

    def _part(self, marker: Marker) -> TemplatePart:
        match marker.sort:
            case Sort.INTERPOLATION:
                assert marker.expression is not None
                return Interpolation(marker.expression, marker.span)
            case Sort.IF:
                assert marker.expression is not None
                then, end = self._until((Sort.ELSE, Sort.ENDIF), marker)
                otherwise: tuple[TemplatePart, ...] = ()
                if end is Sort.ELSE:
                    otherwise, _ = self._until((Sort.ENDIF,), marker)
                return IfDirective(marker.expression, then, otherwise, marker.span)
            case Sort.FOR:
                assert marker.expression is not None
                body, _ = self._until((Sort.ENDFOR,), marker)
                return ForDirective(marker.key, marker.value, marker.expression, body, marker.span)
            case Sort.ELSE | Sort.ENDIF | Sort.ENDFOR:
                opener = "for" if marker.sort is Sort.ENDFOR else "if"
                raise DiagnosticError(
                    codes.INVALID_TEMPLATE.error(
                        f"This %{{ {marker.sort.value} }} directive closes nothing: no %{{ {opener} }} is open here.",
                        f"Remove it, or add the %{{ {opener} ... }} that it belongs to.",
                        subject=marker.span.range(),
                    )
                )
