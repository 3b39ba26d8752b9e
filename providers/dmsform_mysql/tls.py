"""Encryption of connections, and why none came about, each cause with its remedy. Nothing is ever downgraded."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from pathlib import Path

from dmsform.diagnostics import DataPlace, Diagnostic
from dmsform.provider import codes
from dmsform.provider.arguments import TLS_FILES
from dmsform.task.definition import EndpointDefinition
from dmsform_mysql.settings import MysqlSettings

SECURE_TRANSPORT_REQUIRED = 3159
NOT_OFFERED = 2026
"""What the driver raises when encryption is asked for and the server has none."""

_EXPIRED = (9, 10)
_REVOKED = 23
_NO_CRL = 3
_HOST_NAMES = (62, 64)  # host name and address
_CLIENT_ALERTS = r"ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE|HANDSHAKE_FAILURE)"


@dataclass(frozen=True, slots=True)
class _Cause:
    detail: str
    remedy: str


def context_of(settings: MysqlSettings) -> ssl.SSLContext | None:
    """What encrypts the connection; None for none. Raises OSError for files that cannot be used."""
    if settings.ssl_mode == "none":
        return None
    context = ssl.create_default_context(cafile=settings.ssl_root_cert)
    # The certificates that MySQL makes for itself lack extensions that the strict mode of Python 3.13 asks for.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.check_hostname = settings.ssl_mode == "verify-full"
    context.verify_mode = ssl.CERT_NONE if settings.ssl_mode == "require" else ssl.CERT_REQUIRED
    if settings.ssl_crl:
        context.load_verify_locations(settings.ssl_crl)
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    if settings.ssl_cert:
        # A passphrase is never asked for: nobody is there to type it.
        context.load_cert_chain(settings.ssl_cert, settings.ssl_key, password=lambda: "")
    return context


def unusable_files(endpoint: EndpointDefinition, settings: MysqlSettings, error: OSError) -> Diagnostic:
    """The diagnostic of files from which no context could be made."""
    place = DataPlace(endpoint=endpoint.name)
    for name in TLS_FILES:
        file = getattr(settings, name)
        try:
            if file is not None:
                Path(file).read_bytes()
        except OSError as unreadable:
            return codes.TLS_FAILED.error(
                f"The file of {name} of endpoint {endpoint.name} cannot be read: {file}: {unreadable.strerror}.",
                f"Put it there, on the machine of the replication instance, readable by its user; or correct {name}.",
                place=place,
            )
    return codes.TLS_FAILED.error(
        f"A file for encryption of endpoint {endpoint.name} cannot be used: {error}",
        "Give ssl_root_cert, ssl_cert, ssl_key and ssl_crl as PEM files that belong together, the key without a "
        "passphrase.",
        place=place,
    )


def tls_failure(
    number: int, error: Exception, endpoint: EndpointDefinition, settings: MysqlSettings
) -> Diagnostic | None:
    """What went wrong with the encryption; None when the error is about something else, or the network's."""
    cause = _cause(number, error, settings)
    if cause is None:
        return None
    return codes.TLS_FAILED.error(cause.detail, cause.remedy, place=DataPlace(endpoint=endpoint.name))


def refuses_client(error: Exception) -> bool:
    """Whether the server does not accept the client's certificate."""
    return re.search(_CLIENT_ALERTS, str(_raised(error))) is not None


def _raised(error: Exception) -> BaseException:
    """The driver hands on what went wrong in the handshake, and hides what comes with the first read after it."""
    found: BaseException = getattr(error, "original_exception", error.__context__ or error)
    return found


def _cause(number: int, error: Exception, settings: MysqlSettings) -> _Cause | None:
    address, raised = settings.address, _raised(error)
    if number == NOT_OFFERED:
        return _Cause(
            f'ssl_mode is "{settings.ssl_mode}", and the server at {address}, or something in between, offers no '
            "encryption.",
            "Switch TLS on in the server (ssl_cert, ssl_key) and restart it. If it is on, a proxy or an attacker in "
            "between strips it: connect to the server itself. Nothing was sent unencrypted.",
        )
    if number == SECURE_TRANSPORT_REQUIRED:
        return _Cause(
            f"The server at {address} takes no unencrypted connections (require_secure_transport).",
            'Set ssl_mode = "verify-full" with ssl_root_cert (or "require", which does not verify the server).',
        )
    match raised:
        case ssl.SSLCertVerificationError():
            return _unverified(raised, settings)
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | ssl.SSLSyscallError():
            return None  # the connection broke
        case ssl.SSLError():
            return _handshake(str(raised), settings)
        case _:
            return None


def _unverified(error: ssl.SSLCertVerificationError, settings: MysqlSettings) -> _Cause:
    """Why the server's certificate was not accepted."""
    address, said = settings.address, error.verify_message
    match error.verify_code:
        case code if code in _EXPIRED:
            return _Cause(
                f"The certificate of the server at {address} is out of date: {said}.",
                "Renew the server's certificate (ssl_cert) and run on it: ALTER INSTANCE RELOAD TLS (MariaDB: FLUSH "
                "SSL); check this machine's clock.",
            )
        case code if code in _HOST_NAMES:
            return _Cause(
                f'The certificate of the server at {address} is for another host: {said}. ssl_mode "verify-full" takes '
                "none but the one named by the argument host.",
                "Give as host a name that the certificate is for, or let the server have a certificate for this name. "
                'If the authorities in ssl_root_cert sign for this server alone, ssl_mode = "verify-ca" is enough.',
            )
        case code if code == _REVOKED:
            return _Cause(
                f"The certificate of the server at {address} is revoked by ssl_crl.",
                "Let the server have a new certificate; until then do not trust it.",
            )
        case code if code == _NO_CRL:
            return _Cause(
                f"ssl_crl holds no list of the authority that signed the certificate of the server at {address}.",
                "Give as ssl_crl the revocation lists of all authorities of ssl_root_cert, or leave it out.",
            )
        case _:
            authorities = settings.ssl_root_cert or "the system's list"
            return _Cause(
                f"The certificate of the server at {address} is of no authority in {authorities}: {said}.",
                "Give as ssl_root_cert the certificate of the authority that signed the server's (MySQL and MariaDB "
                "keep it in ssl_ca). If it should have been signed by one that is there, somebody in between may "
                "answer in the server's place.",
            )


def _handshake(said: str, settings: MysqlSettings) -> _Cause:
    if re.search(_CLIENT_ALERTS, said):
        return _Cause(
            f"The server at {settings.address} does not accept the client's certificate "
            f"{settings.ssl_cert or '(none given)'}: {said}",
            "Give as ssl_cert a certificate that is valid and signed by an authority of the server's ssl_ca.",
        )
    return _Cause(
        f"The encrypted connection to {settings.address} did not come about: {said}",
        "Check that it is a MySQL or MariaDB server with TLS 1.2 or newer that answers there, and not a proxy that "
        "changes what is sent.",
    )
