"""Keeps secrets out of a task's log: whatever a driver's error quotes, the endpoints' secret values are blotted out.

Providers keep secrets out of their diagnostics themselves; this is the second wall (G7).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from dmsform.diagnostics import DiagnosticError
from dmsform.provider.registry import provider
from dmsform.task.definition import EndpointDefinition

BLOT = "(sensitive value)"
_LAYOUT = "%(asctime)s %(levelname)s %(message)s"


def secrets_of(*endpoints: EndpointDefinition) -> tuple[str, ...]:
    """The values of the endpoints' settings that their providers declare secret (`SecretStr`)."""
    return tuple(secret for endpoint in endpoints for secret in _secrets(endpoint))


def _secrets(endpoint: EndpointDefinition) -> list[str]:
    try:
        model = provider(endpoint.engine).endpoint_model
    except DiagnosticError:
        return []  # the task will say that it has no such provider
    try:
        settings = model.model_validate(endpoint.settings).resolved().dump()
    except ValueError:
        settings = endpoint.settings  # a service that cannot be had tells no secret
    fields = model.model_fields.items()
    values = [settings.get(name) for name, field in fields if "Secret" in repr(field.annotation)]
    return [value for value in values if isinstance(value, str) and value]


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text with the secrets blotted out, longest first."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, BLOT)
    return text


class _RedactingFormatter(logging.Formatter):
    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__(_LAYOUT)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self._secrets)


def log_without(secrets: tuple[str, ...]) -> None:
    """Log to standard error from now on, without these secrets, tracebacks included."""
    handler = logging.StreamHandler()
    handler.setFormatter(_RedactingFormatter(secrets))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
