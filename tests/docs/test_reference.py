"""What is generated is what the code says now; `make docs` writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from dmsform.cli.reference.__main__ import main
from dmsform.cli.reference.pages import pages

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("path", pages())
def test_page_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == pages()[path], "run: make docs"


def test_nothing_generated_is_left_behind() -> None:
    assert {f"schemas/{p.name}" for p in (ROOT / "schemas").iterdir()} == {p for p in pages() if p.startswith("sch")}


def test_check_finds_what_differs_and_write_mends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], tmp_path) == 1
    assert "docs/commands.md is out of date; run: make docs" in capsys.readouterr().err
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0
    (tmp_path / "docs/exit-codes.md").write_text("changed")
    assert main(["--check"], tmp_path) == 1
