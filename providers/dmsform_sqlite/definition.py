"""Reads from a CREATE TABLE statement what SQLite's pragmas do not tell.

SQLite stores the statement as it was written; its tokens (https://sqlite.org/lang_expr.html, quoting as in
https://sqlite.org/lang_keywords.html) suffice to find the few words looked for, without a parser of all of SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_TOKEN = re.compile(
    r"""
    (?P<skip> \s+ | --[^\n]* | /\*.*?(?:\*/|\Z) )
  | (?P<quoted> "(?:[^"]|"")*" | `(?:[^`]|``)*` | \[[^\]]*\] )
  | (?P<text> '(?:[^']|'')*' )
  | (?P<word> [\w$]+ )
  | (?P<sign> . )
    """,
    re.X | re.S,
)
_CONSTRAINTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the statement. word -- in upper case, empty unless it is an unquoted word; depth -- of parentheses."""

    text: str
    word: str
    start: int
    depth: int


@dataclass(slots=True)
class Definition:
    """What a CREATE TABLE statement says. Columns are named in lower case.

    collations -- by column; generated -- expressions by column; checks -- whether there are CHECK constraints;
    conflicts -- whether there are ON CONFLICT clauses.
    """

    collations: dict[str, str] = field(default_factory=dict)
    generated: dict[str, str] = field(default_factory=dict)
    autoincrement: bool = False
    checks: bool = False
    conflicts: bool = False

    @classmethod
    def parse(cls, statement: str) -> Definition:
        """Read the statement as `sqlite_schema.sql` has it."""
        found = cls()
        tokens = list(_tokens(statement))
        words = [t.word for t in tokens]
        found.autoincrement = "AUTOINCREMENT" in words
        found.checks = "CHECK" in words
        found.conflicts = ("ON", "CONFLICT") in set(pairwise(words))
        for item in _items(tokens):
            if item[0].word not in _CONSTRAINTS:
                found._read_column(statement, item)
        return found

    def _read_column(self, statement: str, item: Sequence[Token]) -> None:
        name = _unquoted(item[0].text).lower()
        for token, following in pairwise(item):
            if token.depth != 1:
                continue
            if token.word == "COLLATE":
                self.collations[name] = _unquoted(following.text)
            elif token.word == "AS" and following.text == "(":
                self.generated[name] = _parenthesised(statement, item, following)


def _tokens(statement: str) -> Iterator[Token]:
    """The tokens; a parenthesis has the depth outside of it."""
    depth = 0
    for match in _TOKEN.finditer(statement):
        if match.lastgroup == "skip":
            continue
        text = match[0]
        if text == ")":
            depth -= 1
        yield Token(text, text.upper() if match.lastgroup == "word" else "", match.start(), depth)
        if text == "(":
            depth += 1


def _items(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The column definitions and table constraints: what stands between commas in the outer parentheses."""
    item: list[Token] = []
    for token in tokens:
        if token.depth == 0:
            continue
        if token.text == "," and token.depth == 1:
            yield item
            item = []
        else:
            item.append(token)
    if item:
        yield item


def _parenthesised(statement: str, item: Sequence[Token], opening: Token) -> str:
    """The text between a parenthesis and its closing one."""
    for token in item:
        if token.start > opening.start and token.text == ")" and token.depth == opening.depth:
            return statement[opening.start + 1 : token.start].strip()
    return statement[opening.start + 1 :].strip()


def _unquoted(text: str) -> str:
    closing = {'"': '"', "`": "`", "'": "'", "[": "]"}.get(text[:1])
    if closing is None or not text.endswith(closing):
        return text
    return text[1:-1].replace(closing * 2, closing) if closing != "]" else text[1:-1]
