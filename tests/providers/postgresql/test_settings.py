"""The endpoint block's arguments."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dmsform.provider.values import EmbeddedServer
from dmsform_postgresql.settings import PostgresSettings

_LEAST = {"database": "shop", "username": "dms"}


def test_defaults_and_secret() -> None:
    settings = PostgresSettings.model_validate({**_LEAST, "password": "s3cret"})
    assert (settings.host, settings.port, settings.ssl_mode) == ("localhost", 5432, "none")
    assert "s3cret" not in repr(settings)
    assert settings.dump()["password"] == "s3cret"
    assert settings.conninfo()["sslmode"] == "disable"


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_ssl_modes_are_libpqs(mode: str) -> None:
    settings = PostgresSettings.model_validate({**_LEAST, "ssl_mode": mode, "ssl_root_cert": "/ca.pem"})
    assert settings.conninfo()["sslmode"] == mode
    assert settings.conninfo()["sslrootcert"] == "/ca.pem"


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"url": "postgresql://x"}, "url"),
        ({"service": "prod"}, "service"),
        ({"prot": 5432}, "prot"),
        ({"port": 70000}, "port"),
        ({"ssl_mode": "prefer"}, "ssl_mode"),
        ({"database": ""}, "database"),
    ],
)
def test_what_is_not_known_or_not_built_is_refused_by_name(change: dict[str, object], names: str) -> None:
    with pytest.raises(ValidationError, match=names):
        PostgresSettings.model_validate({**_LEAST, **change})


def test_what_an_embedded_server_gives_is_accepted() -> None:
    given = {"host": "127.0.0.1", "port": 5433, "database": "d", "username": "postgres", "password": "p"}
    server = EmbeddedServer(given, "/data", running=True)
    assert PostgresSettings.model_validate(server.settings).dump()["port"] == 5433
