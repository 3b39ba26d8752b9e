"""Which plane rows travel on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform.provider.registry import provider
from dmsform.replication.job import Plane
from dmsform.replication.plane import choose_plane


def test_row_text_where_both_can() -> None:
    postgresql, sqlite = provider("postgresql"), provider("sqlite")
    assert choose_plane(postgresql, postgresql) is Plane.ROW_TEXT
    assert choose_plane(postgresql, sqlite) is Plane.ROW_TEXT
    assert choose_plane(sqlite, postgresql) is Plane.ROW_TEXT


def test_typed_between_endpoints_of_one_engine_that_offers_it() -> None:
    """Though both could do row text too."""
    sqlite = provider("sqlite")
    assert sqlite.row_text_reader
    assert sqlite.row_text_writer
    assert choose_plane(sqlite, sqlite) is Plane.TYPED
    assert choose_plane(sqlite, replace(sqlite, typed_writer=None)) is Plane.ROW_TEXT


def test_refused_when_neither_can() -> None:
    postgresql = provider("postgresql")
    with pytest.raises(DiagnosticError) as caught:
        choose_plane(postgresql, replace(postgresql, row_text_writer=None))
    assert caught.value.diagnostics[0].code == codes.MISSING_FACE.id
