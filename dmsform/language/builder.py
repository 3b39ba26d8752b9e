"""Whole files, from the grammar's rules to the syntax tree: bodies, blocks and templates.

Works as `expression_rules.py`. Forms that the grammar takes and HCL does not are noted as problems on the way.
"""

# ruff: noqa: D102 - a method's name is its rule's, and the rule is its description

from __future__ import annotations

from typing import Any

from dmsform.language import codes, escapes
from dmsform.language.expression_rules import ExpressionRules, values_of
from dmsform.language.heredoc import ParseSlice, heredoc
from dmsform.language.syntax import Argument, BlockSyntax, Body, Label, Literal, Template
from dmsform.language.template_parts import Marker, Sort, Text, template


class Builder(ExpressionRules):
    """Builds the tree of one source at a time."""

    def __init__(self, parse_slice: ParseSlice) -> None:
        super().__init__()
        self._parse_slice = parse_slice

    # Bodies

    def start(self, children: list[Any]) -> Body:
        return children[0]  # type: ignore[no-any-return]

    def body(self, children: list[Any]) -> Body:
        return Body(
            tuple(child for child in children if isinstance(child, Argument)),
            tuple(child for child in children if isinstance(child, BlockSyntax)),
        )

    def attribute(self, children: list[Any]) -> Argument:
        name, _, value = children
        return Argument(self._name(name), value, name.span, self._span(name, value))

    def block(self, children: list[Any]) -> BlockSyntax:
        brace = next(
            n
            for n, child in enumerate(children)
            if isinstance(child, str) and child.type == "LBRACE"  # type: ignore[attr-defined]
        )
        head = children[:brace]
        return BlockSyntax(
            self._name(head[0]),
            tuple(self._label(node) for node in head[1:]),
            self.body(children[brace:]),
            head[0].span,
            self._span(head[0], head[-1]),
            self._span(head[0], children[-1]),
        )

    def _label(self, node: Any) -> Label:
        if isinstance(node, Template):
            self.problems.append(
                codes.INVALID_STRING.error(
                    "A block's label is a name, so it cannot contain an interpolation or a directive.",
                    "Write the label out.",
                    subject=node.span.range(),
                )
            )
            return Label("", node.span)
        quoted = isinstance(node, Literal) and isinstance(node.value, str)
        return Label(node.value if quoted else self._name(node), node.span)

    def new_line_or_comment(self, _: list[Any]) -> None:
        return None

    # Templates

    def string(self, children: list[Any]) -> Literal | Template:
        return template(children[1:-1], self._span(children[0], children[-1]))

    def string_part(self, children: list[Any]) -> Text | Marker:
        part = children[0]
        if isinstance(part, Marker):
            return part
        span = self._span(part)
        if part.type != "STRING_CHARS":
            return Text(part[1:], span)
        for offset, escape in escapes.unknown(part):
            place = part.start_pos + offset
            self.problems.append(
                codes.INVALID_STRING.error(
                    f"{escape} is not an escape sequence.",
                    r"Use \n, \r, \t, \", \\, \uNNNN or \UNNNNNNNN; write \\ for a backslash.",
                    subject=self.source.span(place, place + len(escape)).range(),
                )
            )
        return Text(escapes.decode(part), span)

    def _marker(self, sort: Sort, children: list[Any]) -> Marker:
        values = values_of(children)
        names = [v.name for v in values[:-1]] if sort is Sort.FOR else []
        strips = [n for n, child in enumerate(children) if isinstance(child, str) and child == "~"]
        return Marker(
            sort,
            self._span(children[0], children[-1]),
            values[-1] if values else None,
            names[0] if len(names) == 2 else None,
            names[-1] if names else "",
            strip_before=1 in strips,
            strip_after=len(children) - 2 in strips and len(children) > 3,
        )

    def interpolation(self, children: list[Any]) -> Marker:
        return self._marker(Sort.INTERPOLATION, children)

    def template_if_start(self, children: list[Any]) -> Marker:
        return self._marker(Sort.IF, children)

    def template_else(self, children: list[Any]) -> Marker:
        return self._marker(Sort.ELSE, children)

    def template_endif(self, children: list[Any]) -> Marker:
        return self._marker(Sort.ENDIF, children)

    def template_for_start(self, children: list[Any]) -> Marker:
        return self._marker(Sort.FOR, children)

    def template_endfor(self, children: list[Any]) -> Marker:
        return self._marker(Sort.ENDFOR, children)

    def heredoc_template(self, children: list[Any]) -> Literal | Template:
        token = children[0]
        if self.source.missing_newline and token.end_pos == len(self.source.text) - 1:
            self.problems.append(
                codes.INVALID_STRING.error(
                    "The file ends with this heredoc's closing marker, which must be followed by a newline.",
                    "Add a newline behind the closing marker.",
                    subject=self._span(token).range(),
                )
            )
        return heredoc(self.source, token.start_pos, token.end_pos, self._parse_slice)

    heredoc_template_trim = heredoc_template
