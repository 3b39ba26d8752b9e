"""The parser: python-hcl2's grammar, built by Lark. No other file imports either of them.

Building the tables takes a quarter of a second, so Lark keeps them in the user's cache folder, keyed by the versions
that they depend on. A cache that cannot be read or written is done without.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lark import Lark, TextSlice, UnexpectedCharacters, UnexpectedToken

from dmsform import __version__
from dmsform.diagnostics import Diagnostic
from dmsform.language.builder import Builder
from dmsform.language.cache import private
from dmsform.language.grammar_rules import adapt
from dmsform.language.newlines import NewlineFilter, Open
from dmsform.language.source import Source
from dmsform.language.syntax import Body, Expression


@dataclass(frozen=True)
class Unexpected(Exception):  # noqa: N818 - it becomes a diagnostic, it is none
    """Where the parser gave up.

    start, end -- positions of what it did not expect; kind -- its token type ("$END" at the end, "" for a character
    without meaning); previous -- type and text of the token before, None at the start; expected -- token types that
    would have fitted; stack -- what was open.
    """

    start: int
    end: int
    kind: str
    previous: tuple[str, str] | None
    expected: frozenset[str]
    stack: tuple[Open, ...]


def grammar_text() -> str:
    """The grammar of the installed python-hcl2, repaired; read without importing the package."""
    spec = find_spec("hcl2")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return adapt(Path(spec.submodule_search_locations[0], "hcl2.lark").read_text(encoding="utf-8"))


def cache_file() -> Path | None:
    """Where Lark keeps the built tables; None when there is no folder that this user alone may write."""
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dmsform"
        base.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not private(base):
            return None
    except (OSError, RuntimeError):
        return None
    return base / f"grammar-{version('python-hcl2')}-{version('lark')}-{__version__}.bin"


class Parser:
    """Parses whole sources and single expressions. One parse at a time; nested ones (heredocs) are allowed."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._filter = NewlineFilter()
        self._builder = Builder(self._slice)
        cache = cache_file()
        self._lark = Lark(
            grammar_text(),
            parser="lalr",
            start=["start", "expression"],
            postlex=self._filter,
            transformer=self._builder,
            cache=str(cache) if cache else False,
        )

    def body(self, source: Source, start: int = 0, end: int | None = None) -> tuple[Body, list[Diagnostic]]:
        """The arguments and blocks between two positions, and what was wrong though it parsed.

        Raises Unexpected, and DiagnosticError for templates.
        """
        with self._lock:
            self._begin(source)
            tree = self._run(TextSlice(source.text, start, len(source.text) if end is None else end), "start")
            assert isinstance(tree, Body)
            return tree, self._builder.problems

    def expression(self, source: Source, start: int = 0, end: int | None = None) -> tuple[Expression, list[Diagnostic]]:
        """The expression between two positions; as `body`."""
        with self._lock:
            self._begin(source)
            return self._slice(source, start, len(source.text) if end is None else end), self._builder.problems

    def _begin(self, source: Source) -> None:
        self._builder.source = source
        self._builder.problems = []

    def _slice(self, source: Source, start: int, end: int) -> Expression:
        outer = self._filter.stack
        self._filter.expression_only = True
        try:
            tree = self._run(TextSlice(source.text, start, end), "expression")
        finally:
            self._filter.expression_only = False
        self._filter.stack = outer
        return tree  # type: ignore[return-value]

    def _run(self, text: TextSlice[str], start: str) -> object:
        try:
            return self._lark.parse(text, start=start)
        except UnexpectedToken as error:
            token, at_end = error.token, error.token.type == "$END"
            position = text.end if at_end or token.start_pos is None else token.start_pos
            end = position if at_end else position + len(token)
            raise self._unexpected(position, end, token, error.accepts or error.expected) from None
        except UnexpectedCharacters as error:
            position = error.pos_in_stream or 0
            raise self._unexpected(position, position + 1, None, error.allowed) from None

    def _unexpected(self, start: int, end: int, token: Any, expected: Iterable[str] | None) -> Unexpected:
        previous = self._filter.before(token)
        # What the unexpected token itself opened is not open.
        stack = tuple(item for item in self._filter.stack if item.token is None or item.token is not token)
        return Unexpected(
            start,
            end,
            token.type if token is not None else "",
            (previous.type, str(previous)) if previous is not None else None,
            frozenset(expected or ()),
            stack,
        )


@functools.lru_cache(maxsize=1)
def parser() -> Parser:
    """The one parser of this process."""
    return Parser()
