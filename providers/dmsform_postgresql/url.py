"""Connection URLs: `postgresql://user:password@host:port/database?sslmode=require`, as libpq reads them.

Source: PostgreSQL manual, "Connection URIs" (libpq-connect).
"""

from __future__ import annotations

from typing import Any

from dmsform.provider.urls import named_once, split_url
from dmsform_postgresql.parameters import arguments_of

_SCHEMES = ("postgresql", "postgres")


def parse_url(url: str) -> dict[str, Any]:
    """The endpoint's arguments that the URL gives. Raises ValueError, which repeats nothing of the URL."""
    found = split_url(url, _SCHEMES, 5432)
    login = {"user": found.user, "password": found.password, "host": found.host, "port": found.port}
    query = dict(found.query)
    if query.get("ssl") == "true":  # JDBC's way, which libpq takes too
        query = named_once({n: v for n, v in query.items() if n != "ssl"}, {"sslmode": "require"})
    return arguments_of(named_once(login, {"dbname": found.database}, query))
