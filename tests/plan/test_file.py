"""The saved plan: read back as it was, refused when it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dmsform.diagnostics import DiagnosticError, ExitCode
from dmsform.plan.build import build
from dmsform.plan.file import read_plan, write_plan
from dmsform.plan.model import Plan
from tests.plan.helpers import COPY, SHOP, endpoint, everything, instance, task, world


def plan() -> Plan:
    return build(everything())


def test_it_is_read_back(tmp_path: Path) -> None:
    write_plan(plan(), tmp_path / "saved.plan")
    assert read_plan(tmp_path / "saved.plan") == plan()
    assert (tmp_path / "saved.plan").stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["saved.plan"]


def test_no_secret_is_in_it(tmp_path: Path) -> None:
    made = build(world(instance(), endpoint(SHOP, "Sesame77"), endpoint(COPY), task()))
    write_plan(made, tmp_path / "saved.plan")
    assert b"Sesame77" not in (tmp_path / "saved.plan").read_bytes()


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "saved.plan"
    write_plan(plan(), path)
    body = json.loads(path.read_text())
    body["plan"]["changes"][0]["action"] = "delete"
    path.write_text(json.dumps(body))
    with pytest.raises(DiagnosticError, match="changed after it was written"):
        read_plan(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00\xff", '{"kind": "x", "version": "", "digest": "", "plan": {}}'])
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "saved.plan"
    path.write_text(text)
    with pytest.raises(DiagnosticError) as caught:
        read_plan(path)
    assert caught.value.diagnostics[0].exit_code is ExitCode.CONFIGURATION


def test_a_missing_file_and_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="cannot be read"):
        read_plan(tmp_path / "none.plan")
    with pytest.raises(DiagnosticError, match="cannot be written"):
        write_plan(plan(), tmp_path / "none" / "saved.plan")


def test_another_versions_plan_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plan(plan(), tmp_path / "saved.plan")
    monkeypatch.setattr("dmsform.__version__", "99.0")
    with pytest.raises(DiagnosticError, match=r"99\.0"):
        read_plan(tmp_path / "saved.plan")
