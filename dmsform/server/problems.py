"""Diagnostics as HTTP answers: every answer that is no success is a `Problem` with a fitting status."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from dmsform.api.models import Problem
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.server import codes

log = logging.getLogger("dmsform.server")

_STATUS = {
    codes.UNKNOWN_TASK.id: 404,
    codes.STALE_CHECKOUT.id: 409,
    codes.TASK_RUNS.id: 409,
    codes.TASK_DOES_NOT_STOP.id: 409,
    codes.INVALID_REQUEST.id: 422,
    codes.UNAUTHORIZED.id: 401,
}


def problem(diagnostics: Iterable[Diagnostic]) -> Response:
    """The answer for these diagnostics; the first decides on the status, 500 unless it has one of its own."""
    found = tuple(diagnostics)
    body = Problem(diagnostics=tuple(d.to_json() for d in found)).model_dump_json()
    headers = {"WWW-Authenticate": "Bearer"} if found[0].code == codes.UNAUTHORIZED.id else None
    return Response(body, _STATUS.get(found[0].code, 500), headers, media_type="application/json")


def invalid(detail: str) -> DiagnosticError:
    """A request of the wrong form."""
    return DiagnosticError(
        codes.INVALID_REQUEST.error(detail, "Use a client of the server's own version (dmsform version).")
    )


async def on_diagnostic(_request: Request, error: Exception) -> Response:
    """Starlette's handler for DiagnosticError."""
    assert isinstance(error, DiagnosticError)
    return problem(error.diagnostics)


async def on_unknown_path(request: Request, _error: Exception) -> Response:
    """Starlette's handler for paths and methods that the API does not have."""
    return problem(invalid(f"The API has no {request.method} {request.url.path}.").diagnostics)


async def on_failure(_request: Request, error: Exception) -> Response:
    """Starlette's handler for everything else. What the error says stays in the log: it may quote a secret."""
    said = f"The request ended with {type(error).__name__}; the server's log has the traceback."
    return problem([codes.SERVER_ERROR.error(said, "Please report it with the log, server.log in the data directory.")])
