"""Functions over text.

Regular expressions of a configuration are worked by the `regex` package, which is imported when one is used: unlike
`re` it can be given a time limit, so that a pattern that backtracks without end does not hang a plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

from dmsform.language.functions.spec import Function, FunctionError, Parameter, Surroundings, parameters, scalar
from dmsform.language.types import ANY, BOOL, NUMBER, STRING, ListType
from dmsform.language.values import Value, make_list, text

if TYPE_CHECKING:
    import regex

MATCHING_SECONDS = 1.0
"""How long one call may match; what is sensible takes microseconds."""


def _replace(string: str, substring: str, replacement: str) -> str:
    if len(substring) > 1 and substring.startswith("/") and substring.endswith("/"):
        pattern = compiled(substring[1:-1], 1)
        with _limited(1):
            replaced = pattern.sub(lambda found: expanded(found, replacement), string, timeout=MATCHING_SECONDS)
        return str(replaced)
    return string.replace(substring, replacement)


def compiled(pattern: str, argument: int) -> regex.Pattern[str]:
    """A regular expression. Raises FunctionError."""
    import regex

    try:
        return regex.compile(pattern)
    except (regex.error, OverflowError, RecursionError) as error:
        raise FunctionError(f"invalid regular expression: {error}", argument) from None


@contextmanager
def _limited(argument: int) -> Iterator[None]:
    """Names the pattern, which is that argument, when matching takes too long. Raises FunctionError."""
    try:
        yield
    except TimeoutError:
        raise FunctionError(
            f"matching took longer than {MATCHING_SECONDS:g} second and was ended; repetitions within repetitions, as "
            "in (a+)+, take time without end where they do not match",
            argument,
        ) from None


def expanded(found: regex.Match[str], replacement: str) -> str:
    """`$1` and `${name}` in a replacement stand for groups, `$$` for a dollar."""

    def group(reference: re.Match[str]) -> str:
        if reference[0] == "$$":
            return "$"
        name = reference[1] or reference[2]
        try:
            return found[int(name) if name.isdigit() else name] or ""
        except IndexError:
            return ""

    return re.sub(r"\$\$|\$\{(\w+)\}|\$(\w+)", group, replacement)


def whole(value: Decimal, argument: int) -> int:
    """A whole number. Raises FunctionError."""
    if value != value.to_integral_value():
        raise FunctionError("a whole number is required", argument)
    return int(value)


def _substr(string: str, offset: Decimal, length: Decimal) -> str:
    start, count = whole(offset, 1), whole(length, 2)
    if start < 0:
        start = max(0, len(string) + start)
    if count < -1:
        raise FunctionError("length must be -1 (up to the end) or not negative", 2)
    return string[start:] if count == -1 else string[start : start + count]


def _indent(spaces: Decimal, string: str) -> str:
    return string.replace("\n", "\n" + " " * whole(spaces, 0))


def _title(string: str) -> str:
    return re.sub(r"(?<![\w'])\w", lambda found: found[0].upper(), string)


def _join(_: Surroundings, values: Sequence[Value]) -> Value:
    separator, *lists = values
    return text(separator.data.join(part.data for one in lists for part in _texts(one)))


def _texts(values: Value) -> Sequence[Value]:
    if any(part.is_null for part in values.data):
        raise FunctionError("elements must not be null", 1)
    return values.data  # type: ignore[no-any-return]


def _split(_: Surroundings, values: Sequence[Value]) -> Value:
    separator, string = (value.data for value in values)
    if not separator:
        return make_list(map(text, string), STRING)
    return make_list(map(text, string.split(separator) if string else [""]), STRING)


def _captured(found: regex.Match[str]) -> Value:
    """What `regex` gives: the match, a list of its groups, or an object of its named groups."""
    from dmsform.language.values import from_plain

    if found.re.groupindex:
        return from_plain(found.groupdict())
    if found.re.groups:
        return from_plain(list(found.groups()))
    return text(found[0])


def _regex(_: Surroundings, values: Sequence[Value]) -> Value:
    pattern, string = (value.data for value in values)
    with _limited(0):
        found = compiled(pattern, 0).search(string, timeout=MATCHING_SECONDS)
    if found is None:
        raise FunctionError("pattern did not match any part of the given string", 1)
    return _captured(found)


def _regexall(_: Surroundings, values: Sequence[Value]) -> Value:
    from dmsform.language.values import make_tuple

    pattern, string = (value.data for value in values)
    with _limited(0):
        found = [*compiled(pattern, 0).finditer(string, timeout=MATCHING_SECONDS)]
    return make_tuple(map(_captured, found))


_ONE = {"string": STRING}

STRINGS = (
    scalar("lower", _ONE, STRING, str.lower, "The text in lower case."),
    scalar("upper", _ONE, STRING, str.upper, "The text in upper case."),
    scalar("title", _ONE, STRING, _title, "The text with every word's first letter in upper case."),
    scalar("trimspace", _ONE, STRING, str.strip, "The text without blanks and newlines at its ends."),
    scalar(
        "trim", {"string": STRING, "cutset": STRING}, STRING, str.strip, "The text without such characters at its ends."
    ),
    scalar(
        "trimprefix", {"string": STRING, "prefix": STRING}, STRING, str.removeprefix, "The text without that beginning."
    ),
    scalar("trimsuffix", {"string": STRING, "suffix": STRING}, STRING, str.removesuffix, "The text without that end."),
    scalar("chomp", _ONE, STRING, lambda string: string.rstrip("\r\n"), "The text without newlines at its end."),
    scalar("strrev", _ONE, STRING, lambda string: string[::-1], "The text backwards."),
    scalar(
        "replace", {"string": STRING, "substring": STRING, "replacement": STRING}, STRING, _replace,
        "The text with a part replaced everywhere; a part between slashes is a regular expression.",
    ),
    scalar(
        "substr", {"string": STRING, "offset": NUMBER, "length": NUMBER}, STRING, _substr,
        "A part of the text; length -1 goes up to the end.",
    ),
    scalar(
        "startswith", {"string": STRING, "prefix": STRING}, BOOL, str.startswith, "Whether the text begins like that."
    ),
    scalar("endswith", {"string": STRING, "suffix": STRING}, BOOL, str.endswith, "Whether the text ends like that."),
    scalar(
        "strcontains", {"string": STRING, "substring": STRING}, BOOL, lambda string, part: part in string,
        "Whether the text has that part.",
    ),
    scalar(
        "indent", {"spaces": NUMBER, "string": STRING}, STRING, _indent, "The text, all lines but the first indented."
    ),
    Function(
        "join", parameters({"separator": STRING}), STRING, _join, "The elements of lists of texts as one text.",
        Parameter("lists", ListType(STRING)),
    ),
    Function(
        "split", parameters({"separator": STRING, "string": STRING}), ListType(STRING), _split,
        "A text cut at every separator.",
    ),
    Function(
        "regex", parameters({"pattern": STRING, "string": STRING}), ANY, _regex,
        "What a regular expression matches first: the text, or its groups.",
    ),
    Function(
        "regexall", parameters({"pattern": STRING, "string": STRING}), ANY, _regexall,
        "All that a regular expression matches.",
    ),
)  # fmt: skip
