"""Connection URLs: `mysql://user:password@host:port/database?ssl-mode=VERIFY_IDENTITY`.

Source: MySQL manual, "Connecting to the Server Using URI-Like Strings or Key-Value Pairs".
"""

from __future__ import annotations

from typing import Any

from dmsform.provider.urls import named_once, split_url
from dmsform_mysql.parameters import arguments_of

_SCHEMES = ("mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql")


def parse_url(url: str) -> dict[str, Any]:
    """The endpoint's arguments that the URL gives. Raises ValueError, which repeats nothing of the URL."""
    found = split_url(url, _SCHEMES, 3306)
    login = {"user": found.user, "password": found.password, "host": found.host, "port": found.port}
    query: dict[str, str] = {}
    for name, value in found.query.items():
        spelled = name.lower().replace("_", "-")
        query = named_once(query, {"ssl-mode" if spelled == "sslmode" else spelled: value})
    return arguments_of(named_once(login, {"database": found.database}, query), strict=True)
