"""Which versions of dmsform a configuration takes."""

from __future__ import annotations

import pytest

from dmsform.diagnostics import Point, SourceRange
from dmsform.language.config import Attribute, Block
from dmsform.language.settings import check_version

PLACE = SourceRange("main", Point(1, 1, 0), Point(1, 2, 1))

FITS = {
    (">= 0.1", "0.1.0"): True,
    (">= 0.1", "0.0.9"): False,
    (">= 0.1, < 2", "1.9.9"): True,
    (">= 0.1, < 2", "2.0"): False,
    ("~> 0.1", "0.9"): True,
    ("~> 0.1", "1.0"): False,
    ("~> 0.1.2", "0.1.9"): True,
    ("~> 0.1.2", "0.2.0"): False,
    ("~> 1", "1.5"): True,
    ("= 0.1", "0.1.0"): True,
    ("0.1.0", "0.1.1"): False,
    ("!= 0.1.0", "0.1.0"): False,
    ("> 0.1", "0.1.0"): False,
    ("<= 0.1.0", "0.1.0.dev3"): True,
}


@pytest.mark.parametrize(("required", "version"), FITS)
def test_version(required: str, version: str) -> None:
    block = Block("dmsform", (), PLACE, {"required_version": Attribute("required_version", required, PLACE)})
    assert (check_version(block, version) == []) is FITS[required, version]


def test_without_a_requirement_every_version_fits() -> None:
    assert check_version(None) == []
    assert check_version(Block("dmsform", (), PLACE)) == []
