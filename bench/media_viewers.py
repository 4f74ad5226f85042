"""Many light viewers against a WHEP endpoint or a Janus mountpoint, counted.

    python -m bench.media_viewers --whep URL | --janus URL --pid PID -n 50 -s 10 [--loss 0.03]

Each does real ICE and a real DTLS handshake, then counts packets and gaps from the clear headers
without decrypting, so that the load costs far less than the server. Over WHEP each also reports
when packets arrived and asks again for those it misses, as browsers do. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass

import aiohttp
import uvloop
from aiortc.rtcdtlstransport import RTCCertificate

from bench.hosts import cpu_seconds, resident_bytes
from tests.runtime.light_peer import H264, OPUS, VP8, LightPeer, open_light_peer
from tests.runtime.light_receiver import LightReceiver

# The joins' own work must be over before CPU is measured.
_SETTLE_S = 3.0
# A player would not wait longer for what is missing either.
_MEND_S = 0.5
_LEFT_OUT = (
    "a=candidate",
    "a=end-of",
    "a=ice-",
    "a=fingerprint",
    "a=setup",
    "a=send",
    "a=ssrc",
    "a=msid",
    "c=",
    "a=rtcp:",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run found."""

    viewers: int
    packets_per_second: float
    """Of one viewer."""
    lost: float
    """Share of all packets."""
    cpu_us_per_packet: float
    cpu_share: float
    """Of one core."""
    load_cpu_share: float
    first_packet_median_ms: float
    first_packet_p99_ms: float
    first_picture_median_ms: float
    """Time from the POST to the first video packet."""
    resident_kb_per_viewer: float
    frames_whole: float
    """Share of the picture's frames, after what was lost has come again; 1 if nobody looked."""


Join = Callable[[aiohttp.ClientSession, LightPeer], Awaitable[LightReceiver | None]]


def join_whep(url: str) -> Join:
    """Return how to join over WHEP."""

    async def join(client: aiohttp.ClientSession, peer: LightPeer) -> LightReceiver:
        offer = peer.write_offer("recvonly", OPUS, H264, VP8)
        headers = {"Content-Type": "application/sdp"}
        async with client.post(url, data=offer, headers=headers) as response:
            answer = await response.text()
            if response.status != 201:
                raise ConnectionError(f"{response.status} {answer}")
        receiver = LightReceiver(peer, answer)
        await peer.connect(answer)
        return receiver

    return join


def join_janus(url: str, stack: AsyncExitStack) -> Join:
    """Return how to join mountpoint 1 of Janus' streaming plugin."""

    async def join(client: aiohttp.ClientSession, peer: LightPeer) -> None:
        async def call(path: str, **body: object) -> dict[str, dict[str, int]]:
            message = {"transaction": secrets.token_hex(6), **body}
            async with client.post(url + path, json=message) as response:
                answer: dict[str, dict[str, int]] = await response.json()
                return answer

        session = (await call("", janus="create"))["data"]["id"]
        plugin = "janus.plugin.streaming"
        handle = (await call(f"/{session}", janus="attach", plugin=plugin))["data"]["id"]
        path = f"/{session}/{handle}"
        await call(path, janus="message", body={"request": "watch", "id": 1})
        offer = await _read_janus_offer(client, f"{url}/{session}")
        jsep = {"type": "answer", "sdp": _answer_janus(offer, peer)}
        await call(path, janus="message", body={"request": "start"}, jsep=jsep)
        await peer.connect(offer)
        polling = asyncio.create_task(_poll_janus(client, f"{url}/{session}"))
        stack.callback(polling.cancel)

    return join


async def _read_janus_offer(client: aiohttp.ClientSession, url: str) -> str:
    while True:
        async with client.get(f"{url}?maxev=1") as response:
            event = await response.json()
        if event.get("janus") == "event":
            return str(event["jsep"]["sdp"])


async def _poll_janus(client: aiohttp.ClientSession, url: str) -> None:
    """Janus ends a session that is not polled."""
    while True:
        async with client.get(f"{url}?maxev=10") as response:
            await response.read()


