"""An audience that comes and goes, for as long as one likes.

    python -m bench.media_churn --whep URL --host ADDRESS -n 100 -s 600

There are always that many. Each stays for some seconds, asks as browsers do for what is missing,
and leaves in one of three ways: by DELETE, by closing its DTLS, or without a word. Prints one JSON
object at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
from dataclasses import asdict, dataclass

import aiohttp
import uvloop
from aiortc.rtcdtlstransport import RTCCertificate
from yarl import URL

from tests.runtime.light_peer import H264, OPUS, LightPeer, open_light_peer
from tests.runtime.light_receiver import LightReceiver

logger = logging.getLogger(__name__)

SHORTEST_S, LONGEST_S = 5.0, 60.0
# Players wait longer each time.
_REFUSED_S = 5.0


@dataclass(slots=True, kw_only=True)
class Churn:
    """What became of everybody who came."""

    came: int = 0
    refused: int = 0
    """Whose offer or handshake came to nothing."""
    without_picture: int = 0
    """Who had not one whole frame by the time they left."""
    deleted: int = 0
    closed: int = 0
    vanished: int = 0
    frames: int = 0
    frames_whole: int = 0


class Audience:
    """Where each seat is taken anew as soon as somebody leaves."""

    def __init__(self, client: aiohttp.ClientSession, url: str, *, host: str) -> None:
        self.churn = Churn()
        self._client = client
        self._url = url
        self._host = host
        self._dice = random.Random(6)
        self._certificate = RTCCertificate.generateCertificate()

    async def fill_seat(self, *, first_s: float) -> None:
        """Let one after the other sit there until cancelled; the first comes a little later."""
        await asyncio.sleep(first_s)
        while True:
            await self._visit(self._dice.uniform(SHORTEST_S, LONGEST_S))

    async def _visit(self, stay_s: float) -> None:
        churn = self.churn
        churn.came += 1
        async with open_light_peer(self._certificate, host=self._host, keeps_packets=False) as peer:
            try:
                session_url, answer = await self._ask(peer.write_offer("recvonly", OPUS, H264))
                receiver = LightReceiver(peer, answer)
                try:
                    await peer.connect(answer)
                    await asyncio.sleep(stay_s)
                finally:
                    receiver.close()
            except (TimeoutError, ConnectionError, aiohttp.ClientError) as error:
                churn.refused += 1
                logger.info("refused: %r", error)
                await asyncio.sleep(_REFUSED_S)
                return
            frames, whole = receiver.frames()
            churn.frames += frames
            churn.frames_whole += whole
            churn.without_picture += whole == 0
            await self._leave(peer, session_url)

    async def _ask(self, offer: str) -> tuple[str, str]:
        headers = {"Content-Type": "application/sdp"}
        async with self._client.post(self._url, data=offer, headers=headers) as response:
            answer = await response.text()
            if response.status != 201:
                raise ConnectionError(f"{response.status} {answer}")
            return str(response.url.join(URL(response.headers["Location"]))), answer

    async def _leave(self, peer: LightPeer, session_url: str) -> None:
        way = self._dice.randrange(3)
        if way == 0:
            self.churn.deleted += 1
            try:
                async with self._client.delete(session_url) as response:
                    await response.read()
            except aiohttp.ClientError as error:
                logger.info("not deleted: %r", error)
        elif way == 1:
            self.churn.vanished += 1
            peer.is_asleep = True
        else:
            self.churn.closed += 1


async def measure(url: str, *, host: str, count: int, seconds: float) -> Churn:
    """Keep `count` seats filled for so long."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as client:
        audience = Audience(client, url, host=host)
        async with asyncio.TaskGroup() as tasks:
            # Ten a second: how a crowd comes at once is measured elsewhere.
            seats = [
                tasks.create_task(audience.fill_seat(first_s=number / 10))
                for number in range(count)
            ]
            await asyncio.sleep(seconds)
            for seat in seats:
                seat.cancel()
        return audience.churn


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.media_churn")
    parser.add_argument("--whep", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("-s", type=float, default=600.0)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    churn = uvloop.run(measure(options.whep, host=options.host, count=options.n, seconds=options.s))
    print(json.dumps(asdict(churn)))


if __name__ == "__main__":
    main()
