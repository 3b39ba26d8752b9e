"""Fixtures of the language's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.helpers import Directory


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Directory:
    """An empty folder, which is the working directory, so that messages name files alone."""
    monkeypatch.chdir(tmp_path)
    return Directory(tmp_path)
