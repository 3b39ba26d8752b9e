"""The arguments of an endpoint block with `engine = "mysql"`, which stands for MySQL and MariaDB.

A URL is taken apart when the block is read: what is kept are its parts, the password among the secrets. An option file
is read whenever a connection is made; arguments beside it win. Only what is given counts: no environment, no ~/.my.cnf.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from dmsform.provider.arguments import TLS_FILES, check_tls, expand_url, first_problem, wrong_argument
from dmsform.provider.values import EndpointSettings
from dmsform_mysql.aws_settings import NOT_HONOURED
from dmsform_mysql.option_file import read_option_file
from dmsform_mysql.url import parse_url

_OF_A_URL = ("host", "port", "socket", "database", "username", "option_file")
_OF_A_FILE = ("host", "port", "ssl_mode", "connect_timeout")


class MysqlSettings(EndpointSettings):
    """How to reach a MySQL or MariaDB server: by arguments, by a URL, or by an option file."""

    files: ClassVar[frozenset[str]] = frozenset({*TLS_FILES, "option_file", "socket"})
    location: ClassVar[frozenset[str]] = frozenset({"host", "port", "socket"})

    url: SecretStr | None = Field(
        default=None,
        description="mysql://username:password@host:port/database?ssl-mode=VERIFY_IDENTITY, instead of the arguments "
        "that it holds; its password is kept as a secret",
    )
    option_file: str | None = Field(
        default=None,
        min_length=1,
        description="an option file (my.cnf), read at every connection; arguments beside it win",
    )
    option_group: str = Field(default="client", min_length=1, description="the group of the option file that is read")
    host: str | None = Field(default="localhost", min_length=1, description="host name or address")
    port: int | None = Field(default=3306, ge=1, le=65535, description="TCP port")
    socket: str | None = Field(
        default=None, min_length=1, description="file of a Unix socket, instead of host and port"
    )
    database: str | None = Field(
        default=None,
        min_length=1,
        description="narrows a source to this database; without it, a source is every database that the user sees",
    )
    username: str | None = Field(
        default=None,
        min_length=1,
        validate_default=True,
        description="the user to log in as. Required, unless url or option_file gives it",
    )
    password: SecretStr | None = Field(default=None, description="the user's password")
    ssl_mode: Literal["none", "require", "verify-ca", "verify-full"] | None = Field(
        default="none",
        description="none: no encryption; require: encrypted, the server is not verified; verify-ca: its certificate "
        "is; verify-full: and its host name",
    )
    ssl_root_cert: str | None = Field(
        default=None,
        description="file of the authorities' certificates (PEM) to verify the server by; without it, those of the "
        "system count",
    )
    ssl_cert: str | None = Field(default=None, description="file of the client's certificate (PEM)")
    ssl_key: str | None = Field(default=None, description="file of the client's private key (PEM), without passphrase")
    ssl_crl: str | None = Field(default=None, description="file of revoked certificates (PEM)")
    connect_timeout: int | None = Field(
        default=10, ge=2, le=600, description="seconds to wait for the server to answer and log in"
    )
    stall_timeout: int = Field(
        default=600,
        ge=0,
        le=86400,
        description="seconds without a byte after which the server is asked, over another connection, whether it is "
        "at work; if it is not, the connection is given up and the table tried again. 0: wait for ever",
    )

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, given: Any) -> Any:
        """Take a URL apart; beside an option file or a socket, what has a default is not given."""
        if not isinstance(given, dict):
            return given
        for name in given.keys() & NOT_HONOURED.keys():
            raise wrong_argument(name, f"there is no argument {name}: {NOT_HONOURED[name]}")
        url = given.get("url")
        url = url.get_secret_value() if isinstance(url, SecretStr) else url
        if isinstance(url, str):
            given = expand_url(given, url, parse_url, _OF_A_URL)
        if given.get("option_file") is not None:
            return {**dict.fromkeys(_OF_A_FILE), **given}
        if given.get("socket") is not None:
            return {"host": None, "port": None, **given}
        return given

    @field_validator("username")
    @classmethod
    def _required(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("option_file") is None:
            raise PydanticCustomError("missing", "Field required")
        return value

    @model_validator(mode="after")
    def _agreeing(self) -> MysqlSettings:
        beside = next((name for name in ("host", "port") if getattr(self, name) is not None), None)
        if self.socket is not None and beside:
            raise wrong_argument(beside, f"{beside} is not given beside a socket")
        if self.option_file is not None:
            return self  # known when the file is read
        if self.option_group != "client":
            raise wrong_argument("option_group", "it is a group of an option file: give option_file too")
        if self.socket is not None and self.ssl_mode != "none":
            raise wrong_argument("ssl_mode", "a socket is on this machine: nothing is encrypted on it")
        check_tls(self.ssl_mode, {name: getattr(self, name) for name in TLS_FILES})
        return self

    @property
    def address(self) -> str:
        """Where the server is, for people."""
        return self.socket or f"{self.host}:{self.port}"

    def resolved(self) -> MysqlSettings:
        """The settings with what the option file gives. Raises ValueError: the file cannot be had."""
        if self.option_file is None:
            return self
        found = read_option_file(self.option_file, self.option_group)
        own = {name: value for name, value in self.dump().items() if value is not None}
        if "socket" in own or own.keys() & {"host", "port"}:
            found = {n: v for n, v in found.items() if n not in ("host", "port", "socket") or _joins(n, own)}
        try:
            return MysqlSettings.model_validate({**found, **own, "option_file": None, "option_group": "client"})
        except ValidationError as error:
            place = f"option file {self.option_file} [{self.option_group}] and the arguments beside it"
            raise ValueError(f"{place}: {first_problem(error)}") from None


def _joins(name: str, own: dict[str, Any]) -> bool:
    """Whether the file's host or port may stand beside the block's own: a socket and an address never."""
    return name != "socket" and "socket" not in own
