"""Fixtures of the MySQL provider's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dmsform.testing.mysql_server import MysqlServer
from tests.providers.mysql.harness import MysqlHarness


@pytest.fixture
def harness(mysql_family_server: MysqlServer) -> Iterator[MysqlHarness]:
    """The contract suite's harness, on either server in turn."""
    harness = MysqlHarness(mysql_family_server)
    yield harness
    harness.close()
