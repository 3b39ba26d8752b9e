"""TLS material for tests: authorities, servers' and clients' certificates, and those that must be refused."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOCAL = ("localhost", "127.0.0.1")
"""The names under which throw-away servers are reached."""
_PURPOSES = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: a certificate, its private key, and the certificate of the authority that issued it."""

    certificate: Path
    key: Path
    authority: Path


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority of its own; `certificate` is the PEM file to trust, issued files lie beside it."""

    certificate: Path
    key: Path

    @classmethod
    def make(cls, directory: Path, name: str = "ca") -> Authority:
        """A new authority, which nobody trusts yet; its files are `directory`/`name`.pem and .key."""
        directory.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(f"dmsform test authority {name}")
        builder = _builder(subject, subject, key.public_key(), timedelta(days=1))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(authority=True), critical=True)
        made = cls(directory / f"{name}.pem", directory / f"{name}.key")
        _write(made.certificate, made.key, builder.sign(key, hashes.SHA256()), key)
        return made

    def server(self, name: str = "server", *, hosts: Sequence[str] = LOCAL, expired: bool = False) -> Certificate:
        """A server's certificate for these host names and addresses; `name` names its files."""
        return self._issue(name, "server", hosts[0], hosts, expired=expired)

    def client(self, username: str, name: str = "client", *, expired: bool = False) -> Certificate:
        """A client's certificate whose common name is the database user."""
        return self._issue(name, "client", username, (), expired=expired)

    def _issue(self, name: str, purpose: str, subject: str, hosts: Sequence[str], *, expired: bool) -> Certificate:
        own = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        own_key = serialization.load_pem_private_key(self.key.read_bytes(), None)
        assert isinstance(own_key, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        validity = timedelta(hours=-1) if expired else timedelta(hours=23)
        builder = _builder(_name(subject), own.subject, key.public_key(), validity)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(authority=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([_PURPOSES[purpose]]), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(own_key.public_key())
        builder = builder.add_extension(issuer, critical=False)
        if hosts:
            names = x509.SubjectAlternativeName([_host(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        folder = self.certificate.parent
        made = Certificate(folder / f"{name}.pem", folder / f"{name}.key", self.certificate)
        _write(made.certificate, made.key, builder.sign(own_key, hashes.SHA256()), key)
        return made


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, validity: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + validity)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write(
    certificate_file: Path, key_file: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> None:
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
