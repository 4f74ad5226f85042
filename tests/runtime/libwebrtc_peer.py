"""libwebrtc, Chromium's engine, without a browser: a publisher or a player in its own process.

    python -m tests.runtime.libwebrtc_peer publish URL KEY
    python -m tests.runtime.libwebrtc_peer watch URL

Its own process because its threads end with it. A publisher sends a picture in two sizes, and a
tone. A player prints one line of JSON for each picture that it has decoded. Both stay until their
standard input closes and then say goodbye; for each line that comes in there they restart ICE, and
print a line when media takes the new path.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
from struct import pack

import aiohttp
import webrtc
from yarl import URL

WIDTH, HEIGHT, FRAMES_PER_SECOND = 640, 360, 20
_RATE, _SAMPLES = 48_000, 480
_TONE = b"".join(
    pack("<h", round(8000 * math.sin(2 * math.pi * 440 * at / _RATE))) for at in range(_SAMPLES)
)


def _tell(**news: int) -> None:
    sys.stdout.write(json.dumps(news) + "\n")
    sys.stdout.flush()


async def _comes_within(event: asyncio.Event, pause_s: float) -> bool:
    try:
        async with asyncio.timeout(pause_s):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def _draw(generator: webrtc.VideoTrackGenerator, leaving: asyncio.Event) -> None:
    """Write pictures that differ from one to the next."""
    writer = generator.writable.get_writer()
    colours = bytes((128,)) * (WIDTH * HEIGHT // 2)
    number = 0
    while not await _comes_within(leaving, 1 / FRAMES_PER_SECOND):
        rows = (bytes(((number * 5 + row) % 256,)) * WIDTH for row in range(HEIGHT))
        picture = b"".join(rows) + colours
        init = webrtc.VideoFrameBufferInit(
            format="I420",
            coded_width=WIDTH,
            coded_height=HEIGHT,
            timestamp=number * 1_000_000 // FRAMES_PER_SECOND,
        )
        await writer.write(webrtc.VideoFrame(picture, init))
        number += 1


async def _hum(generator: webrtc.MediaStreamTrackGenerator, leaving: asyncio.Event) -> None:
    writer = generator.writable.get_writer()
    number = 0
    while not await _comes_within(leaving, _SAMPLES / _RATE):
        init = webrtc.AudioDataInit(
            format="s16",
            sample_rate=_RATE,
            number_of_frames=_SAMPLES,
            number_of_channels=1,
            timestamp=number * 10_000,
            data=_TONE,
        )
        await writer.write(webrtc.AudioData(init))
        number += 1


async def _tell_pictures(track: webrtc.MediaStreamTrack) -> None:
    processor = webrtc.MediaStreamTrackProcessor(webrtc.MediaStreamTrackProcessorInit(track))
    async for picture in processor.readable:
        assert isinstance(picture, webrtc.VideoFrame)
        _tell(width=picture.coded_width, height=picture.coded_height)
        picture.close()


class Session:
    """One WHIP or WHEP session of `peer`."""

    def __init__(
        self, http: aiohttp.ClientSession, peer: webrtc.RTCPeerConnection, key: str | None
    ) -> None:
        self._http = http
        self._peer = peer
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._url = ""
        self._answer = ""

    async def begin(self, url: str) -> None:
        """POST the offer and take the answer."""
        await self._peer.set_local_description()
        headers = {**self._headers, "Content-Type": "application/sdp"}
        async with self._http.post(url, data=self._offer(), headers=headers) as response:
            self._answer = await response.text()
            assert response.status == 201, self._answer
            self._url = str(response.url.join(URL(response.headers["Location"])))
        await self._take_answer()

    async def restart_ice(self) -> None:
        """PATCH new credentials and go on with the server's."""
        self._peer.restart_ice()
        await self._peer.set_local_description()
        offer = self._offer()
        lines = [_line(offer, "a=ice-ufrag:"), _line(offer, "a=ice-pwd:")]
        headers = {**self._headers, "Content-Type": "application/trickle-ice-sdpfrag"}
        headers["If-Match"] = "*"
        fragment = "\r\n".join(lines) + "\r\n"
        async with self._http.patch(self._url, data=fragment, headers=headers) as response:
            answered = await response.text()
            assert response.status == 200, answered
        for name in ("a=ice-ufrag:", "a=ice-pwd:"):
            self._answer = self._answer.replace(_line(self._answer, name), _line(answered, name))
        await self._take_answer()
        await self._wait_selected(lines[0].removeprefix("a=ice-ufrag:"))
        _tell(restarted=True)

    async def end(self) -> None:
        """DELETE the session."""
        async with self._http.delete(self._url, headers=self._headers) as response:
            assert response.status == 200

    def _offer(self) -> str:
        assert self._peer.local_description is not None
        return self._peer.local_description.sdp

    async def _take_answer(self) -> None:
        answer = webrtc.RTCSessionDescriptionInit(type="answer", sdp=self._answer)
        await self._peer.set_remote_description(answer)

    async def _wait_selected(self, ufrag: str) -> None:
        """Return once media takes a path that was found with the credentials `ufrag` is of."""
        while await self._selected_ufrag() != ufrag:
            pass  # libwebrtc takes its time for an answer, and answers the same within 50 ms

    async def _selected_ufrag(self) -> str | None:
        report = await self._peer.get_stats()
        for transport in report.values():
            if isinstance(transport, webrtc.RTCTransportStats):
                pair = report.get(transport.selected_candidate_pair_id or "")
                if isinstance(pair, webrtc.RTCIceCandidatePairStats):
                    local = report.get(pair.local_candidate_id)
                    if isinstance(local, webrtc.RTCIceCandidateStats):
                        return local.username_fragment
        return None


