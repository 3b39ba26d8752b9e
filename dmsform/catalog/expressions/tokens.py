"""Cuts an expression into tokens by SQLite's lexical rules (https://sqlite.org/lang_expr.html).

Column references are AWS DMS's: `$name`; a name with other characters than letters, digits, `_` and `$` is written
`${name}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dmsform.catalog import codes
from dmsform.catalog.expressions.errors import ExpressionError


class TokenKind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    TEXT = "string"
    BLOB = "blob"
    NAME = "column reference"
    WORD = "word"
    OPERATOR = "operator"
    END = "end of the expression"


@dataclass(frozen=True, slots=True)
class Token:
    """A token: `text` is its value (quotes and `$` taken off), `at` its first character, counted from 1."""

    kind: TokenKind
    text: str
    at: int

    def __str__(self) -> str:
        """As messages name it."""
        return self.kind.value if self.kind is TokenKind.END else f'"{self.text}"'


_TOKEN = re.compile(
    r"""(?P<space>[ \t\n\f\r]+)
      | (?P<blob>[xX]'(?P<hex>(?:[0-9a-fA-F]{2})*)')
      | (?P<text>'(?:[^']|'')*')
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![\w$])
      | \$\{(?P<braced>[^}]+)\}
      | \$(?P<name>[\w$]+)
      | (?P<word>[^\W\d]\w*)
      | (?P<operator>\|\||<=|>=|<>|!=|==|[=<>+\-*/%(),])
    """,
    re.VERBOSE,
)
_TYPOGRAPHIC = "\u2018\u2019\u201c\u201d"


def tokens(text: str) -> Iterator[Token]:
    """The tokens of an expression, an END token last. Raises ExpressionError."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or text.startswith(("--", "/*"), at):
            raise _refusal(text, at)
        if token := _token(found):
            yield token
        at = found.end()
    yield Token(TokenKind.END, "", len(text) + 1)


def _token(found: re.Match[str]) -> Token | None:
    at, groups = found.start() + 1, found.groupdict()
    if groups["blob"] is not None:
        return Token(TokenKind.BLOB, groups["hex"], at)
    if groups["text"] is not None:
        return Token(TokenKind.TEXT, groups["text"][1:-1].replace("''", "'"), at)
    if (name := groups["braced"] or groups["name"]) is not None:
        return Token(TokenKind.NAME, name, at)
    plain = (("number", TokenKind.NUMBER), ("word", TokenKind.WORD), ("operator", TokenKind.OPERATOR))
    return next((Token(kind, groups[group], at) for group, kind in plain if groups[group] is not None), None)


def _refusal(text: str, at: int) -> ExpressionError:
    character, where = text[at], f"at character {at + 1}"
    if character == "'":
        return ExpressionError(
            codes.INVALID_EXPRESSION, f"The string that begins {where} has no end.", "Close it with a single quote (')."
        )
    if character == '"' or character in _TYPOGRAPHIC:
        return ExpressionError(
            codes.INVALID_EXPRESSION,
            f"The quote {character} {where} does not begin a string.",
            "Write strings in single quotes ('...') and columns as $name.",
        )
    if text.startswith(("--", "/*"), at):
        return ExpressionError(
            codes.EXPRESSION_REFUSED, f"A comment begins {where}.", "Take the comment out of the expression."
        )
    return ExpressionError(
        codes.INVALID_EXPRESSION,
        f"{character!r} {where} is not part of the expression syntax.",
        "Use strings, numbers, $columns, the operators || + - * / % = <> < <= > >= and the listed functions.",
    )
