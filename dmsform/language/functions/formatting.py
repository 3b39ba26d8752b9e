"""`format` and `formatlist`: the verbs of Terraform's format strings, after Go's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from dmsform.language.convert import ConversionError, convert
from dmsform.language.functions.encoding import json_text
from dmsform.language.functions.spec import Function, FunctionError, Parameter, Surroundings, parameters
from dmsform.language.types import ANY, BOOL, NUMBER, STRING, ListType
from dmsform.language.values import Value, make_list, number_text, text

_VERB = re.compile(
    r"%(?P<flags>[#+\- 0]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?(?:\[(?P<index>\d+)\])?(?P<verb>[a-zA-Z%])"
)


def _number(value: Value, position: int) -> Decimal:
    try:
        return convert(value, NUMBER).data  # type: ignore[no-any-return]
    except ConversionError as error:
        raise FunctionError(error.message, position) from None


def _string(value: Value, position: int) -> str:
    try:
        return convert(value, STRING).data  # type: ignore[no-any-return]
    except ConversionError as error:
        raise FunctionError(error.message, position) from None


def _default(value: Value, quoted: bool) -> str:
    """`%v`: texts and numbers as they are, everything else as JSON; `%#v`: JSON."""
    if not quoted and isinstance(value.data, str):
        return value.data
    return json_text(value)


def _whole(value: Value, position: int) -> int:
    amount = _number(value, position)
    if amount != amount.to_integral_value():
        raise FunctionError("a whole number is required for this verb", position)
    return int(amount)


def _rendered(found: re.Match[str], value: Value, position: int) -> str:
    """One verb's text, before it is padded to its width."""
    verb, flags = found["verb"], found["flags"]
    precision = int(found["precision"]) if found["precision"] is not None else None
    sign = "+" if "+" in flags else " " if " " in flags else ""
    if value.is_null and verb != "v":
        raise FunctionError("must not be null for this verb", position)
    match verb:
        case "v":
            return _default(value, "#" in flags)
        case "s" | "q":
            plain = _string(value, position)
            cut = plain if precision is None else plain[:precision]
            return cut if verb == "s" else json_text(text(cut))
        case "t":
            try:
                return "true" if convert(value, BOOL).data else "false"
            except ConversionError as error:
                raise FunctionError(error.message, position) from None
        case "d" | "b" | "o" | "x" | "X":
            return format(_whole(value, position), f"{sign}{verb}")
        case "f" | "e" | "E":
            return format(_number(value, position), f"{sign}.{6 if precision is None else precision}{verb}")
        case "g" | "G":
            amount = _number(value, position)
            return number_text(amount) if precision is None else format(amount, f"{sign}.{precision}{verb}")
        case _:
            raise FunctionError(f"unsupported verb %{verb}", 0)


def _padded(found: re.Match[str], rendered: str) -> str:
    width, flags = int(found["width"] or 0), found["flags"]
    if "-" in flags:
        return rendered.ljust(width)
    if "0" in flags and found["verb"] not in "svqt":
        return rendered.zfill(width)
    return rendered.rjust(width)


def formatted(pattern: str, arguments: Sequence[Value]) -> str:
    """The pattern with its verbs filled in. Raises FunctionError; position 0 is the pattern itself."""
    following, used = 0, set[int]()

    def fill(found: re.Match[str]) -> str:
        nonlocal following
        if found["verb"] == "%":
            return "%"
        index = int(found["index"]) - 1 if found["index"] else following
        following = index + 1
        if not 0 <= index < len(arguments):
            raise FunctionError(f"not enough arguments for {found[0]!r}: need index {index + 1}", 0)
        used.add(index)
        return _padded(found, _rendered(found, arguments[index], index + 1))

    result = _VERB.sub(fill, pattern)
    if re.search(r"%", _VERB.sub("", pattern)):
        raise FunctionError("a % that begins no verb; write %% for a percent sign", 0)
    if not any(found["index"] for found in _VERB.finditer(pattern)) and len(used) < len(arguments):
        raise FunctionError(f"too many arguments; only {len(used)} used by the format string", len(used) + 1)
    return result


def _format(_: Surroundings, values: Sequence[Value]) -> Value:
    return text(formatted(values[0].data, values[1:]))


def _formatlist(_: Surroundings, values: Sequence[Value]) -> Value:
    pattern, *arguments = values
    lengths = {len(value.data) for value in arguments if isinstance(value.data, tuple)}
    if len(lengths) > 1:
        raise FunctionError("all lists must have the same length", 1)
    rows = range(lengths.pop() if lengths else 1)
    made = (
        formatted(pattern.data, [v.data[row] if isinstance(v.data, tuple) else v for v in arguments]) for row in rows
    )
    return make_list(map(text, made), STRING)


FORMATTING = (
    Function(
        "format", parameters({"format": STRING}), STRING, _format,
        "A text with verbs filled in: %s text, %d whole number, %f number, %q quoted, %v anything, %% percent.",
        Parameter("args", ANY, nullable=True),
    ),
    Function(
        "formatlist", parameters({"format": STRING}), ListType(STRING), _formatlist,
        "`format` for every element of the lists given.",
        Parameter("args", ANY, nullable=True),
    ),
)  # fmt: skip
