"""Options of MySQL's clients as the arguments of an endpoint: what a URL or an option file may give.

What would weaken a connection unseen (`ssl-mode` PREFERRED), and what changes a connection in a way that dmsform does
not follow, is refused by name.
Sources: MySQL manual, "Command Options for Connecting to the Server"; MariaDB, "mariadb Command-Line Client".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ARGUMENTS = {
    "host": "host",
    "port": "port",
    "socket": "socket",
    "unix-socket": "socket",
    "database": "database",
    "user": "username",
    "password": "password",
    "ssl-ca": "ssl_root_cert",
    "ssl-cert": "ssl_cert",
    "ssl-key": "ssl_key",
    "ssl-crl": "ssl_crl",
    "connect-timeout": "connect_timeout",
}
"""Options that are arguments of the endpoint."""

FILES = ("ssl_root_cert", "ssl_cert", "ssl_key", "ssl_crl", "socket")

_SSL_MODES = {
    "disabled": "none",
    "none": "none",
    "required": "require",
    "require": "require",
    "verify-ca": "verify-ca",
    "verify-identity": "verify-full",
    "verify-full": "verify-full",
}
_SSL = frozenset({"ssl", "ssl-mode", "ssl-verify-server-cert", "skip-ssl"})
_ON, _OFF = frozenset({"", "1", "on", "true", "yes"}), frozenset({"0", "off", "false", "no"})
_REFUSED = frozenset({
    "ssl-capath", "ssl-crlpath", "ssl-cipher", "ssl-fips-mode", "tls-version", "tls-ciphersuites", "tls-sni-servername",
    "server-public-key-path", "default-auth", "plugin-dir", "bind-address", "protocol", "init-command", "compress",
    "login-path", "password1", "password2", "password3", "dns-srv-name", "ssl-fp", "ssl-fplist", "ssl-passphrase",
})  # fmt: skip


def arguments_of(parameters: Mapping[str, str], *, strict: bool) -> dict[str, Any]:
    """The endpoint's arguments that options stand for. Names are in lower case with dashes.

    strict -- refuse what is not known; an option file holds more than connections. Raises ValueError, which repeats no
    value.
    """
    given: dict[str, Any] = {}
    for name, value in parameters.items():
        if name in _REFUSED or (strict and name not in ARGUMENTS and name not in _SSL):
            raise ValueError(f'the option "{name}" is not taken; those that are: {", ".join([*ARGUMENTS, "ssl-mode"])}')
        if name in ARGUMENTS and value:
            given[ARGUMENTS[name]] = value
    if given.get("socket") and given.get("host") == "localhost":
        del given["host"]  # "localhost" is MySQL's word for the socket
        given.pop("port", None)
    mode = _ssl_mode(parameters)
    return given if mode is None else {**given, "ssl_mode": mode}


def _ssl_mode(parameters: Mapping[str, str]) -> str | None:
    """The mode that is given, or meant: MySQL's clients verify where there is something to verify by."""
    if (value := parameters.get("ssl-mode")) is not None:
        mode = _SSL_MODES.get(value.lower().replace("_", "-"))
        if mode is None:
            raise ValueError(
                'the option "ssl-mode" must be one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY: PREFERRED leaves '
                "open whether anything is encrypted"
            )
        return mode
    verified = _switch(parameters, "ssl-verify-server-cert")
    if _switch(parameters, "skip-ssl") or _switch(parameters, "ssl") is False:
        return "none"
    if verified:
        return "verify-full"
    if parameters.get("ssl-ca"):
        return "verify-ca" if verified is None else "require"
    wanted = _switch(parameters, "ssl") or any(parameters.get(name) for name in ("ssl-cert", "ssl-key"))
    return "require" if wanted else None


def _switch(parameters: Mapping[str, str], name: str) -> bool | None:
    value = parameters.get(name)
    if value is None:
        return None
    if value.lower() in _ON:
        return True
    if value.lower() in _OFF:
        return False
    raise ValueError(f'the option "{name}" is on or off')
