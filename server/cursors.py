"""Cursors: where a page of a list ended, sealed so that only this site can make one.

A cursor holds which way to go and the sort values of a page's outermost row that way
(server/paging.py), so the page starts behind it whatever was
added or removed meanwhile (an offset would repeat or lose rows, and cost more the further it is).
The seal covers the list and its filters too: a cursor of another list is refused like a forged one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence

from errors import InvalidCursor

VERSION = 2
SEAL_BYTES = 8
LIMIT_CHARS = 512

SortValue = int | str | None


class Cursors:
    """Makes and reads cursors with one secret, which all nodes of a site share."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def seal(
        self, values: Sequence[SortValue], *, of: str, filters: Mapping[str, SortValue]
    ) -> str:
        """Return a cursor that holds these values, for the list `of` so filtered."""
        payload = json.dumps([VERSION, *values], separators=(",", ":")).encode()
        return _encode(self._seal(payload, of, filters) + payload)

    def open(
        self, cursor: str, *, of: str, filters: Mapping[str, SortValue]
    ) -> Sequence[SortValue]:
        """Return the values of a cursor made for this list. Raises InvalidCursor."""
        sealed = _decode(cursor)
        seal, payload = sealed[:SEAL_BYTES], sealed[SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(payload, of, filters)):
            raise InvalidCursor()
        version: int
        values: list[SortValue]
        version, *values = json.loads(payload)
        if version != VERSION:
            raise InvalidCursor("the cursor is of another version of this server; start again")
        return values

    def _seal(self, payload: bytes, of: str, filters: Mapping[str, SortValue]) -> bytes:
        scope = json.dumps([of, sorted(filters.items())], separators=(",", ":")).encode()
        message = len(scope).to_bytes(4) + scope + payload
        return hmac.digest(self._secret, message, hashlib.sha256)[:SEAL_BYTES]


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(cursor: str) -> bytes:
    if len(cursor) > LIMIT_CHARS:
        raise InvalidCursor()
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor() from error
    # base64 has several spellings of the same bytes and skips what it does not know; ours is one.
    if _encode(data) != cursor:
        raise InvalidCursor()
    return data
