"""Why no encrypted connection came about, each cause with its remedy.

libpq says only that a certificate could not be verified. Then the server's certificate is looked at once more, with
Python's own TLS, which tells an expired certificate from one of an unknown authority.
"""

from __future__ import annotations

import re
import socket
import ssl
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform.provider.arguments import TLS_FILES
from dmsform.task.definition import EndpointDefinition
from dmsform_postgresql.settings import PostgresSettings

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_EXPIRED, _NOT_YET, _REVOKED, _NO_CRL = 10, 9, 23, 3


@dataclass(frozen=True, slots=True)
class Cause:
    """A pattern of libpq's or the server's message, what it means, and what to do. `{...}` are settings."""

    pattern: str
    detail: str
    remedy: str


_CAUSES = (
    Cause(
        r"server does not support SSL",
        'ssl_mode is "{ssl_mode}", and the server at {address}, or something in between, refuses encryption.',
        "Switch TLS on in the server (ssl = on, ssl_cert_file, ssl_key_file) and reload it. If it is on, a proxy or an "
        "attacker in between strips it: connect to the server itself. Nothing was sent unencrypted.",
    ),
    Cause(
        r"pg_hba\.conf (entry|rejects connection) for .*, no encryption",
        "The server at {address} takes no unencrypted connection of user {username} to database {database} from here.",
        'Set ssl_mode = "verify-full" with ssl_root_cert (or "require", which does not verify the server); if the '
        "server has no TLS, add an entry for this client to its pg_hba.conf.",
    ),
    Cause(
        r"does not match host name",
        'The certificate of the server at {address} is for another host: {text}. ssl_mode "verify-full" takes none '
        "but the one named by the argument host.",
        "Give as host a name that the certificate is for, or let the server have a certificate for this name. If the "
        'authorities in ssl_root_cert sign for this server alone, ssl_mode = "verify-ca" is enough.',
    ),
    Cause(
        r"alert (unknown ca|bad certificate|certificate (unknown|expired|revoked)|unsupported certificate)",
        "The server at {address} does not accept the client's certificate {ssl_cert}: {text}",
        "Give as ssl_cert a certificate that is valid and signed by an authority of the server's ssl_ca_file.",
    ),
    Cause(
        r"requires a valid client certificate|alert certificate required|alert handshake failure",
        "The server at {address} asks for a client's certificate: {text}",
        "Give ssl_cert and ssl_key: a certificate signed by an authority of the server's ssl_ca_file, and its key.",
    ),
    Cause(
        r"private key file .* has group or world access",
        "The key file {ssl_key} may be read by others: libpq does not use it.",
        "Run as its owner: chmod 600 {ssl_key}",
    ),
    Cause(
        r"private key file|certificate file|could not read certificate|CRL|does not match private key",
        "A file for encryption cannot be used: {text}",
        "Give ssl_root_cert, ssl_cert, ssl_key and ssl_crl as PEM files that belong together, the key without a "
        "passphrase.",
    ),
    Cause(
        r"received S$|received direct SSL",
        "The server at {address} answers in another protocol than PostgreSQL's: {text}",
        "Check host and port, and that no TLS proxy stands before the server.",
    ),
    Cause(
        r"protocol version|unsupported protocol|no protocols available|channel binding|no shared cipher",
        "Endpoint and server agree on no way to encrypt or authenticate: {text}",
        "Compare the argument options (ssl_min_protocol_version, channel_binding) with the settings of the server.",
    ),
    Cause(
        r"SSL error: (?!unexpected eof)",
        "The encrypted connection to {address} did not come about: {text}",
        "Check that it is a PostgreSQL server with TLS that answers there, and not a proxy that changes what is sent.",
    ),
)  # fmt: skip


def unreadable_files(endpoint: EndpointDefinition, settings: PostgresSettings) -> list[Diagnostic]:
    """The files for encryption that cannot be read or are none: libpq goes on without some of them, in silence."""
    return list(_unreadable(endpoint, settings))


