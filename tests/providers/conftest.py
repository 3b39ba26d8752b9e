"""The contract suite's assertions show their values, as a test module's own do."""

import pytest

_PARTS = ("dialect", "faces", "introspection", "probe", "source", "target")
pytest.register_assert_rewrite(*(f"dmsform.testing.contract_{part}" for part in _PARTS))
