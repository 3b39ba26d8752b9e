"""Finds providers by name among the installed entry points; loads one only when a configuration uses it."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from dmsform.diagnostics import DiagnosticError
from dmsform.provider import codes
from dmsform.provider.protocols import Provider

GROUP = "dmsform.providers"

_AWS_NAMES = {
    "aurora": "mysql", "mariadb": "mysql",
    "aurora-postgresql": "postgresql", "postgres": "postgresql",
}  # fmt: skip
"""AWS DMS's engine names of servers that a provider of another name speaks to."""


@cache
def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def names() -> tuple[str, ...]:
    """The engines that can be named in an endpoint, sorted."""
    return tuple(sorted(_installed()))


@cache
def provider(name: str) -> Provider:
    """The provider of that engine. Raises DiagnosticError when unknown or when its driver is missing."""
    point = _installed().get(name)
    if point is None:
        served = _AWS_NAMES.get(name)
        close = [served] if served in names() else difflib.get_close_matches(name, names(), n=1)
        hint = f' Did you mean "{close[0]}"?' if close else ""
        raise DiagnosticError(
            codes.UNKNOWN_ENGINE.error(
                f'No installed provider is named "{name}".{hint}',
                f"Use one of: {', '.join(names())}; or install the package that brings the provider.",
            )
        )
    try:
        found = point.load()
    except ModuleNotFoundError as error:
        raise DiagnosticError(
            codes.MISSING_DRIVER.error(
                f'Provider "{name}" needs the package {error.name!r}, which is not installed.',
                f"Run: pip install {error.name}",
            )
        ) from error
    if not isinstance(found, Provider):
        raise TypeError(f"{point.value} is not a dmsform Provider")
    return found
