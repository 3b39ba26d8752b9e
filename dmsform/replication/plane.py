"""Chooses how rows travel between two providers."""

from __future__ import annotations

from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import Provider
from dmsform.replication.job import Plane


def choose_plane(source: Provider, target: Provider) -> Plane:
    """Typed between two endpoints of one engine that offers it, else row text. Raises DiagnosticError when neither can.

    An engine offers the typed plane where its values are more than row text can say (SQLite's storage classes).
    """
    if source.name == target.name and source.typed_reader and target.typed_writer:
        return Plane.TYPED
    if source.row_text_reader and target.row_text_writer:
        return Plane.ROW_TEXT
    raise DiagnosticError(
        codes.MISSING_FACE.error(
            f"No rows can move from {source.label} to {target.label}: the source's provider cannot write what the "
            "target's provider can read.",
            "Choose another engine for one of the endpoints, or install a newer provider.",
        )
    )
