"""Fixtures of the SQLite provider's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.providers.sqlite.harness import SqliteHarness


@pytest.fixture
def harness(tmp_path: Path) -> SqliteHarness:
    """The contract suite's harness."""
    return SqliteHarness(tmp_path)
