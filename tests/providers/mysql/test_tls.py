"""Encrypted connections to real servers: every ssl_mode, clients' certificates, and a diagnostic for each failure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dmsform.catalog.changes import TableDesign
from dmsform.catalog.model import TableName
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.protocols import ConnectionLostError
from dmsform.provider.registry import provider
from dmsform.provider.values import Owner, TableWrite
from dmsform.task.definition import EndpointDefinition
from dmsform.task.settings import TargetTablePrepMode
from dmsform.testing.certificates import Authority, Certificate
from dmsform.testing.contract_values import map_whole
from dmsform.testing.mysql_server import MysqlServer, mariadb_server, mysql_server
from dmsform.testing.proxy import Cut, Direction, FaultProxy, Rewrite
from dmsform_mysql.connect import connected
from dmsform_mysql.control import claim, release
from dmsform_mysql.dialect import MysqlDialect
from dmsform_mysql.reader import read_row_text
from dmsform_mysql.writer import load_row_text
from tests.servers import MysqlDatabase, packages_or_skip

pytestmark = pytest.mark.server

MYSQL = provider("mysql")
CLIENT_SSL = 0x0800
DO_NOTHING = TargetTablePrepMode.DO_NOTHING


@dataclass(frozen=True)
class Tls:
    """A server that speaks TLS, its authority, one that nobody trusts, and users that it takes in one way only."""

    server: MysqlServer
    authority: Authority
    stranger: Authority
    directory: Path
    encrypted: tuple[str, str]
    certified: tuple[str, str]

    def endpoint(self, **changed: Any) -> EndpointDefinition:
        """verify-full, unless changed; None takes an argument away."""
        name, password = self.encrypted
        given = {
            **self.server.settings(None, name, password), "host": "localhost", "ssl_mode": "verify-full",
            "ssl_root_cert": str(self.authority.certificate), **changed,
        }  # fmt: skip
        settings = {n: v for n, v in given.items() if v is not None}
        return EndpointDefinition(name="tls", engine="mysql", settings=settings)

    def show(self, certificate: Certificate) -> None:
        """Let the server show another certificate to whoever connects from now on."""
        own = self.server.data_dir.parent / "tls"
        shutil.copyfile(certificate.certificate, own / "server.pem")
        shutil.copyfile(certificate.key, own / "server.key")
        self.server.execute("ALTER INSTANCE RELOAD TLS" if self.server.flavor == "mysql" else "FLUSH SSL")

    def with_client(self, certificate: Certificate | None, **changed: Any) -> EndpointDefinition:
        """As the user that must show a certificate."""
        name, password = self.certified
        files = (
            {} if certificate is None else {"ssl_cert": str(certificate.certificate), "ssl_key": str(certificate.key)}
        )
        return self.endpoint(username=name, password=password, **{**files, **changed})


@pytest.fixture(scope="module", params=["mysql", "mariadb"])
def tls(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tls]:
    folder = tmp_path_factory.mktemp("tls")
    authority, stranger = Authority.make(folder / "ca"), Authority.make(folder / "stranger")
    start = mysql_server if request.param == "mysql" else mariadb_server
    with packages_or_skip(), start(folder / "server", tls=authority.server()) as server:
        encrypted = server.create_user("encrypted", require_ssl=True)
        certified = server.create_user("certified")
        server.execute("ALTER USER certified REQUIRE SUBJECT '/CN=certified'")
        yield Tls(server, authority, stranger, folder, encrypted, certified)


def encryption(endpoint: EndpointDefinition) -> str | None:
    return MYSQL.probe.probe(endpoint).encryption


def failure(endpoint: EndpointDefinition) -> Diagnostic:
    with pytest.raises(DiagnosticError) as raised:
        encryption(endpoint)
    (diagnostic,) = raised.value.diagnostics
    assert not isinstance(raised.value, ConnectionLostError), f"trying again does not help: {diagnostic}"
    assert diagnostic.place is not None
    assert diagnostic.place.endpoint == endpoint.name
    return diagnostic


def refused(endpoint: EndpointDefinition, detail: str, remedy: str) -> None:
    """It fails for that reason with that remedy, and not in a way that a later try could mend."""
    found = failure(endpoint)
    assert found.code == "DMS519", found
    assert detail in found.detail, found
    assert remedy in found.remedy, found


def test_every_mode_connects_as_it_says(tls: Tls) -> None:
    for mode in ("require", "verify-ca", "verify-full"):
        root = None if mode == "require" else str(tls.authority.certificate)
        endpoint = tls.endpoint(ssl_mode=mode, ssl_root_cert=root)
        assert encryption(endpoint) == "TLSv1.3"
        with connected(endpoint) as connection:
            (row,) = connection.rows("SHOW STATUS LIKE 'Ssl_version'")
            assert row[1] == "TLSv1.3", "the server says so too"
    plain = EndpointDefinition(name="plain", engine="mysql", settings=tls.server.settings())
    assert encryption(plain) is None


def test_who_must_be_encrypted_is_told_of_ssl_mode(tls: Tls) -> None:
    found = failure(tls.endpoint(ssl_mode="none", ssl_root_cert=None))
    assert found.code == "DMS504", "the server says no more than of a wrong password"
    assert "set ssl_mode" in found.remedy
    tls.server.execute("SET GLOBAL require_secure_transport = ON")
    try:
        found = failure(EndpointDefinition(name="plain", engine="mysql", settings=tls.server.settings()))
        assert found.code == ("DMS519" if tls.server.flavor == "mysql" else "DMS504")
        assert "ssl_mode" in found.remedy
    finally:
        with tls.server.connect(ssl={"ca": str(tls.authority.certificate)}) as connection:
            connection.cursor().execute("SET GLOBAL require_secure_transport = OFF")


class Stripper:
    """Takes the capability of TLS out of the server's first packet, in however many pieces it comes."""

    def __init__(self) -> None:
        self.held = b""
        self.greeted = False

    def __call__(self, piece: bytes) -> bytes:
        if self.greeted:
            return piece
        self.held += piece
        if len(self.held) < 4 or len(self.held) < 4 + int.from_bytes(self.held[:3], "little"):
            return b""
        greeting, self.greeted = self.held, True
        at = greeting.index(b"\0", 5) + 1 + 4 + 8 + 1
        low = int.from_bytes(greeting[at : at + 2], "little")
        assert low & CLIENT_SSL
        return greeting[:at] + (low & ~CLIENT_SSL).to_bytes(2, "little") + greeting[at + 2 :]


