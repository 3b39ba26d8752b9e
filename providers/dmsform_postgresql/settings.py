"""The arguments of an endpoint block with `engine = "postgresql"`.

A URL is taken apart when the block is read: what is kept are its parts, the password among the secrets. A service is
looked up whenever a connection is made; arguments beside it win.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from dmsform.provider.arguments import TLS_FILES, VERIFYING, check_tls, expand_url, first_problem, wrong_argument
from dmsform.provider.values import EndpointSettings
from dmsform_postgresql.parameters import check_options
from dmsform_postgresql.service import read_service
from dmsform_postgresql.url import parse_url

_OF_A_URL = ("host", "port", "database", "username", "service")
_OF_A_SERVICE = ("host", "port", "ssl_mode", "connect_timeout")
_ANY_METHOD = "scram-sha-256,md5,password,gss,sspi,none"
_NOWHERE = "/dev/null/none"
"""A file that cannot exist: libpq then looks into no home directory."""

# libpq fills what is not given from the environment and the home directory: everything is given.
_FIXED: dict[str, Any] = {
    "hostaddr": "", "options": "", "passfile": _NOWHERE, "client_encoding": "UTF8", "replication": "",
    "sslrootcert": _NOWHERE, "sslcert": _NOWHERE, "sslkey": _NOWHERE, "sslcrl": _NOWHERE, "sslcrldir": "",
    "sslcertmode": "disable", "sslcompression": "0", "sslnegotiation": "postgres", "sslsni": "1",
    "ssl_min_protocol_version": "TLSv1.2", "ssl_max_protocol_version": "", "gssencmode": "disable",
    "krbsrvname": "postgres", "gssdelegation": "0", "requirepeer": "", "require_auth": _ANY_METHOD,
    "channel_binding": "prefer", "target_session_attrs": "any", "load_balance_hosts": "disable",
    "min_protocol_version": "3.0", "max_protocol_version": "3.0", "gsslib": "gssapi",
    "application_name": "dmsform",
}  # fmt: skip


class PostgresSettings(EndpointSettings):
    """How to reach a PostgreSQL database: by arguments, by a URL, or by a service file.

    Nothing is taken from the environment or from libpq's own files (PGHOST, ~/.pgpass, ~/.postgresql).
    """

    files: ClassVar[frozenset[str]] = frozenset({*TLS_FILES, "service_file"})

    url: SecretStr | None = Field(
        default=None,
        description="postgresql://username:password@host:port/database?sslmode=verify-full, instead of the arguments "
        "that it holds; its password is kept as a secret",
    )
    service: str | None = Field(
        default=None,
        min_length=1,
        description="a service of the service file, looked up at every connection; arguments beside it win",
    )
    service_file: str | None = Field(
        default=None,
        min_length=1,
        description="the service file; without it, .pg_service.conf in the home directory of the user that the "
        "replication instance runs as",
    )
    host: str | None = Field(
        default="localhost", min_length=1, description="host name, address, or directory of the socket"
    )
    port: int | None = Field(default=5432, ge=1, le=65535, description="TCP port")
    database: str | None = Field(
        default=None,
        min_length=1,
        validate_default=True,
        description="the database; an endpoint is one database. Required, unless url or service gives it",
    )
    username: str | None = Field(
        default=None,
        min_length=1,
        validate_default=True,
        description="the role to log in as. Required, unless url or service gives it",
    )
    password: SecretStr | None = Field(
        default=None, description="the role's password; leave out for authentication without one"
    )
    ssl_mode: Literal["none", "require", "verify-ca", "verify-full"] | None = Field(
        default="none",
        description="none: no encryption (libpq's disable); require: encrypted, the server is not verified; "
        "verify-ca: its certificate is; verify-full: and its host name",
    )
    ssl_root_cert: str | None = Field(default=None, description="file of the authorities' certificates (PEM)")
    ssl_cert: str | None = Field(default=None, description="file of the client's certificate (PEM)")
    ssl_key: str | None = Field(
        default=None, description="file of the client's private key (PEM), readable by its owner alone"
    )
    ssl_crl: str | None = Field(default=None, description="file of revoked certificates (PEM)")
    connect_timeout: int | None = Field(default=10, ge=2, le=600, description="seconds to wait for a connection")
    stall_timeout: int = Field(
        default=600,
        ge=0,
        le=86400,
        description="seconds without a byte after which the server is asked, over another connection, whether it is "
        "at work; if it is not, the connection is given up and the table tried again. 0: wait for ever",
    )
    options: dict[str, str] | None = Field(
        default=None,
        description="further parameters of libpq: application_name, channel_binding, gssencmode, krbsrvname, "
        "require_auth, requirepeer, ssl_min_protocol_version, ssl_max_protocol_version, sslnegotiation, sslsni, "
        "target_session_attrs",
    )

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, given: Any) -> Any:
        """Take a URL apart; beside a service, what has a default is not given."""
        if not isinstance(given, dict):
            return given
        url = given.get("url")
        url = url.get_secret_value() if isinstance(url, SecretStr) else url
        if isinstance(url, str):
            return expand_url(given, url, parse_url, _OF_A_URL)
        if given.get("service") is not None:
            return {**dict.fromkeys(_OF_A_SERVICE), **given}
        return given

    @field_validator("service_file")
    @classmethod
    def _of_a_service(cls, file: str | None, info: ValidationInfo) -> str | None:
        if file is not None and info.data.get("service") is None:
            raise ValueError("a service file is read for a service: give service too")
        return file

    @field_validator("database", "username")
    @classmethod
    def _required(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("service") is None:
            raise PydanticCustomError("missing", "Field required")
        return value

    @field_validator("options")
    @classmethod
    def _known(cls, options: dict[str, str] | None) -> dict[str, str] | None:
        check_options(options or {})
        return options

    @model_validator(mode="after")
    def _agreeing(self) -> PostgresSettings:
        if self.service is not None:
            return self  # known when the service is looked up
        if self.ssl_mode in VERIFYING and self.ssl_root_cert is None:
            needs = "needs the authorities' certificates to verify the server by"
            raise wrong_argument("ssl_root_cert", f'ssl_mode "{self.ssl_mode}" {needs}')
        check_tls(self.ssl_mode, {name: getattr(self, name) for name in TLS_FILES})
        return self

    def resolved(self) -> PostgresSettings:
        """The settings with what the service gives. Raises ValueError: the service cannot be had."""
        if self.service is None:
            return self
        found = read_service(self.service, self.service_file)
        own = {name: value for name, value in self.dump().items() if value is not None}
        options = {**found.get("options", {}), **own.get("options", {})}
        given = {**found, **own, "options": options or None, "service": None, "service_file": None}
        try:
            return PostgresSettings.model_validate(given)
        except ValidationError as error:
            place = f'service "{self.service}" and the arguments beside it'
            raise ValueError(f"{place}: {first_problem(error)}") from None

    def conninfo(self) -> dict[str, Any]:
        """Keyword arguments of `psycopg.connect`, of settings that are resolved."""
        given = {
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "user": self.username,
            "password": self.password.get_secret_value() if self.password else "",
            "sslmode": "disable" if self.ssl_mode == "none" else self.ssl_mode,
            "sslrootcert": self.ssl_root_cert,
            "sslcert": self.ssl_cert,
            "sslkey": self.ssl_key,
            "sslcrl": self.ssl_crl,
            "sslcertmode": "allow" if self.ssl_cert else None,
            "connect_timeout": self.connect_timeout,
        }
        return _FIXED | {name: value for name, value in given.items() if value is not None} | (self.options or {})


def login_of(settings: dict[str, Any]) -> tuple[str, str]:
    """User name and database of an endpoint's settings, for messages and the statements in them."""
    try:
        found = PostgresSettings.model_validate(settings).resolved()
    except ValueError:
        return "...", "..."
    return str(found.username), str(found.database)
