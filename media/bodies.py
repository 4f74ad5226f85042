"""Reading what clients send: so many bytes, in so much time, and never inflated."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from errors import BadRequest, TooLarge, UnsupportedMediaType

_LIMIT_S = 10.0
_JSON_LIMIT_BYTES = 4096


async def read_bytes(request: web.Request, *, limit_bytes: int) -> bytes:
    """Return the body. Raises BadRequest, TooLarge, UnsupportedMediaType."""
    if "Content-Encoding" in request.headers:
        # aiohttp would inflate it first, without a limit.
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding.")
    body = bytearray()
    try:
        async with asyncio.timeout(_LIMIT_S):
            async for part in request.content.iter_any():
                body += part
                if len(body) > limit_bytes:
                    raise TooLarge(f"Send at most {limit_bytes} bytes.")
    except TimeoutError as error:
        raise BadRequest("The body did not arrive in time.") from error
    return bytes(body)


async def read_json(request: web.Request) -> Any:
    """Return what the small body of an extension says, None if there is none. Raises BadRequest,
    TooLarge, UnsupportedMediaType.

    The content type is not looked at: of the clients that exist one says text/plain.
    """
    body = await read_bytes(request, limit_bytes=_JSON_LIMIT_BYTES)
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON.") from error
