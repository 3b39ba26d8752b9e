"""Fingerprints of secrets: the state can see that a password changed, and nobody can read it there.

scrypt (RFC 7914) with N = 2**14, r = 8, p = 1 (16 MiB, some 50 ms) and a salt of the state's own. A fingerprint
carries its salt: `scrypt$<salt in hex>$<hash in hex>`.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache

_COST = 2**14


def new_salt() -> str:
    """A random salt in hex, 128 bits."""
    return secrets.token_hex(16)


# A password is often both a variable's value and an endpoint's argument: it is hashed once per command.
@lru_cache(maxsize=256)
def fingerprint(secret: str, salt: str) -> str:
    """The fingerprint of a secret under a salt (hex)."""
    digest = hashlib.scrypt(secret.encode(), salt=bytes.fromhex(salt), n=_COST, r=8, p=1, dklen=32)
    return f"scrypt${salt}${digest.hex()}"


def matches(secret: str, known: str) -> bool:
    """Whether the secret is the one of that fingerprint; False for a text that is no fingerprint."""
    method, _, rest = known.partition("$")
    salt, _, _ = rest.partition("$")
    if method != "scrypt" or not salt:
        return False
    return hmac.compare_digest(fingerprint(secret, salt), known)