def test_a_proxy_that_strips_tls_gets_nothing(tls: Tls) -> None:
    with FaultProxy(tls.server.host, tls.server.port) as proxy:
        proxy.set(Rewrite(Stripper()), Direction.TO_CLIENT)
        refused(tls.endpoint(host=proxy.host, port=proxy.port), "something in between", "strips it")
        assert proxy.received(Direction.TO_SERVER) == 0


def test_a_handshake_that_is_cut_may_be_tried_again(tls: Tls) -> None:
    with FaultProxy(tls.server.host, tls.server.port) as proxy:
        for after in (0, 3, 60, 200, 900):
            for reset in (False, True):
                proxy.clear()
                proxy.set(Cut(reset=reset), Direction.TO_CLIENT, after_bytes=after)
                with pytest.raises(ConnectionLostError, match=r"DMS50[37]"):
                    encryption(tls.endpoint(port=proxy.port))
        proxy.clear()
        assert encryption(tls.endpoint(port=proxy.port)) == "TLSv1.3"


def test_a_server_that_is_not_the_one_it_should_be(tls: Tls) -> None:
    for mode in ("verify-ca", "verify-full"):
        refused(
            tls.endpoint(ssl_mode=mode, ssl_root_cert=str(tls.stranger.certificate)), "of no authority in", "ssl_ca"
        )
        refused(tls.endpoint(ssl_mode=mode, ssl_root_cert=None), "the system's list", "ssl_root_cert")


