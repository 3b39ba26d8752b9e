"""Syntax errors in HCL's words: from what the parser met, what came before and what is open, to what is wrong.

Each function is one rule; the first that has something to say wins. The wording follows HCL's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dmsform.diagnostics import Diagnostic
from dmsform.language import codes
from dmsform.language.grammar import Unexpected
from dmsform.language.newlines import NEWLINE, Inside, Open
from dmsform.language.source import Source

_OPERATORS = {
    "DOUBLE_EQ", "NEQ", "LT", "GT", "LEQ", "GEQ", "ASTERISK", "SLASH", "PERCENT", "DOUBLE_AMP", "DOUBLE_PIPE", "PLUS",
    "MINUS", "NOT", "QMARK",
}  # fmt: skip
_CLOSERS = {"LPAR": ")", "LSQB": "]", "LBRACE": "}", "INTERP_START": "}", "DIRECTIVE_START": "}"}
_NAMES = {
    "LPAR": "parenthesis",
    "LSQB": "bracket",
    "LBRACE": "brace",
    "INTERP_START": "brace",
    "DIRECTIVE_START": "brace",
}


_WORD = re.compile(r"\s*([\w-]+|.)")


def explain(source: Source, error: Unexpected) -> Diagnostic:
    """The diagnostic for a place where the parser gave up."""
    for rule in _RULES:
        if found := rule(source, error):
            return found
    return codes.INVALID_EXPRESSION.error(
        f"{_found(source, error)} was not expected here.",
        "Check the line for a missing operator, comma, quote or bracket.",
        subject=_subject(source, error),
    )


def _subject(source: Source, error: Unexpected) -> Any:
    end = error.end
    if error.kind == NEWLINE or error.kind in ("STRING_CHARS", ""):
        end = error.start + 1
    return source.span(error.start, end).range()


def _found(source: Source, error: Unexpected) -> str:
    """What stands at the place, in words."""
    if error.kind == "$END":
        return "The end of the file" if error.stack[:1] != (Open(Inside.BRACKETS),) else "The end of the expression"
    if error.kind == NEWLINE:
        return "The end of the line"
    word = _WORD.match(source.text, error.start)
    return f'"{word[1]}"' if word else "This"


def _innermost(error: Unexpected) -> Open | None:
    """The innermost bracket that is open."""
    return next((item for item in reversed(error.stack) if item.token is not None), None)


def _unterminated_string(source: Source, error: Unexpected) -> Diagnostic | None:
    innermost = _innermost(error)
    if innermost is None or innermost.inside is not Inside.STRING or error.kind not in (NEWLINE, "$END", ""):
        return None
    start = innermost.token.start_pos
    return codes.INVALID_STRING.error(
        "This quoted string is not closed on its line; a quoted string cannot go over several lines.",
        r'Close it with ", write \n for a newline, or use a heredoc (<<EOT) for text of several lines.',
        subject=source.span(start, max(error.start, start + 1)).range(),
    )


def _single_quotes(source: Source, error: Unexpected) -> Diagnostic | None:
    if not source.text.startswith("'", error.start):
        return None
    return codes.INVALID_CHARACTER.error(
        "Single quotes are not valid in HCL.",
        'Enclose strings in double quotes (").',
        subject=source.span(error.start, error.start + 1).range(),
    )


def _unterminated_heredoc(source: Source, error: Unexpected) -> Diagnostic | None:
    if not source.text.startswith("<<", error.start) and not source.text.startswith("<", error.start - 1):
        return None
    start = source.text.rfind("<<", 0, error.start + 2)
    marker = source.text[start:].removeprefix("<<").removeprefix("-").split("\n", 1)[0].strip()
    if start < 0 or not marker.isidentifier():
        return None
    return codes.INVALID_STRING.error(
        f"No closing marker was found for this heredoc: no line consists of {marker} alone.",
        f"Put {marker} on a line of its own behind the text.",
        subject=source.span(start, start + len(marker) + 2).range(),
    )


def _unclosed(source: Source, error: Unexpected) -> Diagnostic | None:
    innermost = _innermost(error)
    if error.kind != "$END" or innermost is None:
        return None
    token, kind = innermost.token, innermost.token.type
    if innermost.inside is Inside.BODY:
        detail = "There is no closing brace for this block before the end of the file."
    else:
        detail = f"This opening {_NAMES[kind]} has no closing counterpart before the end of the file."
    return codes.UNCLOSED.error(
        f"{detail} A bracket further inside may be closed where it should not be.",
        f"Add the missing {_CLOSERS[kind]}.",
        subject=source.span(token.start_pos, token.start_pos + len(token)).range(),
    )


def _wrong_closer(source: Source, error: Unexpected) -> Diagnostic | None:
    """A closing bracket is there, but of another kind or of none that is open; the parser's stack is already popped."""
    if source.text[error.start : error.start + 1] not in tuple(")]}"):
        return None
    before = error.previous[0] if error.previous else ""
    if before in _OPERATORS or before in ("EQ", "COLON", "COMMA"):
        return None
    wanted = {"RPAR": ")", "RSQB": "]", "RBRACE": "}"}
    closers = [text for kind, text in wanted.items() if kind in error.expected]
    if not closers:
        return codes.UNCLOSED.error(
            f"{_found(source, error)} closes nothing: no bracket of that kind is open here.",
            "Remove it, or add the bracket that it should close.",
            subject=_subject(source, error),
        )
    return codes.UNCLOSED.error(
        f"{_found(source, error)} is not the bracket that is open here.",
        f"Close with {' or '.join(closers)} first.",
        subject=_subject(source, error),
    )


