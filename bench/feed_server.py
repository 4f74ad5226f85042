"""Our side of bench/feed_requests.py: the REST edge with all of its middleware over a database that
is there. `python -m bench.feed_server DATABASE_URL PORT`; ends when told to.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import uvloop

from community.feed_routes import FeedRoutes
from community.rendering import open_rendering
from community.texts import Texts
from persistence.auth_sessions import AuthSessions
from persistence.database import open_database
from persistence.site_secrets import site_secret
from server.app import build_app
from server.connections import open_http
from server.cursors import Cursors
from server.forwarded import Forwarded
from server.gate import Gate
from server.limits import Limits, MemoryLimiter, Policy
from server.metrics import Metrics
from server.pages import Pages

STATIC = Path(__file__).parent.parent / "static"
# Counted as for everybody, and never refused.
UNENDING = Policy("requests", 1_000_000_000, 60)


async def _serve(url: str, port: int) -> None:
    async with open_database(url) as database, open_rendering() as rendering:
        sessions = AuthSessions(database, clock=time.monotonic)
        gate = Gate(
            sessions,
            limiter=MemoryLimiter(clock=time.time),
            limits=Limits(requests=UNENDING),
            forwarded=Forwarded(trusted_proxies=(), public_url=None),
        )
        cursors = Cursors(await site_secret(database, "cursors"))
        feeds = FeedRoutes(database, texts=Texts(database, rendering), cursors=cursors)
        pages = Pages(STATIC, database=database, gate=gate)
        app = build_app(feeds.routes(), gate=gate, pages=pages, metrics=Metrics())
        async with open_http(app, host="127.0.0.1", port=port):
            await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], int(sys.argv[2])))
