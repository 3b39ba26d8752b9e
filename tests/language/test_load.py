"""Which files make a module, and what is said of those that cannot be read."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.language import codes
from dmsform.language.load import SyntaxDiagnosticError, parse_directory
from tests.language.helpers import Directory


def test_files_by_the_names_that_messages_use(directory: Directory) -> None:
    directory.write("locals {\n}\n", "b.dms.hcl").write("", "a.dms.hcl").write("x", "notes.txt")
    directory.write("v = 1\n", "z.auto.dmsvars.hcl").write("v = 2\n", "a.auto.dmsvars.hcl")
    directory.write("v = 3\n", "dmsform.dmsvars.hcl").write("v = 4\n", "prod.dmsvars.hcl")
    directory.write("not read", ".hidden.dms.hcl")
    module = parse_directory(directory.path)
    assert list(module.bodies) == ["a.dms.hcl", "b.dms.hcl"]
    assert list(module.values) == ["dmsform.dmsvars.hcl", "a.auto.dmsvars.hcl", "z.auto.dmsvars.hcl"]
    assert module.files["b.dms.hcl"] == "locals {\n}\n"


def test_files_elsewhere_are_named_as_seen_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "main.dms.hcl").write_text("")
    monkeypatch.chdir(tmp_path)
    assert list(parse_directory(tmp_path / "sub").bodies) == ["sub/main.dms.hcl"]


def test_errors_of_all_files_are_told_at_once(directory: Directory) -> None:
    directory.write("a = \n", "a.dms.hcl").write('b "x" {\n', "b.dms.hcl").write("c = 1\n", "c.dms.hcl")
    with pytest.raises(SyntaxDiagnosticError) as raised:
        parse_directory(directory.path)
    assert [d.subject.filename for d in raised.value.diagnostics if d.subject] == ["a.dms.hcl", "b.dms.hcl"]
    assert raised.value.files["a.dms.hcl"] == "a = \n"
    again = pickle.loads(pickle.dumps(raised.value))
    assert again.diagnostics == raised.value.diagnostics


def test_a_directory_without_configuration(directory: Directory) -> None:
    with pytest.raises(DiagnosticError) as raised:
        parse_directory(directory.path)
    assert [d.code for d in raised.value.diagnostics] == [codes.NO_CONFIGURATION.id]


def test_a_directory_that_is_not_there(directory: Directory) -> None:
    with pytest.raises(DiagnosticError) as raised:
        parse_directory(directory.path / "nowhere")
    assert [d.code for d in raised.value.diagnostics] == [codes.UNREADABLE_FILE.id]


def test_a_file_that_is_not_utf8(directory: Directory) -> None:
    (directory.path / "main.dms.hcl").write_bytes(b'a = "\xe4"\n')
    with pytest.raises(DiagnosticError) as raised:
        parse_directory(directory.path)
    (found,) = raised.value.diagnostics
    assert found.code == codes.UNREADABLE_FILE.id
    assert "byte 5 is 0xe4" in found.detail
