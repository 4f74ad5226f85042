"""Reading the small JSON bodies of WHEP's extensions, whatever a client calls them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from errors import BadRequest, TooLarge, UnsupportedMediaType

_LIMIT_BYTES = 4096
_LIMIT_S = 10.0


async def read_json(request: web.Request) -> Any:
    """Return what the body says, None if there is none. Raises BadRequest, TooLarge,
    UnsupportedMediaType.

    The content type is not looked at: of the clients that exist one says text/plain.
    """
    if "Content-Encoding" in request.headers:
        # aiohttp would inflate it first.
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding.")
    body = bytearray()
    try:
        async with asyncio.timeout(_LIMIT_S):
            async for part in request.content.iter_any():
                body += part
                if len(body) > _LIMIT_BYTES:
                    raise TooLarge(f"Send at most {_LIMIT_BYTES} bytes.")
        return json.loads(body) if body else None
    except TimeoutError as error:
        raise BadRequest("The body did not arrive in time.") from error
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON.") from error