def _line(description: str, name: str) -> str:
    return next(line for line in description.splitlines() if line.startswith(name))


async def _obey(session: Session) -> None:
    """Restart ICE for each line of standard input; return with its end."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while await reader.readline():
        await session.restart_ice()


async def publish(url: str, key: str) -> None:
    """Send until told to go."""
    picture, tone = webrtc.VideoTrackGenerator(), webrtc.MediaStreamTrackGenerator("audio")
    encodings = [
        webrtc.RTCRtpEncodingParameters(rid="h", scale_resolution_down_by=2),
        webrtc.RTCRtpEncodingParameters(rid="f"),
    ]
    leaving = asyncio.Event()
    async with aiohttp.ClientSession() as http, webrtc.RTCPeerConnection() as peer:
        sending = webrtc.RTCRtpTransceiverInit(direction="sendonly", send_encodings=encodings)
        peer.add_transceiver(picture.track, sending)
        peer.add_transceiver(tone, webrtc.RTCRtpTransceiverInit(direction="sendonly"))
        session = Session(http, peer, key)
        await session.begin(url)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_draw(picture, leaving))
            tasks.create_task(_hum(tone, leaving))
            await _obey(session)
            leaving.set()
        await session.end()


async def watch(url: str) -> None:
    """Receive until told to go."""
    async with aiohttp.ClientSession() as http, webrtc.RTCPeerConnection() as peer:
        receiving = webrtc.RTCRtpTransceiverInit(direction="recvonly")
        video = peer.add_transceiver("video", receiving)
        peer.add_transceiver("audio", receiving)
        session = Session(http, peer, None)
        await session.begin(url)
        telling = asyncio.create_task(_tell_pictures(video.receiver.track))
        await _obey(session)
        telling.cancel()
        await asyncio.wait((telling,))
        await session.end()


if __name__ == "__main__":
    if sys.argv[1] == "publish":
        asyncio.run(publish(sys.argv[2], sys.argv[3]))
    else:
        asyncio.run(watch(sys.argv[2]))
