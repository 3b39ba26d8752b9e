"""Refuses a pair of engines between which no task can move rows, before anything is touched. Pure."""

from __future__ import annotations

from dmsform.diagnostics import Diagnostic
from dmsform.provider.protocols import Provider
from dmsform.resources import codes


def unfit_pair(source: Provider, target: Provider) -> Diagnostic | None:
    """Why the providers cannot be the two sides of a full load, or None."""
    needs = (
        (target.dialect, "render a schema"),
        (target.target_inspector, "be inspected as a target"),
        (target.target_control, "keep a task's progress"),
    )
    lacking = [words for face, words in needs if face is None]
    if lacking:
        return codes.UNFIT_PAIR.error(
            f"{target.label} cannot be the target of a task: its provider cannot {' or '.join(lacking)}.",
            "Choose another engine for the target endpoint.",
        )
    text = source.row_text_reader and target.row_text_writer
    typed = source.name == target.name and source.typed_reader and target.typed_writer
    if text or typed:
        return None
    return codes.UNFIT_PAIR.error(
        f"No rows can move from {source.label} to {target.label}: the one's provider cannot write what the other's "
        "can read.",
        "Choose another engine for one of the endpoints, or install a newer provider.",
    )
