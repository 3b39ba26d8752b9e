"""What psycopg stumbles over is a lost connection; what we do wrong ourselves stays the error that it is."""

from __future__ import annotations

import pytest

from dmsform.provider.protocols import ConnectionLostError
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql.errors import diagnosed

ENDPOINT = EndpointDefinition(name="here", engine="postgresql", settings={})


def stumbling(module: str) -> None:
    """Unpack one result too many, in a module of that name."""
    exec("(result,) = (1, 2)", {"__name__": module})


def test_an_answer_that_the_driver_does_not_understand() -> None:
    with (
        pytest.raises(ConnectionLostError, match=r"not one of PostgreSQL's protocol \(ValueError"),
        diagnosed(ENDPOINT),
    ):
        stumbling("psycopg.generators")


def test_a_mistake_of_our_own() -> None:
    with pytest.raises(ValueError, match="too many values"), diagnosed(ENDPOINT):
        stumbling("dmsform_postgresql.writer")
