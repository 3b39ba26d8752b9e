"""Connection URLs as providers share them: `scheme://user:password@host:port/database?name=value`.

A URL holds a password, so no error repeats any part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")
_PLACE = re.compile(r"(?:\[(?P<address>[^\[\]]*)\]|(?P<name>[^:\[\]]*))(?::(?P<port>\d*))?")


@dataclass(frozen=True, slots=True)
class Url:
    """A URL taken apart, its parts unquoted; empty where it does not give them. query -- names as they stand."""

    user: str
    password: str
    host: str
    port: str
    database: str
    query: Mapping[str, str]


def split_url(url: str, schemes: Sequence[str], default_port: int) -> Url:
    """Take a URL apart. Raises ValueError, which repeats nothing of the URL."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in schemes:
        raise ValueError(f"a URL begins with {schemes[0]}://")
    if _BAD_PERCENT.search(url):
        raise ValueError("a % in a URL stands before two hexadecimal digits; write % itself as %25")
    rest, _, query = rest.partition("?")
    authority, _, database = rest.partition("/")
    login, at, place = authority.rpartition("@")
    if "@" in login:
        raise ValueError("write @ in the user name or password of a URL as %40")
    if "," in place:
        raise ValueError("a URL names one host: an endpoint is one server")
    found = _PLACE.fullmatch(place)
    if found is None:
        where = f"host:{default_port}, [::1]:{default_port}"
        raise ValueError(f"behind the @ of a URL stand host and port: {where}; write / in a password %2F")
    if "/" in database or "#" in url:
        raise ValueError("behind the host of a URL stands one database; write / in a password as %2F and # as %23")
    user, _, password = login.partition(":")
    if at and not user:
        raise ValueError("a URL with an @ has a user name before it")
    host = found["address"] if found["address"] is not None else unquote(found["name"])
    return Url(unquote(user), unquote(password), host, found["port"] or "", unquote(database), _query(query))


def _query(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, equals, value = part.partition("=")
        name = unquote(name)
        if not equals or not name or name in found:
            raise ValueError("the parameters of a URL are name=value, joined by &, each once")
        found[name] = unquote(value)
    return found


def named_once(*parts: Mapping[str, str]) -> dict[str, str]:
    """What the parts give together, without what is empty. Raises ValueError for what two of them give."""
    given: dict[str, str] = {}
    for part in parts:
        for name, value in part.items():
            if value and name in given:
                raise ValueError(f'a URL gives "{name}" once')
            if value:
                given[name] = value
    return given
