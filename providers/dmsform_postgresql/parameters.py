"""libpq's connection parameters as the arguments of an endpoint: what a URL, a service file or `options` may give.

Only what is listed here is taken. What dmsform sets itself, and what would weaken a connection unseen (`sslmode` allow
and prefer), is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ARGUMENTS = {
    "host": "host",
    "port": "port",
    "dbname": "database",
    "user": "username",
    "password": "password",
    "sslmode": "ssl_mode",
    "sslrootcert": "ssl_root_cert",
    "sslcert": "ssl_cert",
    "sslkey": "ssl_key",
    "sslcrl": "ssl_crl",
    "connect_timeout": "connect_timeout",
}
"""Parameters that are arguments of the endpoint."""

_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
OPTIONS: dict[str, tuple[str, ...]] = {
    "application_name": (),
    "channel_binding": ("disable", "prefer", "require"),
    "gssencmode": ("disable", "prefer", "require"),
    "krbsrvname": (),
    "require_auth": (),
    "requirepeer": (),
    "ssl_max_protocol_version": _VERSIONS,
    "ssl_min_protocol_version": _VERSIONS,
    "sslnegotiation": ("postgres", "direct"),
    "sslsni": ("0", "1"),
    "target_session_attrs": ("any", "read-write", "read-only", "primary", "standby", "prefer-standby"),
}
"""Further parameters that `options` may give, with their values where these are few."""

_SSL_MODES = {"disable": "none", "require": "require", "verify-ca": "verify-ca", "verify-full": "verify-full"}


def arguments_of(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The endpoint's arguments that libpq's parameters stand for. Raises ValueError, which repeats no value."""
    given: dict[str, Any] = {}
    options: dict[str, str] = {}
    for name, value in parameters.items():
        if name == "sslmode":
            given["ssl_mode"] = _ssl_mode(value)
        elif name in ARGUMENTS:
            given[ARGUMENTS[name]] = value
        else:
            options[name] = value
    check_options(options)
    return given | ({"options": options} if options else {})


def check_options(options: Mapping[str, str]) -> None:
    """Raise ValueError for an option that is not taken, or has a value that it cannot have."""
    for name, value in options.items():
        if name in ARGUMENTS:
            raise ValueError(f'the parameter "{name}" is given by the argument {ARGUMENTS[name]}')
        if name not in OPTIONS:
            raise ValueError(f'the parameter "{name}" is not taken; those that are: {", ".join(OPTIONS)}')
        if OPTIONS[name] and value not in OPTIONS[name]:
            raise ValueError(f'the parameter "{name}" must be one of {", ".join(OPTIONS[name])}')


def _ssl_mode(value: str) -> str:
    if value not in _SSL_MODES:
        raise ValueError(
            'the parameter "sslmode" must be one of disable, require, verify-ca, verify-full: others leave open '
            "whether anything is encrypted"
        )
    return _SSL_MODES[value]
