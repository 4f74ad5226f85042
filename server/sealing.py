"""Secrets that must be read again, such as those of second factors: sealed with AES-256-GCM under a
key of the site, each for one owner. A stolen dump of one table tells nothing.
"""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class Sealing:
    """Seals and opens with one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, secret: bytes, *, owner_id: int) -> bytes:
        """Return what may be stored."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, _owner(owner_id))

    def open(self, sealed: bytes, *, owner_id: int) -> bytes:
        """Return the secret. What was sealed for another owner or changed does not open."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _owner(owner_id))


def _owner(owner_id: int) -> bytes:
    return f"user:{owner_id}".encode()