def test_a_certificate_for_another_host_or_of_the_past(tls: Tls) -> None:
    try:
        tls.show(tls.authority.server("elsewhere", hosts=["db1.internal"]))
        for host in ("localhost", "127.0.0.1"):
            refused(tls.endpoint(host=host), "for another host", "name that the certificate is for")
        assert encryption(tls.endpoint(ssl_mode="verify-ca"))
        if tls.server.flavor == "mysql":
            return  # it loads no certificate that has expired
        tls.show(tls.authority.server("expired", expired=True))
        for mode in ("verify-ca", "verify-full"):
            refused(tls.endpoint(ssl_mode=mode), "out of date: certificate has expired", "Renew")
        assert encryption(tls.endpoint(ssl_mode="require", ssl_root_cert=None))
    finally:
        tls.show(tls.authority.server("renewed"))
    assert encryption(tls.endpoint())


def test_clients_certificates(tls: Tls) -> None:
    assert encryption(tls.with_client(tls.authority.client("certified")))
    absent = failure(tls.with_client(None))
    assert absent.code == "DMS504", "the server says no more than of a wrong password"
    assert "give ssl_cert and ssl_key" in absent.remedy
    another = failure(tls.with_client(tls.authority.client("somebody", "somebody")))
    assert another.code == "DMS504"
    foreign = tls.stranger.client("certified")
    refused(tls.with_client(foreign), "does not accept the client's certificate", "server's ssl_ca")
    expired = tls.authority.client("certified", "old", expired=True)
    refused(tls.with_client(expired), "does not accept the client's certificate", "valid")


def test_files_that_cannot_be_used(tls: Tls) -> None:
    own = tls.authority.client("certified", "files")
    missing, garbage = tls.directory / "missing.pem", tls.directory / "garbage.pem"
    garbage.write_text("not a certificate")
    for name in ("ssl_root_cert", "ssl_cert", "ssl_key", "ssl_crl"):
        refused(tls.with_client(own, **{name: str(missing)}), f"The file of {name}", "Put it there")
        refused(tls.with_client(own, **{name: str(garbage)}), "cannot be used", "PEM")
    refused(tls.with_client(own, ssl_key=str(tls.authority.key)), "cannot be used", "belong together")


def test_a_table_is_read_and_loaded_over_tls(tls: Tls) -> None:
    """Buffers of rows go past the driver, and must not go past its encryption."""
    database = MysqlDatabase(tls.server, tls.server.create_database())
    database.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(200)) ENGINE=InnoDB",
        "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) "
        "SELECT a.i * 1000 + b.i, REPEAT('x', 150) FROM n a JOIN n b WHERE b.i <= 30",
    )
    endpoint = tls.endpoint(username="root", password=tls.server.password, ssl_mode="require", ssl_root_cert=None)
    name = TableName(database.name, "t")
    table = MYSQL.introspector.introspect(endpoint).table(name)
    assert table is not None
    mapped = map_whole(table, TableName(database.name, "copy"))
    design = MysqlDialect().design(mapped, "mysql")
    assert isinstance(design, TableDesign)
    owner = Owner("tls", "tls", "tests")
    tls.server.execute("SET GLOBAL require_secure_transport = ON")
    try:
        write = TableWrite(owner, claim(endpoint, owner, [mapped.target]), 1, mapped, design, DO_NOTHING)
        with read_row_text(endpoint, mapped) as stream, load_row_text(endpoint, write) as load:
            load.prepare()
            for buffer in stream:
                load.write_row_text(buffer)
            load.finish_rows(stream.rows)
            load.record(stream.rows, stream.cut)
            load.commit()
            assert stream.rows == 27_000
        release(endpoint, owner)
    finally:
        with tls.server.connect(ssl={"ca": str(tls.authority.certificate)}) as connection:
            connection.cursor().execute("SET GLOBAL require_secure_transport = OFF")
    ((different,),) = database.rows(
        "SELECT COUNT(*) FROM t LEFT JOIN copy USING (id) WHERE copy.v IS NULL OR t.v <> copy.v"
    )
    assert different == 0
