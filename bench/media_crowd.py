"""A crowd that comes at once, while others watch.

    python -m bench.media_crowd --whep URL --host ADDRESS

Prints one JSON object. A first frame counts when every packet of a keyframe has come.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass

import aiohttp
import uvloop
from aiortc.rtcdtlstransport import RTCCertificate

from bench.media_viewers import Join, join_whep
from tests.runtime.light_peer import LightPeer, open_light_peer
from tests.runtime.light_receiver import LightReceiver

WATCHING = 20
COMING = 200
WITHIN_S = 2.0
# Who has no picture by then is counted as such.
_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """How those fared who came, and those who were there."""

    first_frame_median_ms: float
    first_frame_slowest_ms: float
    without_picture: int
    lost_by_watching: int
    """Packets that never came to those who were there."""


async def measure(join: Join, *, host: str) -> Crowd:
    """Let the crowd come and see what everybody gets."""
    loop = asyncio.get_running_loop()
    certificate = RTCCertificate.generateCertificate()
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        client = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))

        async def come() -> tuple[float, LightPeer, LightReceiver]:
            peer = await stack.enter_async_context(
                open_light_peer(certificate, host=host, keeps_packets=False)
            )
            posted_at = loop.time()
            receiver = await join(client, peer)
            assert receiver is not None
            stack.callback(receiver.close)
            return posted_at, peer, receiver

        watching = [await come() for _ in range(WATCHING)]
        await asyncio.sleep(1.0)
        before = sum(peer.arrivals.gaps for _, peer, _ in watching)
        async with asyncio.TaskGroup() as tasks:
            coming = []
            for _ in range(COMING):
                coming.append(tasks.create_task(come()))
                await asyncio.sleep(WITHIN_S / COMING)
        came = [task.result() for task in coming]
        await asyncio.sleep(_LIMIT_S)
        waits = sorted(
            1000 * (receiver.first_frame_at - posted_at)
            for posted_at, _, receiver in came
            if receiver.first_frame_at is not None
        )
        return Crowd(
            first_frame_median_ms=waits[len(waits) // 2] if waits else float("nan"),
            first_frame_slowest_ms=waits[-1] if waits else float("nan"),
            without_picture=COMING - len(waits),
            lost_by_watching=sum(peer.arrivals.gaps for _, peer, _ in watching) - before,
        )


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.media_crowd")
    parser.add_argument("--whep", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args()
    print(json.dumps(asdict(uvloop.run(measure(join_whep(options.whep), host=options.host)))))


if __name__ == "__main__":
    main()
