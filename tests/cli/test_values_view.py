"""Values as they would be written in a configuration."""

from __future__ import annotations

from typing import Any

import pytest

from dmsform.cli.views.values import written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (3, "3"),
        ('say "ä"', '"say \\"ä\\""'),
        ([], "[]"),
        ({}, "{}"),
        (["a", 1], '["a", 1]'),
        ({"a": 1, "b c": [None]}, '{ a = 1, "b c" = [null] }'),
    ],
)
def test_short(value: Any, text: str) -> None:
    assert written(value) == text


def test_long_ones_go_over_several_lines() -> None:
    assert written({"key": "x" * 70, "list": ["y" * 70]}, 2) == (
        '{\n    key  = "' + "x" * 70 + '"\n    list = [\n      "' + "y" * 70 + '",\n    ]\n  }'
    )
