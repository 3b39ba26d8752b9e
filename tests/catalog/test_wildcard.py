"""AWS DMS's name patterns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.catalog.wildcard import PatternError, exact_name, matches


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("%", "", True),
        ("%", "any\nthing", True),
        ("tmp[_]%", "tmp_1", True),
        ("tmp[_]%", "tmpx1", False),
        ("tmp_%", "tmpx1", True),
        ("a_c", "abc", True),
        ("a_c", "ac", False),
        ("t[ab]x", "tbx", True),
        ("t[ab]x", "tcx", False),
        ("t[a-d]x", "tcx", True),
        ("t[a-d]x", "tex", False),
        ("t[a-dx-z9]", "ty", True),
        ("t[a-]", "t-", True),
        ("t[-a]", "t-", True),
        ("t[^a]", "t^", True),
        ("t[^a]", "tb", False),
        ("[%]x", "%x", True),
        ("[%]x", "yx", False),
        ("Orders", "orders", False),
        ("a.b", "axb", False),
        ("a]b", "a]b", True),
        ("DMS%", "xDMS", False),
    ],
)
def test_matches_the_whole_name(pattern: str, name: str, expected: bool) -> None:
    assert matches(pattern, name) is expected


@pytest.mark.parametrize(("pattern", "why"), [("a[b", "no"), ("a[]", "no character"), ("[d-a]", "backwards")])
def test_refuses_what_is_not_well_formed(pattern: str, why: str) -> None:
    with pytest.raises(PatternError, match=why):
        matches(pattern, "a")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [("sporting_event", "sporting_event"), ("a[_]b[%]", "a_b%"), ("a%", None), ("a[bc]", None), ("a[b-c]", None)],
)
def test_exact_names(pattern: str, name: str | None) -> None:
    assert exact_name(pattern) == name


PLAIN = st.text(alphabet="aAbB1_%[]-^.*\n$", max_size=8)


def naive(pattern: str, name: str) -> bool:
    """Only % and _, by recursion."""
    if not pattern:
        return not name
    if pattern[0] == "%":
        return any(naive(pattern[1:], name[at:]) for at in range(len(name) + 1))
    return bool(name) and pattern[0] in ("_", name[0]) and naive(pattern[1:], name[1:])


@given(pattern=st.text(alphabet="ab%_.*", max_size=8), name=st.text(alphabet="ab_%.\n", max_size=8))
def test_agrees_with_the_definition(pattern: str, name: str) -> None:
    assert matches(pattern, name) is naive(pattern, name)


def escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "%_[" else c for c in name)


@given(name=PLAIN, other=PLAIN)
def test_an_escaped_name_matches_itself_alone(name: str, other: str) -> None:
    assert matches(escaped(name), name)
    assert exact_name(escaped(name)) == name
    assert matches(escaped(name), other) is (name == other)


def test_many_wildcards_stay_fast() -> None:
    assert not matches("%" * 5000 + "b", "a" * 5000)
