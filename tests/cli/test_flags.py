"""Flags in all their spellings become one; what is unknown or malformed is told with the nearest name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmsform.cli.flags import FlagError, FlagKind, Flags

FLAGS = Flags(
    {
        "json": FlagKind.PLAIN,
        "auto-approve": FlagKind.PLAIN,
        "input": FlagKind.SWITCH,
        "out": FlagKind.VALUED,
        "var": FlagKind.VALUED,
        "h": FlagKind.PLAIN,
    }
)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (["-json"], ["-json"]),
        (["--json"], ["-json"]),
        (["-json=true"], ["-json"]),
        (["-json=false"], []),
        (["-out", "a plan"], ["-out=a plan"]),
        (["--out=x"], ["-out=x"]),
        (["-var", "k=v=w", "-var=k=-1"], ["-var=k=v=w", "-var=k=-1"]),
        (["-out", "-json"], ["-out=-json"]),
        (["-input=false"], ["-input=false"]),
        (["--input"], ["-input=true"]),
        (["name", "-json", "--", "-out"], ["name", "-json", "--", "-out"]),
        (["-"], ["-"]),
        (["-h"], ["-h"]),
    ],
)
def test_spellings(typed: list[str], normal: list[str]) -> None:
    assert FLAGS.normalise(typed) == normal


def test_flags_of_a_group_end_at_the_command() -> None:
    group = Flags({"chdir": FlagKind.VALUED}, interspersed=False)
    assert group.normalise(["-chdir", "x", "plan", "-out", "f"]) == ["-chdir=x", "plan", "-out", "f"]


@pytest.mark.parametrize(
    ("typed", "unknown", "suggestion"),
    [
        (["-jsno"], True, "json"),
        (["--auto-aprove"], True, "auto-approve"),
        (["-zzz"], True, None),
        (["-out"], False, None),
        (["-json=perhaps"], False, None),
    ],
)
def test_refusals(typed: list[str], unknown: bool, suggestion: str | None) -> None:
    with pytest.raises(FlagError) as caught:
        FLAGS.normalise(typed)
    assert (caught.value.unknown, caught.value.suggestion) == (unknown, suggestion)


@given(st.lists(st.text(alphabet="-=abjosn ", max_size=8), max_size=6))
def test_normal_form_is_stable(typed: list[str]) -> None:
    try:
        once = FLAGS.normalise(typed)
    except FlagError:
        return
    assert FLAGS.normalise(once) == once
