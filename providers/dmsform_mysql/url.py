"""Connection URLs: `mysql://user:password@host:port/database?ssl-mode=VERIFY_IDENTITY`.

A URL holds a password, so no error repeats any part of it.
Source: MySQL manual, "Connecting to the Server Using URI-Like Strings or Key-Value Pairs".
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from dmsform_mysql.parameters import arguments_of

_SCHEMES = ("mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
_PLACE = re.compile(r"(?:\[(?P<address>[^\[\]]*)\]|(?P<name>[^:\[\]]*))(?::(?P<port>\d+))?")


def parse_url(url: str) -> dict[str, Any]:
    """The endpoint's arguments that the URL gives. Raises ValueError, which repeats nothing of the URL."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in _SCHEMES:
        raise ValueError("a URL begins with mysql://")
    if _BAD_PERCENT.search(url):
        raise ValueError("a % in a URL stands before two hexadecimal digits; write % itself as %25")
    rest, _, query = rest.partition("?")
    authority, _, database = rest.partition("/")
    if "/" in database or "#" in url:
        raise ValueError("behind the host of a URL stands one database; write / in a password as %2F and # as %23")
    parameters = _query(query)
    for name, value in (*_authority(authority), ("database", unquote(database))):
        if value and name in parameters:
            raise ValueError(f'a URL gives "{name}" once')
        if value:
            parameters[name] = value
    return arguments_of(parameters, strict=True)


def _authority(authority: str) -> list[tuple[str, str]]:
    login, at, place = authority.rpartition("@")
    if "@" in login:
        raise ValueError("write @ in the user name or password of a URL as %40")
    if "," in place:
        raise ValueError("a URL names one host: an endpoint is one server")
    found = _PLACE.fullmatch(place)
    if found is None:
        raise ValueError("behind the @ of a URL stand host and port: host:3306, [::1]:3306; write / in a password %2F")
    user, _, password = login.partition(":")
    if at and not user:
        raise ValueError("a URL with an @ has a user name before it")
    host = found["address"] if found["address"] is not None else unquote(found["name"])
    return [("user", unquote(user)), ("password", unquote(password)), ("host", host), ("port", found["port"] or "")]


def _query(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, equals, value = part.partition("=")
        name = unquote(name).lower().replace("_", "-")
        name = "ssl-mode" if name == "sslmode" else name
        if not equals or not name or name in found:
            raise ValueError("the parameters of a URL are name=value, joined by &, each once")
        found[name] = unquote(value)
    return found
