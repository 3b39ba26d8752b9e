"""Colours and boxes are for terminals alone, and never against the user's wish."""

from __future__ import annotations

import pytest

from tests.cli.terminals import session


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_a_terminal_gets_colours_and_a_pipe_does_not() -> None:
    assert session(terminal=True).err_style.colour
    assert session(terminal=True).err_style.boxed
    assert not session().out_style.colour
    assert not session().err_style.boxed


def test_in_a_pipe_lines_are_not_broken() -> None:
    assert session().err_style.wrapped("word " * 100) == ["word " * 100]


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert not session(terminal=True).out_style.colour
    assert session(terminal=True).out_style.boxed


def test_the_flag_is_honoured() -> None:
    made = session(terminal=True)
    made.no_color = True
    assert not made.out_style.colour


def test_a_dumb_terminal_is_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert not session(terminal=True).out_style.colour