def _unreadable(endpoint: EndpointDefinition, settings: PostgresSettings) -> Iterator[Diagnostic]:
    for name in TLS_FILES:
        file = getattr(settings, name)
        try:
            if file is not None:
                with Path(file).open("rb"):
                    pass
            if file is not None and name == "ssl_crl":
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
        except OSError as error:
            yield codes.TLS_FAILED.error(
                f"The file of {name} of endpoint {endpoint.name} cannot be used: {file}: {error.strerror}.",
                f"Put it there, on the machine of the replication instance, readable by its user; or correct {name}.",
                place=DataPlace(endpoint=endpoint.name),
            )


def tls_failure(text: str, endpoint: EndpointDefinition, settings: PostgresSettings) -> Diagnostic | None:
    """What went wrong with the encryption; None when the message is about something else."""
    address = f"{settings.host}:{settings.port}"
    place = DataPlace(endpoint=endpoint.name)
    if "certificate verify failed" in text:
        detail, remedy = _unverified(settings, address)
        return codes.TLS_FAILED.error(detail, remedy, place=place)
    cause = next((c for c in _CAUSES if re.search(c.pattern, text, re.S)), None)
    if cause is None:
        return None
    return codes.TLS_FAILED.error(
        _filled(cause.detail, settings, text), _filled(cause.remedy, settings, text), place=place
    )


def _filled(words: str, settings: PostgresSettings, text: str) -> str:
    return words.format(
        text=text.rstrip("."),
        address=f"{settings.host}:{settings.port}",
        ssl_mode=settings.ssl_mode,
        username=settings.username,
        database=settings.database,
        ssl_cert=settings.ssl_cert or "(none given)",
        ssl_key=settings.ssl_key,
    )


def _unverified(settings: PostgresSettings, address: str) -> tuple[str, str]:
    """Why the server's certificate could not be verified, and what to do."""
    error = _verify(settings)
    match error.verify_code if error else None:
        case code if code in (_EXPIRED, _NOT_YET):
            return (
                f"The certificate of the server at {address} is out of date: {error.verify_message if error else ''}.",
                "Renew the server's certificate (ssl_cert_file) and reload the server; check this machine's clock.",
            )
        case code if code == _REVOKED:
            return (
                f"The certificate of the server at {address} is revoked by ssl_crl.",
                "Let the server have a new certificate; until then do not trust it.",
            )
        case code if code == _NO_CRL:
            return (
                f"ssl_crl holds no list of the authority that signed the certificate of the server at {address}.",
                "Give as ssl_crl the revocation lists of all authorities of ssl_root_cert, or leave it out.",
            )
        case _:
            said = f": {error.verify_message}" if error else ""
            return (
                f"The certificate of the server at {address} is of no authority in {settings.ssl_root_cert}{said}.",
                "Give as ssl_root_cert the certificate of the authority that signed the server's. If the server should "
                "have been signed by one that is there, somebody in between may answer in its place.",
            )


def _verify(settings: PostgresSettings) -> ssl.SSLCertVerificationError | None:
    """Greet the server once more, without logging in; None when nothing is wrong this time, or nothing answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.set_alpn_protocols(["postgresql"])
    host, port = str(settings.host), int(settings.port or 0)
    try:
        context.load_verify_locations(settings.ssl_root_cert)
        if settings.ssl_crl:
            context.load_verify_locations(settings.ssl_crl)
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        with socket.create_connection((host, port), timeout=settings.connect_timeout) as plain:
            if (settings.options or {}).get("sslnegotiation") != "direct":
                plain.sendall(_SSL_REQUEST)
                if plain.recv(1) != b"S":
                    return None
            with context.wrap_socket(plain, server_hostname=host):
                return None
    except ssl.SSLCertVerificationError as error:
        return error
    except (OSError, ValueError):
        return None
