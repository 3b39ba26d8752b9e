"""Properties: expressions against Python's own arithmetic, texts that survive quoting, trees that survive the cache."""

from __future__ import annotations

import json
import operator
import pickle
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.language.convert import convert
from dmsform.language.functions.encoding import json_text
from dmsform.language.parse import parse_body, parse_expression
from dmsform.language.scan import top_level_items
from dmsform.language.source import Source
from dmsform.language.types import STRING
from dmsform.language.values import equal, from_plain, to_plain
from tests.language.helpers import plain, value

NUMBERS = st.integers(-(10**12), 10**12)
OPERATORS: dict[str, Any] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
COMPARISONS: dict[str, Any] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@st.composite
def arithmetic(draw: st.DrawFn, depth: int = 4) -> tuple[str, Fraction]:
    """An expression with as few parentheses as precedence allows, and its value."""
    text, result, _ = draw(_arithmetic(depth))
    return text, result


@st.composite
def _arithmetic(draw: st.DrawFn, depth: int) -> tuple[str, Fraction, int]:
    """Text, value and precedence: 2 for numbers, 1 for products, 0 for sums and differences."""
    if depth == 0 or draw(st.booleans()):
        number = draw(NUMBERS)
        return str(number), Fraction(number), 2
    sign = draw(st.sampled_from(sorted(OPERATORS)))
    own = 1 if sign == "*" else 0
    left, left_value, left_rank = draw(_arithmetic(depth - 1))
    right, right_value, right_rank = draw(_arithmetic(depth - 1))
    left = f"({left})" if left_rank < own else left
    right = f"({right})" if right_rank <= own else right
    blank = draw(st.sampled_from(["", " "]))
    return f"{left}{blank}{sign}{blank}{right}", OPERATORS[sign](left_value, right_value), own


@given(arithmetic())
def test_arithmetic_is_pythons(case: tuple[str, Fraction]) -> None:
    text, expected = case
    assert plain(text) == expected


@given(NUMBERS, NUMBERS.filter(bool))
def test_quotient_and_remainder_fit_together(dividend: int, divisor: int) -> None:
    remainder = plain(f"{dividend} % {divisor}")
    assert abs(remainder) < abs(divisor)
    assert remainder == 0 or (remainder > 0) == (dividend > 0)
    assert (dividend - remainder) % divisor == 0


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(COMPARISONS)))
def test_comparisons_are_pythons(left: int, right: int, sign: str) -> None:
    assert plain(f"{left} {sign} {right}") is COMPARISONS[sign](left, right)


@st.composite
def logic(draw: st.DrawFn, depth: int = 4) -> tuple[str, bool]:
    """A logical expression in HCL's notation, and what Python makes of the same."""
    if depth == 0:
        constant = draw(st.booleans())
        return str(constant).lower(), constant
    kind = draw(st.sampled_from(["!", "&&", "||", "?"]))
    text, truth = draw(logic(depth - 1))
    if kind == "!":
        return f"!({text})", not truth
    other, other_truth = draw(logic(depth - 1))
    if kind == "?":
        third, third_truth = draw(logic(depth - 1))
        return f"({text}) ? ({other}) : ({third})", other_truth if truth else third_truth
    return f"({text}) {kind} ({other})", (truth and other_truth) if kind == "&&" else (truth or other_truth)


@given(logic())
def test_logic_is_pythons(case: tuple[str, bool]) -> None:
    text, expected = case
    assert plain(text) is expected


def quoted(text: str) -> str:
    """A text as an HCL string."""
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
    escaped = "".join(named.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}") for c in text)
    return f'"{escaped}"'.replace("${", "$${").replace("%{", "%%{")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_any_text_can_be_quoted(text: str) -> None:
    assert plain(quoted(text)) == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_any_text_can_stand_in_a_heredoc(text: str) -> None:
    body = text.replace("${", "$${").replace("%{", "%%{")
    if any(line.strip() == "EOT" for line in body.split("\n")):
        return
    assert plain(f"<<EOT\n{body}\nEOT\n") == f"{text}\n"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=15,
)


@given(PLAIN)
def test_plain_values_survive(data: Any) -> None:
    assert to_plain(from_plain(data)) == data
    assert equal(from_plain(data), from_plain(data)) is True


@given(PLAIN)
def test_json_survives(data: Any) -> None:
    assert json.loads(json_text(from_plain(data))) == data
    assert plain("jsondecode(jsonencode(x))", {"x": data}) == data


def expression(data: Any) -> str:
    """Plain values as an expression."""
    match data:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[data]
        case str():
            return quoted(data)
        case list():
            return f"[{', '.join(map(expression, data))}]"
        case dict():
            return "{" + ", ".join(f"{quoted(name)} = {expression(part)}" for name, part in data.items()) + "}"
        case _:
            return str(data)


@given(PLAIN)
def test_any_plain_value_can_be_written(data: Any) -> None:
    assert plain(f"({expression(data)})") == data


@given(PLAIN)
def test_trees_survive_pickling(data: Any) -> None:
    tree = parse_expression("test", expression(data))
    assert pickle.loads(pickle.dumps(tree)) == tree


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15))
def test_numbers_survive_as_text(number: Any) -> None:
    text = convert(from_plain(number), STRING)
    assert convert(text, from_plain(number).type).data == number
    assert "e" not in text.data.lower()


PIECES = st.lists(
    st.sampled_from(
        ["a", "b", " ", "=", "\n", "{", "}", "[", "]", "(", ")", '"', "${", "%{", "1", ".", ",", "<<E\n", "E", "#",
         "/*", "*/", "?", ":", "-", "!", "if", "for", "in", "else", "endif", "~", "...", "é", "\\", "'", "\t", "\r"]
    ),
    max_size=25,
).map("".join)  # fmt: skip


@given(PIECES)
def test_any_text_parses_or_is_explained_in_its_place(text: str) -> None:
    source = Source("test", text)
    for problem in parse_body(source).problems:
        assert problem.remedy
        assert problem.subject is not None
        start, end = problem.subject.start, problem.subject.end
        assert 0 <= start.byte <= end.byte <= len(text.encode()) + 1
        assert problem.detail


@given(PIECES)
def test_any_expression_has_a_value_or_an_explained_error(text: str) -> None:
    problems: tuple[Diagnostic, ...] = ()
    try:
        value(text, {"a": 1, "b": ["x"]})
    except DiagnosticError as error:
        problems = error.diagnostics
    assert all(problem.remedy for problem in problems)


@given(PIECES)
def test_splitting_loses_nothing(text: str) -> None:
    parts = list(top_level_items(text))
    assert "".join(text[start:end] for start, end in parts) == text
