"""The arguments of an endpoint block with `engine = "postgresql"`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, SecretStr, model_validator

from dmsform.provider.values import EndpointSettings

_NOT_BUILT = {
    "url": "give host, port, database, username and password instead",
    "service": "give host, port, database, username and password instead of a service file",
}


class PostgresSettings(EndpointSettings):
    """How to reach a PostgreSQL database. Without a password, libpq's own sources (a pgpass file) are asked."""

    host: str = Field(default="localhost", min_length=1, description="host name, address, or directory of the socket")
    port: int = Field(default=5432, ge=1, le=65535, description="TCP port")
    database: str = Field(min_length=1, description="the database; an endpoint is one database")
    username: str = Field(min_length=1, description="the role to log in as")
    password: SecretStr | None = Field(
        default=None, description="the role's password; leave out for authentication without one"
    )
    ssl_mode: Literal["none", "require", "verify-ca", "verify-full"] = Field(
        default="none",
        description="none: no encryption (libpq's disable); require: encrypted, the server is not verified; "
        "verify-ca: its certificate is; verify-full: and its host name",
    )
    ssl_root_cert: str | None = Field(default=None, description="file of the authorities' certificates (PEM)")
    ssl_cert: str | None = Field(default=None, description="file of the client's certificate (PEM)")
    ssl_key: str | None = Field(default=None, description="file of the client's private key (PEM)")
    connect_timeout: int = Field(default=10, ge=2, le=600, description="seconds to wait for a connection")

    @model_validator(mode="before")
    @classmethod
    def _refuse_what_is_not_built(cls, given: Any) -> Any:
        if isinstance(given, dict):
            for name, instead in _NOT_BUILT.items():
                if given.get(name) is not None:
                    raise ValueError(f'argument "{name}" is not supported by this version: {instead}')
        return given

    def conninfo(self) -> dict[str, Any]:
        """Keyword arguments of `psycopg.connect`."""
        ssl = "disable" if self.ssl_mode == "none" else self.ssl_mode
        given = {
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "user": self.username,
            "password": self.password.get_secret_value() if self.password else "",
            "sslmode": ssl,
            "sslrootcert": self.ssl_root_cert,
            "sslcert": self.ssl_cert,
            "sslkey": self.ssl_key,
            "connect_timeout": self.connect_timeout,
        }
        # Empty, not absent: libpq would fill an absent one from the environment or a password file.
        fixed = {"hostaddr": "", "options": "", "passfile": "/dev/null"}
        return fixed | {name: value for name, value in given.items() if value is not None}
