"""`validate`: the configuration by itself, variables without values included."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.apply.operations import validate_directory
from dmsform.diagnostics import DiagnosticError, ExitCode
from tests.apply.module import INSTANCE, Module, task

ENDPOINTS = """
variable "host" {
  type = string
}

endpoint "here" {
  engine   = "postgresql"
  host     = var.host
  database = "shop"
  username = "dms"
}

endpoint "there" {
  engine   = "postgresql"
  database = "copy"
  username = "dms"
}
"""


def test_values_of_variables_are_not_needed(tmp_path: Path) -> None:
    Module(tmp_path).write(INSTANCE, ENDPOINTS, task())
    assert validate_directory(tmp_path) == ()
    assert [p.name for p in tmp_path.glob("*.db")] == []


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    Module(tmp_path).write(INSTANCE, ENDPOINTS.replace("username", "usrname"), task())
    found = validate_directory(tmp_path)
    assert {d.exit_code for d in found} == {ExitCode.CONFIGURATION}
    assert sum('Did you mean "username"?' in d.detail for d in found) == 2


def test_what_the_language_refuses_is_raised(tmp_path: Path) -> None:
    Module(tmp_path).write(INSTANCE, ENDPOINTS, task().replace("migration_type", "migraton_type"))
    with pytest.raises(DiagnosticError, match="migration_type"):
        validate_directory(tmp_path)
