"""A browser's end of web push, and the push service that keeps what it is sent."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import http_ece
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

WAIT_S = 10.0


def unpadded(text: str) -> bytes:
    """Return what base64url without its padding stands for."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class Browser:
    """Somebody's browser: its keys, and how it reads (with a library that is not ours)."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)
        self.p256dh = self._private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def subscription(self, endpoint: str) -> dict[str, Any]:
        """Return what the page sends of it."""
        keys = {"p256dh": _text(self.p256dh), "auth": _text(self.auth)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> bytes:
        """Return what a message says. Raises http_ece.ECEException."""
        said: bytes = http_ece.decrypt(
            body, private_key=self._private, auth_secret=self.auth, version="aes128gcm"
        )
        return said


@dataclass
class PushService:
    """Keeps what was sent to it. `statuses` are its next answers; then it takes everything."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    sent: asyncio.Queue[tuple[web.BaseRequest, bytes]] = field(default_factory=asyncio.Queue)

    @property
    def place(self) -> tuple[str, int]:
        """Return where it is."""
        return "127.0.0.1", self.port

    def endpoint(self, name: str) -> str:
        """Return the address that a browser called `name` would be given."""
        return f"http://127.0.0.1:{self.port}/push/{name}"

    async def next(self) -> tuple[web.BaseRequest, bytes]:
        """Return the next message."""
        async with asyncio.timeout(WAIT_S):
            return await self.sent.get()

    async def read_next(self, browser: Browser) -> dict[str, Any]:
        """Return what the next message says to `browser`."""
        _, body = await self.next()
        said: dict[str, Any] = json.loads(browser.read(body))
        return said


@asynccontextmanager
async def open_push_service() -> AsyncIterator[PushService]:
    """Serve for the length of the block."""
    service = PushService()

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        service.sent.put_nowait((request, await request.read()))
        return web.Response(status=service.statuses.pop(0) if service.statuses else 201)

    app = web.Application()
    app.router.add_post("/push/{name}", take)
    async with TestServer(app, host="127.0.0.1") as server:
        assert server.port is not None
        service.port = server.port
        yield service