def _missing_expression(source: Source, error: Unexpected) -> Diagnostic | None:
    if error.previous is None or error.kind not in (NEWLINE, "$END", "RPAR", "RSQB", "RBRACE", "COMMA"):
        return None
    kind, text = error.previous
    if kind == "EQ":
        line = source.text[: error.start].rsplit("\n", 1)[-1]
        name = line.split("=")[0].strip()
        return codes.INVALID_EXPRESSION.error(
            f"Expected the start of an expression as the value of {name!r}, but found {_found(source, error).lower()}.",
            "Write a value on the same line, or remove the line.",
            subject=_subject(source, error),
        )
    if kind not in _OPERATORS and kind != "COLON":
        return None
    if error.kind == NEWLINE:
        return codes.INVALID_EXPRESSION.error(
            f"The expression stops at the end of the line, behind the operator {text.strip()!r}.",
            "Put the expression in parentheses to go on in the next line, or complete it in this one.",
            subject=_subject(source, error),
        )
    return codes.INVALID_EXPRESSION.error(
        f"The operator {text.strip()!r} lacks the value to its right: found {_found(source, error).lower()}.",
        "Complete the expression or remove the operator.",
        subject=_subject(source, error),
    )


def _block_header(source: Source, error: Unexpected) -> Diagnostic | None:
    """In a header: a name, then labels, then a brace on the same line; or a name and `=`."""
    if "LBRACE" not in error.expected or "DBLQUOTE" not in error.expected:
        return None
    if _in_expression(error) and error.kind != "EQ":
        return None
    if error.kind == NEWLINE or error.kind == "$END":
        return codes.INVALID_BLOCK.error(
            "A block's brace stands on the line of its header, and an argument needs an equals sign and a value.",
            "Write  name {  for a block, or  name = value  for an argument.",
            subject=_subject(source, error),
        )
    if error.kind == "COLON" or source.text.startswith(":", error.start):
        return codes.INVALID_BLOCK.error(
            "A colon does not set an argument.",
            "Use an equals sign: name = value.",
            subject=source.span(error.start, error.start + 1).range(),
        )
    if error.kind == "EQ":
        return codes.INVALID_BLOCK.error(
            "A block has no equals sign between its labels and its brace, and an argument has no labels.",
            "Remove the equals sign for a block, or the labels for an argument.",
            subject=_subject(source, error),
        )
    return codes.INVALID_BLOCK.error(
        f"{_found(source, error)} cannot stand in a block's header or before an argument's equals sign.",
        'Write  type "label" {  for a block, or  name = value  for an argument.',
        subject=_subject(source, error),
    )


def _in_expression(error: Unexpected) -> bool:
    return bool(error.stack) and error.stack[-1].inside is not Inside.BODY


def _one_line_block(source: Source, error: Unexpected) -> Diagnostic | None:
    """`b { c { d = 1 } }`, `b { c = 1 d = 2 }` and `b { c = 1 <newline> }`."""
    line = source.text.rfind("\n", 0, error.start) + 1
    innermost = _innermost(error)
    inside = error.stack and error.stack[-1].inside in (Inside.BODY, Inside.ARGUMENT)
    nested = error.kind == "LBRACE" and error.expected == {"EQ"}
    if nested or (
        inside
        and innermost is not None
        and innermost.token.start_pos >= line
        and innermost.inside is Inside.BODY
        and "RBRACE" in error.expected
        and NEWLINE not in error.expected
    ):
        return codes.INVALID_BLOCK.error(
            "A block on one line can hold a single argument and nothing else.",
            "Put the block's brace at the end of the line, and each argument and nested block on a line of its own.",
            subject=_subject(source, error),
        )
    return None


