"""TLS material as clients and servers take it: what must be trusted is, what must be refused is refused."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

from dmsform.testing.certificates import Authority, Certificate
from dmsform.testing.mysql_server import MysqlServer, mariadb_server, mysql_server
from dmsform.testing.postgresql_server import PostgresServer, postgres_server
from tests.servers import packages_or_skip

_MYSQL_FAMILY = {"mysql": mysql_server, "mariadb": mariadb_server}


def handshake(trusted: Authority, shown: Certificate) -> str | None:
    """Why a client that trusts one authority refuses what the server localhost shows; None when it does not."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(shown.certificate, shown.key)
    client_context = ssl.create_default_context(cafile=str(trusted.certificate))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, server_hostname="localhost")
    server = server_context.wrap_bio(to_server, to_client, server_side=True)
    waiting = [client, server]
    while waiting:
        side = waiting.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            waiting.append(side)
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
    return None


def test_what_is_wrong_shows_in_a_handshake(tmp_path: Path) -> None:
    authority, other = Authority.make(tmp_path / "ca"), Authority.make(tmp_path / "other")
    assert handshake(authority, authority.server()) is None
    assert "Hostname mismatch" in str(handshake(authority, authority.server("wrong", hosts=["db.example.com"])))
    assert handshake(authority, authority.server("expired", expired=True)) == "certificate has expired"
    assert "unable to get local issuer certificate" in str(handshake(authority, other.server()))
    assert (tmp_path / "ca" / "server.key").stat().st_mode & 0o777 == 0o600


def test_postgresql_shows_its_certificate_and_asks_for_the_clients(tmp_path: Path) -> None:
    authority, other = Authority.make(tmp_path / "ca"), Authority.make(tmp_path / "other")
    hba = ["hostnossl all all all reject", "hostssl all certified all cert"]
    with packages_or_skip(), postgres_server(tmp_path / "server", tls=authority.server(), hba=hba) as server:
        name, _ = server.create_role("certified")
        own, foreign = authority.client(name), other.client(name)
        assert _postgres(server, authority, own, name) == ("TLSv1.3", f"/CN={name}")
        with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
            _postgres(server, other, own, name)
        with pytest.raises(psycopg.OperationalError, match="unknown ca"):
            _postgres(server, authority, foreign, name)
        with pytest.raises(psycopg.OperationalError, match="no encryption"):
            psycopg.connect(**_keywords(server, name), sslmode="disable")


def _keywords(server: PostgresServer, user: str) -> dict[str, Any]:
    return {"host": "localhost", "hostaddr": server.host, "port": server.port, "dbname": "postgres", "user": user}


def _postgres(server: PostgresServer, trusted: Authority, client: Certificate, user: str) -> Any:
    options = {
        **_keywords(server, user),
        "sslmode": "verify-full",
        "sslrootcert": str(trusted.certificate),
        "sslcert": str(client.certificate),
        "sslkey": str(client.key),
    }
    with psycopg.connect(**options) as connection:
        return connection.execute("SELECT version, client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()


@pytest.mark.parametrize("flavor", _MYSQL_FAMILY)
def test_mysql_and_mariadb_show_their_certificate_and_ask_for_the_clients(flavor: str, tmp_path: Path) -> None:
    authority, other = Authority.make(tmp_path / "ca"), Authority.make(tmp_path / "other")
    with packages_or_skip(), _MYSQL_FAMILY[flavor](tmp_path / "server", tls=authority.server()) as server:
        user, password = server.create_user(require_ssl=True)
        with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
            server.connect(None, user, password, ssl_disabled=True)
        server.execute(f"ALTER USER '{user}'@'%' REQUIRE SUBJECT '/CN={user}'")
        own, foreign = authority.client(user), other.client(user)
        with _mysql(server, authority, own, (user, password)) as connection, connection.cursor() as cursor:
            cursor.execute("SHOW STATUS LIKE 'Ssl_version'")
            assert cursor.fetchone() == ("Ssl_version", "TLSv1.3")
        with pytest.raises(pymysql.err.OperationalError, match="certificate verify failed"):
            _mysql(server, other, own, (user, password))
        with pytest.raises(pymysql.err.OperationalError):
            _mysql(server, authority, foreign, (user, password))


def _mysql(
    server: MysqlServer, trusted: Authority, client: Certificate, user: tuple[str, str]
) -> pymysql.Connection[Any]:
    options: dict[str, Any] = {
        "ssl_ca": str(trusted.certificate),
        "ssl_cert": str(client.certificate),
        "ssl_key": str(client.key),
        "ssl_verify_cert": True,
        "ssl_verify_identity": True,
    }
    return server.connect(None, *user, **options)
