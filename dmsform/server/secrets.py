"""Secrets at rest: task definitions are encrypted with a key of the data directory (G7).

AES-256-GCM, a fresh random nonce before each text, the task's identity as associated data: a row cannot be moved to
another task. The key file is as safe as the directory; what it guards against is a store that travels without it
(backups, a copied server.db).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dmsform.diagnostics import Diagnostic, DiagnosticError
from dmsform.server import codes
from dmsform.server.directory import write_file

_KEY_BYTES = 32
_NONCE_BYTES = 12


class SecretBox:
    """Encrypts and decrypts, and fingerprints what must not be told."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._digest_key = hmac.digest(key, b"definition digest", "sha256")

    def seal(self, text: bytes, identity: str) -> bytes:
        """The encrypted text, nonce in front."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text, identity.encode())

    def open(self, sealed: bytes, identity: str) -> bytes:
        """The text. Raises DiagnosticError when key or identity are not those it was sealed with."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], identity.encode())
        except InvalidTag as error:
            raise DiagnosticError(_wrong_key("A stored task definition does not open with the key file.")) from error

    def fingerprint(self, text: bytes) -> str:
        """A keyed digest: tells equal from changed, and nothing about a secret inside."""
        return hmac.new(self._digest_key, text, hashlib.sha256).hexdigest()[:32]


def load_key(path: Path, *, create: bool) -> SecretBox:
    """The data directory's key; made where missing if `create`. Raises DiagnosticError without one."""
    if not path.exists():
        if not create:
            raise DiagnosticError(_wrong_key(f"The key file {path} is gone."))
        write_file(path, os.urandom(_KEY_BYTES))
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise DiagnosticError(_wrong_key(f"The key file {path} does not hold {_KEY_BYTES} bytes."))
    return SecretBox(key)


def _wrong_key(detail: str) -> Diagnostic:
    return codes.KEY_MISSING.error(
        f"{detail} Without it the server cannot read its tasks' passwords.",
        "Restore secret.key from the backup that server.db is from; or stop the server, remove its data directory and "
        "apply again: tables already completed stay completed.",
    )
