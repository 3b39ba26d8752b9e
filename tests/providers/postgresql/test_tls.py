"""Encrypted connections to a real server: every ssl_mode, clients' certificates, and a diagnostic for each failure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dmsform.catalog.mapping import MappedTable
from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.provider.protocols import ConnectionLostError, RowTextLoad
from dmsform.task.definition import EndpointDefinition
from dmsform.testing.certificates import Authority, Certificate
from dmsform.testing.postgresql_server import PostgresServer, postgres_server
from dmsform.testing.proxy import Cut, Direction, FaultProxy, Garbage
from tests.providers.postgresql.moves import POSTGRES, claim, mapped_of, write_of
from tests.servers import PostgresDatabase, packages_or_skip, wait_until

pytestmark = pytest.mark.server

SSL_REQUEST_BYTES = 8


class TlsDatabase(PostgresDatabase):
    """A database whose endpoint is encrypted, whoever asks for it."""

    def endpoint(
        self, name: str = "warehouse", username: str | None = None, password: str | None = None
    ) -> EndpointDefinition:
        made = super().endpoint(name, username, password)
        return made.model_copy(update={"settings": {**made.settings, "ssl_mode": "require"}})


@dataclass(frozen=True)
class Tls:
    """A server that speaks TLS, its authority, one that nobody trusts, and users that it takes in one way only."""

    server: PostgresServer
    authority: Authority
    stranger: Authority
    directory: Path
    encrypted: tuple[str, str]
    certified: str

    def endpoint(self, **changed: Any) -> EndpointDefinition:
        """verify-full, unless changed; None takes an argument away."""
        name, password = self.encrypted
        given = {
            **self.server.settings("postgres", name, password), "host": "localhost", "ssl_mode": "verify-full",
            "ssl_root_cert": str(self.authority.certificate), **changed,
        }  # fmt: skip
        settings = {n: v for n, v in given.items() if v is not None}
        return EndpointDefinition(name="tls", engine="postgresql", settings=settings)

    def show(self, certificate: Certificate) -> None:
        """Let the server show another certificate to whoever connects from now on."""
        own = self.server.data_dir.parent / "tls"
        shutil.copyfile(certificate.certificate, own / "server.pem")
        shutil.copyfile(certificate.key, own / "server.key")
        before = self._loaded()
        with self.server.connect() as connection:
            connection.execute("SELECT pg_reload_conf()")
        wait_until(lambda: self._loaded() != before, "the server has loaded its certificate")

    def _loaded(self) -> Any:
        """When those who connect now get the settings from: it is the time of the process that forks sessions."""
        with self.server.connect() as connection:
            return connection.execute("SELECT pg_conf_load_time()").fetchone()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tls]:
    folder = tmp_path_factory.mktemp("tls")
    authority, stranger = Authority.make(folder / "ca"), Authority.make(folder / "stranger")
    hba = ["hostssl all certified all cert", "hostnossl all encrypted all reject"]
    with packages_or_skip(), postgres_server(folder / "server", tls=authority.server(), hba=hba) as server:
        encrypted = server.create_role("encrypted")
        server.create_role("certified")
        yield Tls(server, authority, stranger, folder, encrypted, "certified")


def failure(endpoint: EndpointDefinition) -> Diagnostic:
    with pytest.raises(DiagnosticError) as raised:
        POSTGRES.probe.probe(endpoint)
    (diagnostic,) = raised.value.diagnostics
    assert not isinstance(raised.value, ConnectionLostError), "trying again does not help"
    assert diagnostic.place is not None
    assert diagnostic.place.endpoint == endpoint.name
    return diagnostic


def refused(endpoint: EndpointDefinition, detail: str, remedy: str) -> None:
    """It fails for that reason with that remedy, and not in a way that a later try could mend."""
    found = failure(endpoint)
    assert found.code == "DMS519", found
    assert detail in found.detail, found
    assert remedy in found.remedy, found


def test_every_mode_connects_as_it_says(tls: Tls, postgres_database: PostgresDatabase) -> None:
    for mode in ("require", "verify-ca", "verify-full"):
        root = None if mode == "require" else str(tls.authority.certificate)
        assert POSTGRES.probe.probe(tls.endpoint(ssl_mode=mode, ssl_root_cert=root)).encryption == "TLSv1.3"
    older = {"ssl_max_protocol_version": "TLSv1.2", "channel_binding": "require"}
    assert POSTGRES.probe.probe(tls.endpoint(options=older)).encryption == "TLSv1.2"
    assert POSTGRES.probe.probe(postgres_database.endpoint()).encryption is None


def test_a_server_without_tls_and_a_user_without(tls: Tls, postgres_database: PostgresDatabase) -> None:
    plain = postgres_database.endpoint()
    settings = {**plain.settings, "ssl_mode": "require"}
    refused(plain.model_copy(update={"settings": settings}), "refuses encryption", "ssl = on")
    refused(tls.endpoint(ssl_mode="none", ssl_root_cert=None), "takes no unencrypted connection", "verify-full")


def test_a_proxy_that_strips_tls_gets_nothing(tls: Tls) -> None:
    with FaultProxy(tls.server.host, tls.server.port) as proxy:
        proxy.set(Garbage(b"N"), Direction.TO_CLIENT)
        refused(tls.endpoint(host=proxy.host, port=proxy.port), "something in between", "strips it")
        assert proxy.received(Direction.TO_SERVER) == SSL_REQUEST_BYTES


def test_a_handshake_that_is_cut_may_be_tried_again(tls: Tls) -> None:
    with FaultProxy(tls.server.host, tls.server.port) as proxy:
        for after, reset in ((0, False), (1, False), (1, True), (500, False), (500, True)):
            proxy.clear()
            proxy.set(Cut(reset=reset), Direction.TO_CLIENT, after_bytes=after)
            with pytest.raises(ConnectionLostError, match="DMS503"):
                POSTGRES.probe.probe(tls.endpoint(port=proxy.port))
        proxy.clear()
        assert POSTGRES.probe.probe(tls.endpoint(port=proxy.port)).encryption == "TLSv1.3"


def test_a_server_that_is_not_the_one_it_should_be(tls: Tls) -> None:
    for mode in ("verify-ca", "verify-full"):
        stranger = tls.endpoint(ssl_mode=mode, ssl_root_cert=str(tls.stranger.certificate))
        refused(stranger, "of no authority in", "ssl_root_cert")


def test_a_certificate_for_another_host_or_of_the_past(tls: Tls) -> None:
    try:
        tls.show(tls.authority.server("elsewhere", hosts=["db1.internal"]))
        refused(tls.endpoint(), "for another host", "name that the certificate is for")
        assert POSTGRES.probe.probe(tls.endpoint(ssl_mode="verify-ca")).encryption
        tls.show(tls.authority.server("expired", expired=True))
        for mode in ("verify-ca", "verify-full"):
            refused(tls.endpoint(ssl_mode=mode), "out of date: certificate has expired", "Renew")
        assert POSTGRES.probe.probe(tls.endpoint(ssl_mode="require", ssl_root_cert=None)).encryption
    finally:
        tls.show(tls.authority.server("renewed"))
    assert POSTGRES.probe.probe(tls.endpoint()).encryption


def with_client(tls: Tls, certificate: Certificate | None, **changed: Any) -> EndpointDefinition:
    files = {} if certificate is None else {"ssl_cert": str(certificate.certificate), "ssl_key": str(certificate.key)}
    return tls.endpoint(username=tls.certified, password=None, **{**files, **changed})


def test_clients_certificates(tls: Tls) -> None:
    own = tls.authority.client(tls.certified)
    assert POSTGRES.probe.probe(with_client(tls, own)).encryption
    refused(with_client(tls, None), "asks for a client's certificate", "Give ssl_cert and ssl_key")
    foreign = tls.stranger.client(tls.certified)
    refused(with_client(tls, foreign), "does not accept the client's certificate", "ssl_ca_file")
    expired = tls.authority.client(tls.certified, "old", expired=True)
    refused(with_client(tls, expired), "does not accept the client's certificate", "valid")
    another = failure(with_client(tls, tls.authority.client("somebody", "somebody")))
    assert another.code == "DMS504"


def test_files_that_cannot_be_used(tls: Tls) -> None:
    own = tls.authority.client(tls.certified, "files")
    missing, garbage, opened = (tls.directory / name for name in ("missing.pem", "garbage.pem", "open.key"))
    garbage.write_text("not a certificate")
    garbage.chmod(0o600)
    shutil.copyfile(own.key, opened)
    opened.chmod(0o644)
    for name in ("ssl_root_cert", "ssl_cert", "ssl_key", "ssl_crl"):
        refused(with_client(tls, own, **{name: str(missing)}), f"The file of {name}", "Put it there")
    refused(with_client(tls, own, ssl_crl=str(garbage)), "The file of ssl_crl", "Put it there")
    for name in ("ssl_root_cert", "ssl_cert", "ssl_key"):
        refused(with_client(tls, own, **{name: str(garbage)}), "cannot be used", "PEM")
    refused(with_client(tls, own, ssl_key=str(tls.authority.key)), "cannot be used", "belong together")
    refused(with_client(tls, own, ssl_key=str(opened)), "may be read by others", f"chmod 600 {opened}")


def test_options_that_server_and_endpoint_do_not_share(tls: Tls, postgres_database: PostgresDatabase) -> None:
    standby = {**postgres_database.endpoint().settings, "options": {"target_session_attrs": "standby"}}
    found = failure(EndpointDefinition(name="tls", engine="postgresql", settings=standby))
    assert (found.code, "options" in found.remedy) == ("DMS516", True)
    impossible = {"ssl_min_protocol_version": "TLSv1.3", "ssl_max_protocol_version": "TLSv1.2"}
    refused(tls.endpoint(options=impossible), "agree on no way", "options")


def test_a_table_is_read_and_loaded_over_tls(tls: Tls) -> None:
    name = tls.server.create_database()
    database = TlsDatabase(tls.server, name)
    try:
        database.execute("CREATE TABLE t AS SELECT n, repeat('x', 100) v FROM generate_series(1, 20000) n")
        mapped = mapped_of(database, "t", "copy")
        _load(database, mapped)
        assert database.value("SELECT count(*) FROM (TABLE t EXCEPT TABLE copy) x") == 0
        assert database.value("SELECT count(*) FROM copy") == 20000
        _refused_early(database, mapped_of(database, "t"))
    finally:
        tls.server.drop_database(name)


def _load(database: PostgresDatabase, mapped: MappedTable) -> None:
    assert POSTGRES.row_text_reader is not None
    assert POSTGRES.row_text_writer is not None
    write = write_of(mapped, claim(database, mapped.target))
    with (
        POSTGRES.row_text_reader.read_row_text(database.endpoint(), mapped) as stream,
        POSTGRES.row_text_writer.load_row_text(database.endpoint(), write) as load,
    ):
        load.prepare()
        for buffer in stream:
            load.write_row_text(buffer)
        load.finish_rows(stream.rows)
        load.record(stream.rows, stream.cut)
        load.commit()


def _refused_early(database: PostgresDatabase, mapped: MappedTable) -> None:
    """A refusal is heard although what waits cannot be read: else this would write for ever."""
    database.execute("TRUNCATE t", "ALTER TABLE t ADD CHECK (n > 0)")
    write = write_of(mapped, claim(database, mapped.target))
    assert POSTGRES.row_text_writer is not None
    with (
        POSTGRES.row_text_writer.load_row_text(database.endpoint(), write) as load,
        pytest.raises(DiagnosticError, match="DMS509"),
    ):
        _write_for_ever(load)


def _write_for_ever(load: RowTextLoad) -> None:
    load.prepare()
    while True:
        load.write_row_text(b"0\tx\n" * 10_000)
