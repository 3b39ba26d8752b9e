"""Reads JSON objects key by key: every finding becomes a diagnostic with its path, and reading goes on.

A path is written as in `rules[2].filters[0].filter-conditions[1].value`; `subject_of` maps it to a place in the HCL.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from dmsform.catalog import codes
from dmsform.catalog.wildcard import PatternError, compiled, exact_name
from dmsform.diagnostics import Code, Diagnostic, SourceRange, shortened

SubjectOf: TypeAlias = Callable[[str], SourceRange | None]
EnumT = TypeVar("EnumT", bound=StrEnum)


class Findings:
    """Collects diagnostics while a document is read."""

    def __init__(self, subject_of: SubjectOf) -> None:
        self.subject_of = subject_of
        self.diagnostics: list[Diagnostic] = []

    def error(self, code: Code, path: str, detail: str, remedy: str) -> None:
        """Note an error at a path."""
        self.diagnostics.append(code.error(f"{path}: {detail}", remedy, subject=self.subject_of(path)))

    def warning(self, code: Code, path: str, detail: str, remedy: str) -> None:
        """Note a warning at a path."""
        self.diagnostics.append(code.warning(f"{path}: {detail}", remedy, subject=self.subject_of(path)))


class Reader:
    """One JSON object at a path. Getters give None (or the default) for what is missing or wrong, and note it.

    Empty strings stand for missing values, as AWS DMS's own documents use them (`"scale": ""`).
    """

    def __init__(self, record: Mapping[str, Any], path: str, findings: Findings) -> None:
        self.record, self.path, self.findings = record, path, findings
        self._known: set[str] = set()

    def at(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Whether the key is there with a value."""
        self._known.add(key)
        return self.record.get(key) not in (None, "")

    def text(self, key: str, *, required: bool = True) -> str | None:
        """A non-empty string."""
        if not self._present(key, required):
            return None
        value = self.record[key]
        if isinstance(value, str):
            return value
        self._wrong(key, "a string", value)
        return None

    def number(self, key: str, least: int, most: int, *, required: bool = False) -> int | None:
        """A whole number, as JSON number or as string of digits."""
        if not self._present(key, required):
            return None
        value = self.record[key]
        digits = isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit()
        if isinstance(value, bool) or not (isinstance(value, int) or digits):
            self._wrong(key, "a whole number", value)
            return None
        if not least <= int(value) <= most:
            self.findings.error(
                codes.INVALID_VALUE,
                self.at(key),
                f"{value} is out of range.",
                f"Give a whole number from {least} to {most}.",
            )
            return None
        return int(value)

    def choice(self, key: str, kind: type[EnumT], *, required: bool = True) -> EnumT | None:
        """One of an enumeration's values."""
        value = self.text(key, required=required)
        if value is None:
            return None
        if value in set(kind):
            return kind(value)
        self.not_one_of(key, value, [member.value for member in kind])
        return None

    def child(self, key: str, *, required: bool = False) -> Reader | None:
        """A JSON object inside this one."""
        if not self._present(key, required):
            return None
        value = self.record[key]
        if isinstance(value, Mapping):
            return Reader(value, self.at(key), self.findings)
        self._wrong(key, "an object", value)
        return None

    def children(self, key: str, *, required: bool = False) -> Iterator[Reader]:
        """The JSON objects of a list."""
        for at, item in enumerate(self.items(key, required=required)):
            if isinstance(item, Mapping):
                yield Reader(item, f"{self.at(key)}[{at}]", self.findings)
            else:
                self._wrong(f"{key}[{at}]", "an object", item)

    def items(self, key: str, *, required: bool = False) -> list[Any]:
        """The entries of a list."""
        if not self._present(key, required):
            return []
        value = self.record[key]
        if value == [] and required:
            self.findings.error(codes.MISSING_KEY, self.at(key), f'"{key}" is empty.', f'Add an entry to "{key}".')
            return []
        if isinstance(value, list):
            return value
        self._wrong(key, "a list", value)
        return []

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of non-empty strings."""
        items = self.items(key, required=required)
        for at, item in enumerate(items):
            if not isinstance(item, str) or not item:
                self._wrong(f"{key}[{at}]", "a non-empty string", item)
        return tuple(item for item in items if isinstance(item, str) and item)

    def pattern(self, key: str, *, required: bool = True) -> str | None:
        """A well-formed name pattern."""
        value = self.text(key, required=required)
        if value is None:
            return None
        try:
            compiled(value)
        except PatternError as error:
            self.findings.error(
                codes.INVALID_PATTERN,
                self.at(key),
                f'the pattern "{value}" is not well formed: {error}.',
                "Use % for any run of characters, _ for one, [ab] or [a-d] for one of a set, [_] for a literal _.",
            )
            return None
        return value

    def exact(self, key: str, why: str) -> str | None:
        """A pattern that stands for one name."""
        value = self.pattern(key)
        if value is None:
            return None
        name = exact_name(value)
        if name is None:
            self.findings.error(
                codes.EXACT_NAME,
                self.at(key),
                f'"{value}" is a pattern, but {why}.',
                "Name one schema and one table exactly, with a rule for each table.",
            )
        return name

    def not_one_of(self, key: str, value: str, allowed: Iterable[str]) -> None:
        """Note a value that is none of those allowed."""
        known = list(allowed)
        self.findings.error(
            codes.INVALID_VALUE,
            self.at(key),
            f'"{shortened(value)}" is not allowed here.{did_you_mean(value, known)}',
            f"Use one of: {', '.join(known)}.",
        )

    def end(self) -> None:
        """Note every key that nobody asked for."""
        for key in self.record:
            if key not in self._known:
                self.findings.error(
                    codes.UNKNOWN_KEY,
                    self.at(key),
                    f'"{key}" is not known here.{did_you_mean(str(key), self._known)}',
                    f"Remove it, or use one of: {', '.join(sorted(self._known))}.",
                )

    def also(self, *keys: str) -> None:
        """Keys that are known here although nobody reads them."""
        self._known.update(keys)

    def _present(self, key: str, required: bool) -> bool:
        if self.has(key):
            return True
        if required:
            self.findings.error(
                codes.MISSING_KEY, self.at(key), f'"{key}" is missing or empty.', f'Add "{key}" with a value.'
            )
        return False

    def _wrong(self, key: str, wanted: str, value: Any) -> None:
        self.findings.error(
            codes.INVALID_MAPPINGS,
            self.at(key),
            f"expected {wanted}, found {json_type(value)}.",
            f"Write {wanted} here.",
        )


def did_you_mean(value: str, known: Collection[str]) -> str:
    """A hint at the closest known word, with a space in front; empty without one."""
    close = difflib.get_close_matches(value, list(known), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def json_type(value: Any) -> str:
    """What JSON calls the type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string" if value else "an empty string"
        case list():
            return "a list"
        case _:
            return "an object"
