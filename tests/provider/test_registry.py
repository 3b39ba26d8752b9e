"""Engines by name: what is unknown is answered with what was meant."""

from __future__ import annotations

import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform.provider.registry import names, provider


def test_the_engines_of_this_repository() -> None:
    assert {"mysql", "postgresql", "sqlite"} <= set(names())
    assert all(provider(name).name == name for name in names())


@pytest.mark.parametrize(
    ("given", "meant"),
    [("mariadb", "mysql"), ("aurora", "mysql"), ("postgres", "postgresql"), ("aurora-postgresql", "postgresql"),
     ("sqlite3", "sqlite"), ("mysq", "mysql")],
)  # fmt: skip
def test_names_of_aws_dms_and_slips_of_the_pen(given: str, meant: str) -> None:
    with pytest.raises(DiagnosticError) as raised:
        provider(given)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == codes.UNKNOWN_ENGINE.id
    assert f'Did you mean "{meant}"?' in diagnostic.detail
    assert all(name in diagnostic.remedy for name in names())


def test_a_name_like_none() -> None:
    with pytest.raises(DiagnosticError) as raised:
        provider("oracle9")
    assert "Did you mean" not in raised.value.diagnostics[0].detail
