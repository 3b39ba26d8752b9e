"""Which newlines mean something: the pass between lexer and parser.

HCL ends an argument at a newline, except inside parentheses, brackets, interpolations and `for` objects, where
newlines are blanks. python-hcl2's grammar allows newlines in a list of places instead, and so takes invalid files. Here
the brackets are counted, and newlines that mean nothing never reach the parser. What is open when parsing
stops, and the token before that place, is also what the error messages need to know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

NEWLINE = "NL_OR_COMMENT"


class Inside(Enum):
    """What the lexer is in the middle of."""

    BODY = "a block's body"
    ARGUMENT = "an argument's expression, which ends at a newline"
    OBJECT = "an object, whose items end at newlines"
    BRACKETS = "brackets that swallow newlines"
    STRING = "a quoted string"


_OPENING = {"LPAR", "LSQB", "INTERP_START", "DIRECTIVE_START"}
_CLOSING = {"RPAR", "RSQB", "RBRACE"}


@dataclass(frozen=True, slots=True)
class Open:
    """Something opened and not yet closed; `token` is None for the file itself and for arguments."""

    inside: Inside
    token: Any = None


class NewlineFilter:
    """A Lark post-lexer. `expression_only` is read when a parse starts; `stack` tells how far the last one came."""

    always_accept = (NEWLINE,)

    def __init__(self) -> None:
        self.expression_only = False
        self.stack: list[Open] = []
        self.passed: list[Any] = []

    def before(self, token: Any) -> Any:
        """The token passed on before this one, or the last one where it was not passed on; None at the start."""
        return next((passed for passed in reversed(self.passed) if passed is not token), None)

    def process(self, stream: Iterator[Any]) -> Iterator[Any]:
        """Start a pass over one token stream."""
        self.stack = [Open(Inside.BRACKETS if self.expression_only else Inside.BODY)]
        self.passed = []
        return self._remember(self._filter(stream, self.stack), self.passed)

    @staticmethod
    def _remember(stream: Iterator[Any], passed: list[Any]) -> Iterator[Any]:
        for token in stream:
            passed[:] = [*passed[-1:], token]
            yield token

    def _filter(self, stream: Iterator[Any], stack: list[Open]) -> Iterator[Any]:
        brace: Any = None
        held: list[Any] = []
        for token in stream:
            kind = token.type
            if brace is not None:
                if kind == NEWLINE:
                    held.append(token)
                    continue
                if kind == "FOR":
                    stack[-1] = Open(Inside.BRACKETS, brace)
                else:
                    yield from held
                brace, held = None, []
            if kind == NEWLINE:
                if stack[-1].inside is Inside.BRACKETS:
                    continue
                if stack[-1].inside is Inside.ARGUMENT:
                    stack.pop()
            elif kind == "LBRACE":
                brace = self._open_brace(stack, token)
            else:
                self._track(stack, token)
            yield token
        yield from held

    @staticmethod
    def _open_brace(stack: list[Open], token: Any) -> Any:
        """Note a brace; returns it where it may turn out to be a `for` object."""
        if stack[-1].inside is Inside.BODY:
            stack.append(Open(Inside.BODY, token))
            return None
        stack.append(Open(Inside.OBJECT, token))
        return token

    @staticmethod
    def _track(stack: list[Open], token: Any) -> None:
        kind = token.type
        if kind in _OPENING:
            stack.append(Open(Inside.BRACKETS, token))
        elif kind == "DBLQUOTE":
            if stack[-1].inside is Inside.STRING:
                stack.pop()
            else:
                stack.append(Open(Inside.STRING, token))
        elif kind == "EQ" and stack[-1].inside is Inside.BODY:
            stack.append(Open(Inside.ARGUMENT))
        elif kind in _CLOSING:
            if stack[-1].inside is Inside.ARGUMENT:
                stack.pop()
            if len(stack) > 1:
                stack.pop()
