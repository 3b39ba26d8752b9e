"""PyMySQL's connection, made safe against servers and networks that misbehave.

- The server never gets a file: a server may answer any statement with a request for a file of the client (LOAD DATA
  LOCAL), and PyMySQL would send it. The right to load is asked for, the driver's way of loading is not.
- A password leaves unencrypted in no form that could be read.
- Silence ends: while logging in by `connect_timeout`, later as `silence` says.
- What the driver cannot make sense of is an error of the connection (2027), and the connection is closed.
"""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import pymysql
from pymysql.connections import Connection
from pymysql.constants import CLIENT, CR
from pymysql.protocol import MysqlPacket

from dmsform_mysql.connect_errors import plain_text_refused
from dmsform_mysql.errors import MALFORMED_PACKET
from dmsform_mysql.settings import MysqlSettings
from dmsform_mysql.silence import PatientReader, Silence, send_patiently

T = TypeVar("T")

if TYPE_CHECKING:
    _Base = Connection[Any]
else:
    _Base = Connection

DEFAULT_CONNECT_TIMEOUT = 10
_KEEPALIVE = {
    "TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000,
}  # fmt: skip


class _Refused:
    """An authentication that shows the password to whoever listens; PyMySQL makes one per login."""

    plugin = ""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def authenticate(self, packet: MysqlPacket) -> MysqlPacket:
        """Answer the server's request. Raises OperationalError on a connection that is not encrypted."""
        del packet
        if self.plugin == "mysql_old_password" or not self._connection._secure:  # type: ignore[attr-defined]
            raise plain_text_refused(self.plugin)
        self._connection.write_packet(self._connection.password + b"\0")
        answer: MysqlPacket = self._connection._read_packet()  # type: ignore[no-untyped-call]
        return answer


class _ClearText(_Refused):
    plugin = "mysql_clear_password"


class _OldPassword(_Refused):
    plugin = "mysql_old_password"


class _Dialog(_Refused):
    plugin = "dialog"


class Driver(_Base):
    """A session.

    account -- who is logged in, as CURRENT_USER() says; errors carry it, for the grants they ask for; silence -- how
    long it is borne once the session is ready, None for ever.
    """

    account: str | None = None
    silence: Silence | None = None
    _ready = False

    @classmethod
    def to(cls, settings: MysqlSettings, context: ssl.SSLContext | None) -> Driver:
        """Connect and log in, in autocommit mode; until `wait_for_good`, silence of the server ends the session.

        settings -- resolved. Raises pymysql.Error.
        """
        password = settings.password.get_secret_value() if settings.password else ""
        raw = cls(
            host=settings.host or "localhost",
            port=settings.port or 0,
            unix_socket=settings.socket,
            user=settings.username,
            # As bytes: PyMySQL would take Latin-1.
            password=password.encode(),
            database=settings.database,
            connect_timeout=settings.connect_timeout or DEFAULT_CONNECT_TIMEOUT,
            read_timeout=settings.connect_timeout or DEFAULT_CONNECT_TIMEOUT,
            write_timeout=settings.connect_timeout or DEFAULT_CONNECT_TIMEOUT,
            ssl=context,
            ssl_disabled=context is None,
            charset="utf8mb4",
            autocommit=True,
            client_flag=CLIENT.LOCAL_FILES,
            local_infile=False,
            program_name="dmsform",
            auth_plugin_map={"mysql_clear_password": _ClearText, "mysql_old_password": _OldPassword, "dialog": _Dialog},
            defer_connect=True,
        )
        raw.understood(raw.connect)
        return raw

    @property
    def encryption(self) -> str | None:
        """The protocol of an encrypted connection (`TLSv1.3`)."""
        found = self._sock  # type: ignore[attr-defined]
        return found.version() if isinstance(found, ssl.SSLSocket) else None

    def understood(self, ask: Callable[[], T]) -> T:
        """The answer to a request. Raises pymysql.Error, also where the answer is none that a server gives."""
        try:
            return ask()
        except (pymysql.Error, OSError):
            raise
        except Exception as error:
            self._force_close()  # type: ignore[attr-defined]
            said = f"the answer is not one of MySQL's protocol ({type(error).__name__}: {error})"
            raise pymysql.OperationalError(MALFORMED_PACKET, said) from error

    def _read_packet(self, packet_type: type[MysqlPacket] = MysqlPacket) -> MysqlPacket:
        try:
            packet: MysqlPacket = super()._read_packet(packet_type)  # type: ignore[no-untyped-call]
        except pymysql.Error as error:
            error.account = self.account  # type: ignore[attr-defined]
            raise
        return packet

    def _write_bytes(self, data: bytes) -> None:
        if self.silence is None or not self._ready:
            super()._write_bytes(data)  # type: ignore[misc]
            return
        try:
            send_patiently(self._sock, data, self.silence)  # type: ignore[attr-defined]
        except OSError as error:
            self._force_close()  # type: ignore[attr-defined]
            raise pymysql.OperationalError(CR.CR_SERVER_GONE_ERROR, f"MySQL server has gone away ({error})") from error
        except pymysql.Error:
            self._force_close()  # type: ignore[attr-defined]
            raise

    def wait_for_good(self) -> None:
        """From now on the server may take its time, as long as it is there and works."""
        found: socket.socket = self._sock  # type: ignore[attr-defined]
        seconds = self.silence.seconds if self.silence else None
        self._read_timeout = self._write_timeout = self._current_timeout = seconds
        found.settimeout(seconds)
        if self.silence:
            self._rfile.close()  # type: ignore[has-type]
            self._rfile = io.BufferedReader(PatientReader(found, self.silence))
        self._ready = True
        if found.family == socket.AF_UNIX:
            return
        for name, value in _KEEPALIVE.items():
            # Not every system has all of them.
            if (option := getattr(socket, name, None)) is not None:
                found.setsockopt(socket.IPPROTO_TCP, option, value)
