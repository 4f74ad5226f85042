"""Sessions: one WHIP or WHEP connection from its POST to its end.

Each is served by one task of the node, which is its owner: it ends when the peer closes, is silent
for too long, is deleted or is replaced, and whatever ended it, `finally` leaves nothing behind.
"""

from __future__ import annotations

import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from media.answers import Source
from media.downtrack import DownTrack, Numbers
from media.feed import Feed
from media.ice import IceCredentials
from media.negotiation import Agreement
from media.peer import Peer
from media.ports import Departure, Slot
from media.publisher import TICK_S, Publisher
from media.rtcp import is_rtcp
from media.srtp import BROWSER_REACH, RING_REACH, FrameBuffer, SrtpReceiver, SrtpSender
from media.viewer import Totals, Viewer
from media.viewer_events import EventStream

# The first report soon after the first packets, so that lips match from the start.
_FIRST_REPORT_S = 0.2
_REPORT_INTERVAL_S = 1.0

Clock = Callable[[], float]


class Session(ABC):
    """What both kinds have: the peer, what was agreed, and the secret that is its address."""

    def __init__(self, slot: Slot, peer: Peer, agreements: tuple[Agreement, ...]) -> None:
        self.slot = slot
        self.peer = peer
        self.agreements = agreements
        # Whoever knows it may PATCH and DELETE: several players send no token there.
        self.secret = secrets.token_urlsafe(24)
        self.etag = _make_etag()
        self.asked_from = ""
        """The address that the request for it came from."""
        self.holder: bytes | None = None
        """The fingerprint of the token that began it."""
        self.connected = False

    @property
    def stream_id(self) -> int:
        """The stream that it is of."""
        return self.slot.stream_id

    def restart_ice(self, ufrag: str, pwd: str) -> IceCredentials:
        """Take the client's new ICE credentials; the session has a new entity tag then."""
        self.etag = _make_etag()
        return self.peer.restart(ufrag, pwd)

    @abstractmethod
    def receive_media(self, datagram: bytes, now: float) -> None:
        """Take an SRTP or SRTCP datagram from the wire."""

    def end(self) -> None:
        """Let the session's task finish; the peer is told by close_notify."""
        self.peer.end()


class PublishSession(Session):
    """A publisher's session."""

    def __init__(
        self,
        slot: Slot,
        peer: Peer,
        agreements: tuple[Agreement, ...],
        *,
        login: bytes | None = None,
    ) -> None:
        super().__init__(slot, peer, agreements)
        self.login = login
        """The sign-in that it ends with."""
        self.departure = Departure.AWAY
        """What is to be told of its end."""
        self.publisher: Publisher | None = None

    def receive_media(self, datagram: bytes, now: float) -> None:
        """Take an SRTP or SRTCP datagram from the wire."""
        if self.publisher is not None and self.publisher.receive(datagram, now):
            self.peer.heard_at = now

    async def serve(
        self,
        feed: Feed,
        *,
        buffer: FrameBuffer,
        clock: Clock,
        handshake_limit_s: float,
        silence_limit_s: float,
        on_connected: Callable[[PublishSession], None],
        on_first_media: Callable[[], None],
    ) -> None:
        """Connect and receive until the end; raises HandshakeFailed."""
        keys = await self.peer.connect(limit_s=handshake_limit_s)
        publisher = Publisher(
            self.agreements,
            feed=feed,
            receiver=SrtpReceiver(keys),
            sender=SrtpSender(keys, buffer),
            send=self.peer.send,
            on_first_media=on_first_media,
        )
        formats = {each.section.kind: each.format for each in self.agreements if each.format}
        self.publisher = publisher
        self.connected = True
        encodings = next((each.encodings for each in self.agreements if each.encodings), ())
        feed.attach(publisher, formats, clock(), encodings=encodings)
        on_connected(self)
        while not await self.peer.closes_within(TICK_S):
            now = clock()
            if now - self.peer.heard_at > silence_limit_s:
                return
            publisher.tick(now)


class WatchSession(Session):
    """A viewer's session."""

    def __init__(self, peer: Peer, agreements: tuple[Agreement, ...], *, feed: Feed) -> None:
        super().__init__(feed.slot, peer, agreements)
        self.feed = feed
        self.sources: Mapping[str, Source] = {
            each.section.kind: Source(secrets.randbits(32), secrets.randbits(32))
            for each in agreements
            if each.format is not None
        }
        self.event_streams: dict[str, EventStream] = {}
        """What tells the player's page what happens, by its secret."""
        self._viewer: Viewer | None = None
        self._receiver: SrtpReceiver | None = None

    @property
    def viewer(self) -> Viewer | None:
        """What is connected, None as long as it is not."""
        return self._viewer

    def totals(self) -> Totals:
        """Return what this viewer has been sent."""
        return self._viewer.totals() if self._viewer is not None else Totals()

    def receive_media(self, datagram: bytes, now: float) -> None:
        """Take an SRTCP datagram from the wire; a viewer sends no media."""
        if self._receiver is None or self._viewer is None or not is_rtcp(datagram):
            return
        reports = self._receiver.unprotect_rtcp(datagram)
        if reports is None:
            return
        self.peer.heard_at = now
        wishes = self._viewer.receive_reports(reports, now)
        if wishes.keyframe:
            self.feed.wish_keyframe(self._viewer, now)
        if wishes.smaller_layer:
            self.feed.choose_layer(self._viewer, now, is_full=True)

    async def serve(
        self,
        *,
        buffer: FrameBuffer,
        clock: Clock,
        handshake_limit_s: float,
        silence_limit_s: float,
    ) -> None:
        """Connect and send until the end; raises HandshakeFailed."""
        keys = await self.peer.connect(limit_s=handshake_limit_s)
        if not self.feed.suits(self.agreements):
            return  # the publisher has changed meanwhile: the player asks again
        self._receiver = SrtpReceiver(keys)
        numbers = self._numbers()
        # Of sound the ring is shorter than what browsers accept.
        is_repaired_apart = "video" not in numbers or numbers["video"].rtx_payload_type is not None
        reach = BROWSER_REACH if is_repaired_apart else RING_REACH
        viewer = Viewer(
            {kind: DownTrack(self.feed.track_of(kind), each) for kind, each in numbers.items()},
            srtp=SrtpSender(keys, buffer, reach=reach),
            wire=self.peer,
            buffer=buffer,
            wide_extension=next(
                (n for e in self.agreements if (n := e.measured_by) is not None), None
            ),
        )
        self._viewer = viewer
        self.connected = True
        self.feed.admit(viewer, clock())
        try:
            pause_s = _FIRST_REPORT_S
            while not await self.peer.closes_within(pause_s):
                pause_s = _REPORT_INTERVAL_S
                now = clock()
                if now - self.peer.heard_at > silence_limit_s:
                    return
                viewer.send_sender_reports(now, time.time())
                viewer.measure_rate(now)
        finally:
            self.feed.dismiss(viewer)

    def _numbers(self) -> dict[str, Numbers]:
        return {
            each.section.kind: Numbers(
                each.codec.payload_type,
                each.rtx_payload_type,
                self.sources[each.section.kind].ssrc,
                self.sources[each.section.kind].rtx_ssrc,
                each.red_payload_type,
            )
            for each in self.agreements
            if each.format is not None and each.codec is not None
        }


def _make_etag() -> str:
    return f'"{secrets.token_hex(8)}"'