def _incomplete(source: Source, error: Unexpected) -> Diagnostic | None:
    """`a.` without a name, and `c ? a` without its other half."""
    if error.previous is not None and error.previous[0] == "DOT":
        return codes.INVALID_EXPRESSION.error(
            f"An attribute's name must follow the dot, but found {_found(source, error).lower()}.",
            "Complete the reference: var.name, endpoint.name.attribute.",
            subject=_subject(source, error),
        )
    if "COLON" in error.expected and error.kind in (NEWLINE, "$END", "RPAR", "RSQB", "RBRACE", "COMMA"):
        return codes.INVALID_EXPRESSION.error(
            "A condition needs a value for both cases, but the part behind the colon is missing.",
            "Write  CONDITION ? VALUE_IF_TRUE : VALUE_IF_FALSE.",
            subject=_subject(source, error),
        )
    return None


def _item_start(source: Source, error: Unexpected) -> Diagnostic | None:
    """Where an argument or a block should begin, and neither does."""
    if "NAME" not in error.expected or "LSQB" in error.expected or error.kind == "$END":
        return None
    if source.text.startswith("}", error.start):
        return None
    if "DBLQUOTE" in error.expected or "IN" not in error.expected:
        return None
    return codes.INVALID_BLOCK.error(
        f"Expected the name of an argument or the type of a block, but found {_found(source, error).lower()}.",
        'Write  name = value  or  type "label" {; names stand without quotes.',
        subject=_subject(source, error),
    )


def _brace_behind_argument(source: Source, error: Unexpected) -> Diagnostic | None:
    if error.kind != "RBRACE" or NEWLINE not in error.expected or {"$END", "COMMA"} & error.expected:
        return None
    return codes.MISSING_NEWLINE.error(
        "The last argument of a block of several lines ends with its line, but the closing brace follows it.",
        "Put the closing brace on a line of its own.",
        subject=_subject(source, error),
    )


def _missing_newline(source: Source, error: Unexpected) -> Diagnostic | None:
    if NEWLINE not in error.expected or error.kind in (NEWLINE, "$END"):
        return None
    innermost = error.stack[-1].inside if error.stack else Inside.BODY
    if innermost is Inside.OBJECT:
        return codes.INVALID_EXPRESSION.error(
            f"Expected a newline or a comma before the object's next item, but found {_found(source, error)}.",
            "Separate the items by commas, or put each on a line of its own.",
            subject=_subject(source, error),
        )
    if innermost in (Inside.BODY, Inside.ARGUMENT):
        return codes.MISSING_NEWLINE.error(
            f"The argument or block before this place ends with its line, but {_found(source, error)} follows.",
            "Put each argument and each block on a line of its own; join texts and values inside one string.",
            subject=_subject(source, error),
        )
    return None


def _missing_comma(source: Source, error: Unexpected) -> Diagnostic | None:
    if "COMMA" not in error.expected or error.kind == "$END":
        return None
    return codes.INVALID_EXPRESSION.error(
        f"Expected a comma before the next item, but found {_found(source, error).lower()}.",
        "Separate the items by commas.",
        subject=_subject(source, error),
    )


def _not_an_expression(source: Source, error: Unexpected) -> Diagnostic | None:
    if "LSQB" not in error.expected or "NAME" not in error.expected:
        return None
    remedy = "Write a value, a reference, a function call, or a list or object."
    if source.text.startswith(".", error.start) and source.text[error.start + 1 : error.start + 2].isdigit():
        remedy = "A number begins with a digit: write 0 before the point."
    return codes.INVALID_EXPRESSION.error(
        f"Expected the start of an expression, but found {_found(source, error)}.",
        remedy,
        subject=_subject(source, error),
    )


_RULES: tuple[Callable[[Source, Unexpected], Diagnostic | None], ...] = (
    _unterminated_string,
    _single_quotes,
    _unterminated_heredoc,
    _unclosed,
    _missing_expression,
    _one_line_block,
    _incomplete,
    _block_header,
    _item_start,
    _brace_behind_argument,
    _wrong_closer,
    _missing_newline,
    _missing_comma,
    _not_an_expression,
)
