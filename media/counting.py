"""What the resources beside a viewer's session ask of the HTTP edge."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web


class Counter(Protocol):
    """What limits how often one address may ask."""

    async def count_media(self, request: web.Request) -> None:
        """Count the request against its address' limit. Raises TooManyRequests."""
