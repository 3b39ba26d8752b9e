"""The arguments of an endpoint block with `engine = "mysql"`, which stands for MySQL and MariaDB."""

from __future__ import annotations

import ssl
from typing import Any, Literal

from pydantic import Field, SecretStr

from dmsform.provider.values import EndpointSettings

SslMode = Literal["none", "require", "verify-ca", "verify-full"]


class MysqlSettings(EndpointSettings):
    """How to reach a MySQL or MariaDB server."""

    host: str = Field(default="localhost", min_length=1, description="host name or address")
    port: int = Field(default=3306, ge=1, le=65535, description="TCP port")
    database: str | None = Field(
        default=None,
        min_length=1,
        description="narrows a source to this database; without it, a source is every database that the user sees",
    )
    username: str = Field(min_length=1, description="the user to log in as")
    password: SecretStr | None = Field(default=None, description="the user's password")
    ssl_mode: SslMode = Field(
        default="none",
        description="none: no encryption; require: encrypted, the server is not verified; verify-ca: its certificate "
        "is; verify-full: and its host name",
    )
    ssl_root_cert: str | None = Field(default=None, description="file of the authorities' certificates (PEM)")
    ssl_cert: str | None = Field(default=None, description="file of the client's certificate (PEM)")
    ssl_key: str | None = Field(default=None, description="file of the client's private key (PEM)")
    connect_timeout: int = Field(default=10, ge=2, le=600, description="seconds to wait for a connection")

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of a connection. Raises OSError and ssl.SSLError for unusable certificate files."""
        return {
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "user": self.username,
            "password": self.password.get_secret_value() if self.password else "",
            "connect_timeout": self.connect_timeout,
            "ssl_disabled": self.ssl_mode == "none",
            "ssl": self._context() if self.ssl_mode != "none" else None,
        }

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.ssl_root_cert)
        # The certificates that MySQL makes for itself lack extensions that the strict mode of Python 3.13 asks for.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        context.check_hostname = self.ssl_mode == "verify-full"
        context.verify_mode = ssl.CERT_NONE if self.ssl_mode == "require" else ssl.CERT_REQUIRED
        if self.ssl_cert:
            context.load_cert_chain(self.ssl_cert, self.ssl_key)
        return context
