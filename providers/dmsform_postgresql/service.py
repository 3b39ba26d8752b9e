"""Service files: named sets of connection parameters (`pg_service.conf`), read when a connection is made.

dmsform reads the file itself: libpq would take the name of the file, and more, from the environment.
Source: PostgreSQL manual, "The Connection Service File".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dmsform_postgresql.parameters import arguments_of

DEFAULT_FILE = ".pg_service.conf"
_FILES = ("ssl_root_cert", "ssl_cert", "ssl_key", "ssl_crl")


class ServiceError(ValueError):
    """A service file that cannot be read, lacks the service, or gives what cannot be taken."""


def read_service(service: str, file: str | None) -> dict[str, Any]:
    """The endpoint's arguments that the service gives. file -- None: the one of the home directory.

    Raises ServiceError, which repeats no value.
    """
    path = Path(file) if file else Path.home() / DEFAULT_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise ServiceError(f"the service file {path} cannot be read: {said}") from error
    parameters = _section(text, service, path)
    if parameters is None:
        raise ServiceError(f'the service file {path} has no service "{service}"')
    try:
        given = arguments_of(parameters)
    except ValueError as error:
        raise ServiceError(f'service "{service}" of {path}: {error}') from error
    # Relative to the service file, wherever the process that connects may run.
    return {n: str(path.absolute().parent / v) if n in _FILES else v for n, v in given.items()}


def _section(text: str, service: str, path: Path) -> dict[str, str] | None:
    """The parameters of the first section of that name."""
    found: dict[str, str] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            if found is not None:
                break
            found = {} if line == f"[{service}]" else None
        elif found is not None:
            name, equals, value = line.partition("=")
            if not equals:
                raise ServiceError(f"line {number} of the service file {path} is not name=value")
            found.setdefault(name.strip(), value.strip())
    return found
