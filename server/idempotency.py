"""Idempotency-Key: a request that is sent again is answered again, not done again.

    async with self._idempotency.attempt(call) as attempt:
        if attempt.replayed is not None:
            return Reply(ThingJson.model_validate_json(attempt.replayed), headers=REPLAYED)
        async with database.transaction() as connection:
            ...
            await attempt.keep(connection, thing, status=201)

The key's row is inserted first, so of two requests at once one runs and the other is told so. The
answer is kept in the transaction that makes it true: a node that dies leaves both or neither. An
error is kept too, but for those that say "try again" (5xx, 429), which free the key. After
draft-ietf-httpapi-idempotency-key-header; keys live for 24 hours.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import BaseModel

from errors import BadRequest, FieldError, KeyReused, StillRunning, VibecastError
from persistence import idempotency
from persistence.database import Database, Queryable
from server.routing import Call

HEADER = "Idempotency-Key"
REPLAYED = {"Idempotency-Replayed": "true"}
# A structured field string (RFC 8941), or bare as most clients send it.
_KEY = re.compile(r'"([\x21\x23-\x5b\x5d-\x7e]{1,64})"|([\x21\x23-\x5b\x5d-\x7e]{1,64})')


class Attempt:
    """One try of a request that may be sent again. Made by `Idempotency.attempt`."""

    def __init__(self, user_id: int, key: str | None, *, replayed: bytes | None) -> None:
        self._user_id = user_id
        self._key = key
        self.replayed = replayed
        """The answer's body of the first time, if this is another."""

    async def keep(self, db: Queryable, content: BaseModel, *, status: int) -> None:
        """Keep the answer for those that come with the same key."""
        if self._key is not None:
            body = content.model_dump_json().encode()
            await idempotency.keep(db, self._user_id, self._key, status=status, body=body)


class Idempotency:
    """The keys of this site's users."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def attempt(self, call: Call[Any, Any]) -> AsyncIterator[Attempt]:
        """Run the block once per key of a user. Raises StillRunning or KeyReused, or again the
        error with which the first try ended."""
        user_id, key = call.signed_in.user_id, read_key(call.request.headers.get(HEADER))
        if key is None:
            yield Attempt(user_id, None, replayed=None)
            return
        fingerprint = await _fingerprint(call)
        used = await idempotency.begin(self._database, user_id, key, fingerprint=fingerprint)
        if used is not None:
            yield Attempt(user_id, key, replayed=_replay(used, fingerprint))
            return
        try:
            yield Attempt(user_id, key, replayed=None)
        except VibecastError as error:
            if error.status < 500 and error.status != 429:
                body = _error_body(error)
                await idempotency.keep(self._database, user_id, key, status=error.status, body=body)
            raise
        finally:
            await idempotency.drop(self._database, user_id, key)


def read_key(header: str | None) -> str | None:
    """Return the key that a header holds, or None without one. Raises BadRequest."""
    if header is None:
        return None
    found = _KEY.fullmatch(header.strip())
    if found is None:
        raise BadRequest("Idempotency-Key must be 1 to 64 printable characters")
    return found[1] or found[2]


async def _fingerprint(call: Call[Any, Any]) -> bytes:
    request = call.request
    start = f"{request.method} {request.path}\n".encode(errors="backslashreplace")
    return hashlib.sha256(start + await request.read()).digest()


def _replay(used: idempotency.UsedKey, fingerprint: bytes) -> bytes:
    if used.fingerprint != fingerprint:
        raise KeyReused()
    if used.status is None or used.body is None:
        raise StillRunning(retry_after_s=1)
    if used.status >= 400:
        raise _error(used.body)
    return used.body


def _error_body(error: VibecastError) -> bytes:
    errors = [[each.pointer, each.detail] for each in error.errors]
    return json.dumps([error.code, error.detail, errors]).encode()


def _error(body: bytes) -> VibecastError:
    code, detail, errors = json.loads(body)
    kind = _classes(VibecastError).get(code, BadRequest)
    return kind(detail, errors=tuple(FieldError(*each) for each in errors))


def _classes(kind: type[VibecastError]) -> dict[str, type[VibecastError]]:
    found = {kind.code: kind}
    for narrower in kind.__subclasses__():
        found |= _classes(narrower)
    return found
