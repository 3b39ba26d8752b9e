"""Connection URLs: `postgresql://user:password@host:port/database?sslmode=require`, as libpq reads them.

A URL holds a password, so no error repeats any part of it.
Source: PostgreSQL manual, "Connection URIs" (libpq-connect).
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from dmsform_postgresql.parameters import arguments_of

_SCHEMES = ("postgresql", "postgres")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
_HOST = re.compile(r"(?:\[(?P<address>[^\[\]]*)\]|(?P<name>[^:\[\]]*))(?::(?P<port>\d*))?")


def parse_url(url: str) -> dict[str, Any]:
    """The endpoint's arguments that the URL gives. Raises ValueError, which repeats nothing of the URL."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in _SCHEMES:
        raise ValueError("a URL begins with postgresql://")
    if _BAD_PERCENT.search(url):
        raise ValueError("a % in a URL stands before two hexadecimal digits; write % itself as %25")
    rest, _, query = rest.partition("?")
    authority, _, database = rest.partition("/")
    return _refuse_twice(_authority(authority), {"dbname": unquote(database)}, _query(query))


def _authority(authority: str) -> dict[str, str]:
    login, at, place = authority.rpartition("@")
    if "@" in login:
        raise ValueError("write @ in the user name or password of a URL as %40")
    found = _HOST.fullmatch(place)
    if "," in place:
        raise ValueError("a URL names one host: an endpoint is one database")
    if found is None:
        raise ValueError("behind the @ of a URL stand host and port: host:5432, [::1]:5432; write / in a password %2F")
    user, _, password = login.partition(":")
    host = found["address"] if found["address"] is not None else unquote(found["name"])
    parts = {"user": unquote(user), "password": unquote(password), "host": host, "port": found["port"] or ""}
    if at and not user:
        raise ValueError("a URL with an @ has a user name before it")
    return parts


def _query(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, equals, value = part.partition("=")
        if not equals or not name or name in found:
            raise ValueError("the parameters of a URL are name=value, joined by &, each once")
        if (name, value) == ("ssl", "true"):  # JDBC's way, which libpq takes too
            name, value = "sslmode", "require"
        found[unquote(name)] = unquote(value)
    return found


def _refuse_twice(*parts: dict[str, str]) -> dict[str, Any]:
    given: dict[str, str] = {}
    for part in parts:
        for name, value in part.items():
            if value and name in given:
                raise ValueError(f'a URL gives "{name}" once')
            if value:
                given[name] = value
    return arguments_of(given)
