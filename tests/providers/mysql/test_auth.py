"""Every way of logging in that the servers have, and those that must not be used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.registry import provider
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.mysql_server import MysqlServer
from dmsform.testing.proxy import Direction, FaultProxy, Rewrite
from dmsform_mysql.connect import connected

pytestmark = pytest.mark.server


def endpoint_of(server: MysqlServer, username: str, password: str, **changed: Any) -> EndpointDefinition:
    settings = {**server.settings(None, username, password), **changed}
    return EndpointDefinition(name="shop", engine="mysql", settings=settings)


def logged_in(endpoint: EndpointDefinition) -> str:
    with connected(endpoint) as connection:
        return connection.account


def refused(endpoint: EndpointDefinition, *remedy: str) -> Diagnostic:
    with pytest.raises(DiagnosticError) as raised:
        provider("mysql").probe.probe(endpoint)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "DMS504", diagnostic
    assert not isinstance(raised.value, ConnectionLostError)
    for words in remedy:
        assert words in diagnostic.remedy, diagnostic
    return diagnostic


@pytest.fixture
def user(mysql_family_server: MysqlServer) -> Callable[..., tuple[str, str]]:
    """Makes users of the server of `mysql_family_server`."""
    return mysql_family_server.create_user


@pytest.mark.parametrize("plugin", ["caching_sha2_password", "sha256_password"])
def test_mysql_with_and_without_tls(mysql_server: MysqlServer, plugin: str) -> None:
    # Longer than one block of the scramble, and in letters that Latin-1 lacks.
    for password in ("s3cret", "пароль-密碼-" + "x" * 40, ""):
        name, password = mysql_server.create_user(password=password or None, plugin=plugin)
        for mode in ("none", "require", "none"):
            mysql_server.execute("FLUSH PRIVILEGES")  # forgets who has logged in before: the whole exchange is needed
            assert logged_in(endpoint_of(mysql_server, name, password, ssl_mode=mode)) == f"{name}@%"
        # Now from the server's memory.
        assert logged_in(endpoint_of(mysql_server, name, password)) == f"{name}@%"


@pytest.mark.parametrize("plugin", ["ed25519", "mysql_native_password"])
def test_mariadb(mariadb_server: MysqlServer, plugin: str) -> None:
    name, password = mariadb_server.create_user(password="пароль", plugin=plugin)
    assert logged_in(endpoint_of(mariadb_server, name, password)) == f"{name}@%"
    refused(endpoint_of(mariadb_server, name, "not-it"), "username and password")


def test_a_user_without_a_password(mysql_family_server: MysqlServer) -> None:
    mysql_family_server.execute("CREATE USER without_password")
    assert logged_in(endpoint_of(mysql_family_server, "without_password", "")) == "without_password@%"


def test_names_in_any_script(mysql_family_server: MysqlServer, user: Callable[..., tuple[str, str]]) -> None:
    name, password = user(name="Ünïcødé'", password="päß'w\\rd\"%s")
    assert logged_in(endpoint_of(mysql_family_server, name, password)) == f"{name}@%"


def test_locked_and_expired(mysql_family_server: MysqlServer, user: Callable[..., tuple[str, str]]) -> None:
    name, password = user()
    mysql_family_server.execute(f"ALTER USER {name} ACCOUNT LOCK")
    refused(endpoint_of(mysql_family_server, name, password), "ACCOUNT UNLOCK")
    mysql_family_server.execute(f"ALTER USER {name} ACCOUNT UNLOCK", f"ALTER USER {name} PASSWORD EXPIRE")
    refused(endpoint_of(mysql_family_server, name, password), "PASSWORD EXPIRE NEVER")


def test_too_many_connections_of_a_user_may_pass(
    mysql_family_server: MysqlServer, user: Callable[..., tuple[str, str]]
) -> None:
    name, password = user()
    mysql_family_server.execute(f"ALTER USER {name} WITH MAX_USER_CONNECTIONS 1")
    endpoint = endpoint_of(mysql_family_server, name, password)
    with connected(endpoint), pytest.raises(ConnectionLostError, match="takes no further connections") as raised:
        logged_in(endpoint)
    assert "MAX_USER_CONNECTIONS" in raised.value.diagnostics[0].remedy


def request(plugin: bytes) -> bytes:
    payload = b"\xfe" + plugin + b"\0" + b"x" * 20 + b"\0"
    return len(payload).to_bytes(3, "little") + b"\x02" + payload


def asks_for(proxy: FaultProxy, plugin: bytes) -> bytearray:
    """Let the server ask for the password by a plugin, once the client has said its name; what the client says."""
    heard = bytearray()

    def listen(piece: bytes) -> bytes:
        heard.extend(piece)
        return piece

    proxy.set(Rewrite(listen), Direction.TO_SERVER)
    proxy.set(Rewrite(lambda piece: request(plugin) if heard else piece), Direction.TO_CLIENT)
    return heard


def test_the_password_is_never_shown_to_who_listens(
    mysql_family_server: MysqlServer, user: Callable[..., tuple[str, str]]
) -> None:
    """A server, or who answers in its place, may ask for the password in clear: unencrypted, it does not get it."""
    name, password = user(password="only-for-the-server")
    for plugin in (b"mysql_clear_password", b"mysql_old_password", b"dialog", b"parsec"):
        with FaultProxy(mysql_family_server.host, mysql_family_server.port) as proxy:
            heard = asks_for(proxy, plugin)
            endpoint = endpoint_of(mysql_family_server, name, password, port=proxy.port)
            found = refused(endpoint, "caching_sha2_password", "ed25519")
            assert plugin.decode() in found.detail
            assert name.encode() in heard
            assert password.encode() not in heard