def _answer_janus(offer: str, peer: LightPeer) -> str:
    """Return an answer that takes every section of `offer`, to receive."""
    own = peer.write_offer("recvonly", OPUS)
    fingerprint = re.search(r"a=fingerprint:\S+ \S+", own)
    transport = [
        "a=recvonly",
        f"a=ice-ufrag:{peer.ufrag}",
        f"a=ice-pwd:{peer.pwd}",
        fingerprint[0] if fingerprint else "",
        "a=setup:active",
    ]
    mids = " ".join(re.findall(r"^a=mid:(\S+)", offer, re.M))
    lines = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}"]
    for section in re.split(r"^(?=m=)", offer.replace("\r", ""), flags=re.M)[1:]:
        head, *rest = [line for line in section.split("\n") if line]
        kept = [line for line in rest if not line.startswith(_LEFT_OUT)]
        lines += [head, "c=IN IP4 0.0.0.0", *kept, *transport]
    return "\r\n".join(lines) + "\r\n"


async def measure(
    make_join: Callable[[AsyncExitStack], Join],
    *,
    pid: int,
    count: int,
    seconds: float,
    host: str,
    loss: float = 0.0,
) -> Measured:
    """Join `count` viewers one after the other and measure the server for `seconds`."""
    dice = random.Random(6)
    loop = asyncio.get_running_loop()
    certificate = RTCCertificate.generateCertificate()
    resident_before = resident_bytes(pid)
    posted_at: list[float] = []
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        client = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        join = make_join(stack)
        peers = []
        receivers = []
        for _ in range(count):
            peer = await stack.enter_async_context(
                open_light_peer(certificate, host=host, keeps_packets=False)
            )
            posted_at.append(loop.time())
            receiver = await join(client, peer)
            if receiver is not None:
                stack.callback(receiver.close)
                receivers.append(receiver)
            peers.append(peer)
        await asyncio.sleep(_SETTLE_S)
        arrivals = [peer.arrivals for peer in peers]
        first = sorted(_waits(posted_at, [each.first_at for each in arrivals]))
        picture = sorted(_waits(posted_at, [each.first_video_at for each in arrivals]))
        for each in arrivals:
            each.count = each.gaps = 0
        resident = resident_bytes(pid) - resident_before
        for receiver in receivers:
            receiver.count_anew()
        for peer in peers:
            peer.drop = lambda _: dice.random() < loss
        cpu, own, started = cpu_seconds(pid), time.process_time(), loop.time()
        await asyncio.sleep(seconds)
        elapsed = loop.time() - started
        cpu, own = cpu_seconds(pid) - cpu, time.process_time() - own
        packets = sum(each.count for each in arrivals)
        gaps = sum(each.gaps for each in arrivals)
        for peer in peers:
            peer.drop = lambda _: False
        await asyncio.sleep(_MEND_S)
        frames = [receiver.frames() for receiver in receivers]
        return Measured(
            viewers=len(peers),
            packets_per_second=packets / elapsed / len(peers),
            lost=gaps / max(1, packets + gaps),
            cpu_us_per_packet=cpu / max(1, packets) * 1e6,
            cpu_share=cpu / elapsed,
            load_cpu_share=own / elapsed,
            first_packet_median_ms=_at(first, 0.5),
            first_packet_p99_ms=_at(first, 0.99),
            first_picture_median_ms=_at(picture, 0.5),
            resident_kb_per_viewer=resident / 1024 / len(peers),
            frames_whole=sum(w for _, w in frames) / max(1, sum(c for c, _ in frames))
            if frames
            else 1.0,
        )


def _waits(posted_at: list[float], came_at: list[float | None]) -> list[float]:
    return [
        1000 * (came - posted)
        for posted, came in zip(posted_at, came_at, strict=True)
        if came is not None
    ]


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.media_viewers")
    parser.add_argument("--whep")
    parser.add_argument("--janus")
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("-n", type=int, default=50)
    parser.add_argument("-s", type=float, default=10.0)
    parser.add_argument("--loss", type=float, default=0.0)
    options = parser.parse_args()

    def make_join(stack: AsyncExitStack) -> Join:
        return join_whep(options.whep) if options.whep else join_janus(options.janus, stack)

    measured = uvloop.run(
        measure(
            make_join,
            pid=options.pid,
            count=options.n,
            seconds=options.s,
            host=options.host,
            loss=options.loss,
        )
    )
    print(json.dumps(asdict(measured)))


if __name__ == "__main__":
    main()
