"""The media of one node: its port, its feeds, its sessions.

`open_media` builds all of it and closes it in order: no new sessions, everybody told (DTLS
close_notify), the rooms told, the port closed, within one deadline. The HTTP side is `routes.py`.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog

from errors import NoPublisher, NotFound, Overloaded, TakenOver, Unprocessable
from media.announcer import Announcer
from media.answers import (
    AnswerTransport,
    write_publish_answer,
    write_restart_fragment,
    write_watch_answer,
)
from media.demux import Demux
from media.feed import Feed
from media.health import FeedHealth, feed_health
from media.ice_servers import write_ice_server_links
from media.negotiation import agree_publish, agree_watch, forget_codecs
from media.peer import HandshakeFailed, Peer, fingerprint_of, make_certificate
from media.ports import (
    Broadcasts,
    CodedStill,
    Departure,
    LayerSelection,
    MediaOptions,
    MediaStatistics,
    PublishRight,
    Slot,
)
from media.preconditions import Preconditions
from media.sdp import Fragment, Offer, read_offer
from media.sessions import PublishSession, Session, WatchSession
from media.srtp import FrameBuffer
from media.still import take_still
from media.udp import UdpPort, open_udp_port, own_addresses
from media.viewer import Totals

logger = structlog.get_logger(__name__)

AnySession = TypeVar("AnySession", bound=Session)

# A player that finds nobody publishing asks again after this long.
_NO_PUBLISHER_RETRY_S = 2
_OVERLOADED_RETRY_S = 5
_TAKEN_OVER_KEPT = 256


class MediaNode:
    """Made by `open_media`; everything else of media is reached through it."""

    def __init__(
        self,
        options: MediaOptions,
        *,
        demux: Demux,
        udp: UdpPort,
        announcer: Announcer,
    ) -> None:
        self.port = udp.port
        self.addresses = options.addresses or own_addresses(
            loopback_only=options.loopback_only, ipv6=len(udp.families) > 1
        )
        self.preconditions = Preconditions(strict=options.strict)
        self._options = options
        self._demux = demux
        self._udp = udp
        self._announcer = announcer
        self._clock = asyncio.get_running_loop().time
        self._schedule = asyncio.get_running_loop().call_later
        self._certificate = make_certificate()
        self._fingerprint = fingerprint_of(self._certificate)
        self._buffer = FrameBuffer()
        self._feeds: dict[Slot, Feed] = {}
        self._sessions: dict[str, Session] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._closing = False
        # Publishers that another one took the place of: their pages ask what has become of them.
        self._taken_over: deque[str] = deque(maxlen=_TAKEN_OVER_KEPT)
        # What viewers and feeds that are gone have counted.
        self._gone = Totals()
        self._requests_gone = 0

    # -- what the rest of the house asks

    def is_publishing(self, stream_id: int) -> bool:
        """Return whether media of the stream arrives at this node."""
        return any(
            isinstance(each, PublishSession) and each.publisher and each.publisher.has_media
            for each in self._sessions_of(stream_id)
        )

    def health(self, stream_id: int) -> Mapping[Slot, FeedHealth]:
        """Return how those of a stream's feeds are doing that are here."""
        now = self._clock()
        return {
            slot: feed_health(feed, now)
            for slot, feed in self._feeds.items()
            if slot.stream_id == stream_id
        }

    def streams(self) -> Collection[int]:
        """Return the streams that have a feed here."""
        return {slot.stream_id for slot in self._feeds}

    def take_still(self, slots: Sequence[Slot]) -> CodedStill | None:
        """Return what the first of `slots` that is filled here looks like, for others to decode.

        None as long as no young keyframe has come; the publisher may have been asked for one.
        """
        feed = self._filled(slots)
        return take_still(feed, self._clock()) if feed is not None else None

    def end_stream(self, stream_id: int) -> None:
        """The stream is over: its publishers and viewers are told, and their sessions end."""
        for session in self._sessions_of(stream_id):
            session.end()

    def end_guest(self, stream_id: int, user_id: int) -> None:
        """Somebody is not on the stage any more: what they publish ends, and who watches that."""
        for session in self._sessions_of(stream_id):
            if session.slot.user_id == user_id:
                session.end()

    def end_slot(self, slot: Slot) -> None:
        """What fills the slot may not be: it ends, and who watches it."""
        for session in self._sessions_at(slot):
            session.end()

    def end_login(self, login: bytes) -> None:
        """A sign-in has ended: so does what is published with it."""
        for session in tuple(self._sessions.values()):
            if isinstance(session, PublishSession) and session.login == login:
                session.end()

    def statistics(self) -> MediaStatistics:
        """Return the node's numbers, for metrics."""
        sessions = self._sessions.values()
        feeds = self._feeds.values()
        watching = (each.totals() for each in sessions if isinstance(each, WatchSession))
        sent = sum(watching, start=self._gone)
        return MediaStatistics(
            feeds=len(self._feeds),
            publishers=sum(f.publisher is not None for f in feeds),
            viewers=sum(len(f.viewers) for f in feeds),
            half_open=self._half_open(),
            packets_received=self._udp.packets_received,
            packets_sent=sent.packets,
            bytes_sent=sent.octets,
            sends_blocked=self._udp.sends_blocked,
            packets_resent=sent.resent,
            packets_asked_again=sent.nacks,
            keyframe_requests=self._requests_gone + sum(f.keyframe_requests for f in feeds),
            keyframe_wishes=sent.keyframe_wishes,
            freezes=sent.freezes,
            frozen_ms=sent.frozen_ms,
            segmentation=self._udp.segmentation,
        )

    # -- what the HTTP side asks

    def publish(
        self,
        right: PublishRight,
        offer_text: str,
        *,
        asked_at: str | None = None,
        asked_from: str = "",
    ) -> tuple[Session, str]:
        """Begin a publisher's session; return it and the answer.

        `asked_at` is the address of ours that the request came to, `asked_from` the client's.

        Whoever has the right takes the slot over from a publisher that is connected, as soon as its
        own connection stands: a page that reloads is never locked out by its own ghost.
        """
        offer = read_offer(offer_text)
        self.preconditions.check_offer(offer)
        agreements = agree_publish(offer)
        peer = self._admit(offer, asked_from)
        session = PublishSession(right.slot, peer, agreements, login=right.login)
        answer = write_publish_answer(
            agreements, self._answer_transport(peer, asked_at), session_id=secrets.randbits(62)
        )
        session.asked_from = asked_from
        self._begin(session, self._serve_publisher(session))
        return session, answer

    def watch(
        self,
        slots: Sequence[Slot],
        offer_text: str,
        *,
        asked_at: str | None = None,
        asked_from: str = "",
    ) -> tuple[Session, str]:
        """Begin a viewer's session; return it and the answer. It is of the first of `slots` that is
        filled.

        Raises NoPublisher.
        """
        offer = read_offer(offer_text)
        self.preconditions.check_offer(offer)
        feed = self._filled(slots)
        if feed is None:
            raise NoPublisher(retry_after_s=_NO_PUBLISHER_RETRY_S)
        agreements = agree_watch(offer, feed.formats)
        peer = self._admit(offer, asked_from)
        session = WatchSession(peer, tuple(map(forget_codecs, agreements)), feed=feed)
        answer = write_watch_answer(
            agreements,
            self._answer_transport(peer, asked_at),
            session_id=secrets.randbits(62),
            sources=session.sources,
        )
        session.asked_from = asked_from
        self._begin(session, self._serve_viewer(session))
        return session, answer

    def find_session(self, secret: str, kind: type[AnySession]) -> AnySession:
        """Return the session with that secret; raises NotFound, TakenOver."""
        session = self._sessions.get(secret)
        if session is None and kind is PublishSession and secret in self._taken_over:
            raise TakenOver
        if session is None or not isinstance(session, kind):
            raise NotFound("There is no such session, or it has ended.")
        return session

    def has(self, session: Session) -> bool:
        """Return whether `session` has not ended."""
        return self._sessions.get(session.secret) is session

    def end_session(self, session: Session, *, returns: bool = False) -> None:
        """End `session` by its client's wish; it cannot be found any more.

        `returns`: a publisher will be back, as a page that is loaded again.
        """
        if isinstance(session, PublishSession) and not returns:
            session.departure = Departure.STOPPED
        self._sessions.pop(session.secret, None)
        session.end()

    def restart_ice(self, session: Session, fragment: Fragment) -> str | None:
        """Take a client's ICE fragment; return ours if it restarts ICE, None if it only trickles.

        Trickled candidates need nothing: an ICE-lite server answers to where checks come from.
        """
        self.preconditions.check_fragment(fragment)
        if fragment.ice_ufrag is None or fragment.ice_pwd is None:
            return None
        if session.peer.has_had(fragment.ice_ufrag, fragment.ice_pwd):
            return None
        credentials = session.restart_ice(fragment.ice_ufrag, fragment.ice_pwd)
        self._demux.add(session)
        first = session.agreements[0].section
        return write_restart_fragment(
            first.mid, first.kind, credentials.ufrag, credentials.pwd, self._candidates()
        )

    def layers(self, session: WatchSession) -> LayerSelection:
        """Return what the viewer could be sent, is sent and has chosen."""
        viewer, feed = session.viewer, session.feed
        down = viewer.down_tracks.get("video") if viewer is not None else None
        return LayerSelection(
            media_id=next(
                (a.section.mid for a in session.agreements if a.section.kind == "video"), ""
            ),
            chosen=viewer.chosen_encoding if viewer is not None else None,
            current=feed.encoding_of(down.track) if down is not None else None,
            limit_bps=viewer.line.limit_bps if viewer is not None else None,
            ladder=feed.ladder,
        )

    def choose_layer(self, session: WatchSession, encoding: str | None) -> None:
        """Send the viewer that encoding from its next keyframe on; None lets the line decide.

        Raises Unprocessable for one that the publisher does not send.
        """
        viewer, feed = session.viewer, session.feed
        if encoding is not None and encoding not in feed.layers:
            raise Unprocessable("The publisher sends no such layer.")
        if viewer is not None:
            viewer.chosen_encoding = encoding
            feed.choose_layer(viewer, self._clock())

    def ice_server_links(self) -> list[str]:
        """Return the Link header values that name STUN and TURN servers."""
        return write_ice_server_links(
            self._options.turn_urls, self._options.turn_secret, unix_time=time.time()
        )

    # -- sessions

    def _admit(self, offer: Offer, asked_from: str) -> Peer:
        half_open = [each for each in self._sessions.values() if not each.connected]
        from_there = sum(each.asked_from == asked_from for each in half_open)
        if (
            self._closing
            or len(half_open) >= self._options.half_open_limit
            or from_there >= self._options.half_open_limit_per_address
        ):
            raise Overloaded(retry_after_s=_OVERLOADED_RETRY_S)
        return Peer(offer, certificate=self._certificate, udp=self._udp, now=self._clock())

    def _begin(self, session: Session, serving: Coroutine[None, None, None]) -> None:
        self._sessions[session.secret] = session
        self._demux.add(session)
        task = asyncio.create_task(self._supervise(session, serving))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _supervise(self, session: Session, serving: Coroutine[None, None, None]) -> None:
        """Own one session from POST to end. Whatever fails in it ends it alone."""
        try:
            await serving
        except HandshakeFailed as failed:
            logger.info("handshake failed", stream_id=session.stream_id, reason=str(failed))
        except Exception:
            logger.exception("session failed", stream_id=session.stream_id)
        finally:
            self._sessions.pop(session.secret, None)
            self._demux.discard(session)
            await session.peer.close()

    async def _serve_publisher(self, session: PublishSession) -> None:
        slot = session.slot
        feed = self._feeds.get(slot) or self._open_feed(slot)
        try:
            await session.serve(
                feed,
                buffer=self._buffer,
                clock=self._clock,
                handshake_limit_s=self._options.handshake_limit_s,
                silence_limit_s=self._options.publisher_silence_s,
                on_connected=self._note_publisher_connected,
                on_first_media=lambda: self._announcer.note(slot, feed.sending),
            )
        finally:
            if session.publisher is not None and feed.detach(session.publisher):
                self._announcer.note(slot, session.departure)
            # This session still counts as one of the feed's until the task ends.
            self._sessions.pop(session.secret, None)
            self._close_feed_if_unused(feed)

    async def _serve_viewer(self, session: WatchSession) -> None:
        try:
            await session.serve(
                buffer=self._buffer,
                clock=self._clock,
                handshake_limit_s=self._options.handshake_limit_s,
                silence_limit_s=self._options.consent_limit_s,
            )
        finally:
            self._gone += session.totals()
            # This session still counts as one of the feed's until the task ends.
            self._sessions.pop(session.secret, None)
            self._close_feed_if_unused(session.feed)

    def _note_publisher_connected(self, session: PublishSession) -> None:
        """End the publisher before, and the viewers that cannot decode what comes now."""
        for other in self._sessions_at(session.slot):
            if isinstance(other, WatchSession):
                stays = other.feed.suits(other.agreements)
            else:
                stays = other is session or not other.connected
            if stays:
                continue
            if isinstance(other, PublishSession):
                self._taken_over.append(other.secret)
            other.end()

    def _filled(self, slots: Sequence[Slot]) -> Feed | None:
        feeds = (self._feeds.get(slot) for slot in slots)
        return next((feed for feed in feeds if feed is not None and feed.publisher), None)

    def _open_feed(self, slot: Slot) -> Feed:
        feed = Feed(slot, buffer=self._buffer, schedule=self._schedule, clock=self._clock)
        self._feeds[slot] = feed
        return feed

    def _close_feed_if_unused(self, feed: Feed) -> None:
        users = self._sessions_at(feed.slot)
        if feed.publisher is None and not users and self._feeds.get(feed.slot) is feed:
            del self._feeds[feed.slot]
            self._requests_gone += feed.keyframe_requests

    def _sessions_of(self, stream_id: int) -> list[Session]:
        return [each for each in self._sessions.values() if each.stream_id == stream_id]

    def _sessions_at(self, slot: Slot) -> list[Session]:
        return [each for each in self._sessions.values() if each.slot == slot]

    def _half_open(self) -> int:
        return sum(not each.connected for each in self._sessions.values())

    def _answer_transport(self, peer: Peer, asked_at: str | None) -> AnswerTransport:
        return AnswerTransport(
            peer.credentials.ufrag,
            peer.credentials.pwd,
            self._fingerprint,
            peer.setup,
            self._candidates(asked_at),
        )

    def _candidates(self, asked_at: str | None = None) -> tuple[tuple[str, int], ...]:
        """Return our addresses, first the one that the client has reached already.

        FFmpeg tries only the first; on a host with several networks another may lead nowhere.
        """
        ordered = sorted(self.addresses, key=lambda address: address != asked_at)
        return tuple((address, self._udp.port) for address in ordered)

    async def close(self) -> None:
        """End every session and tell everybody, within the one deadline."""
        self._closing = True
        for session in tuple(self._sessions.values()):
            session.end()
        try:
            async with asyncio.timeout(self._options.close_limit_s):
                if self._serving:
                    await asyncio.wait(self._serving)
                await self._announcer.wait_quiet()
        except TimeoutError:
            logger.warning("media did not close in time", sessions=len(self._serving))
            for task in tuple(self._serving):
                task.cancel()
            if self._serving:
                await asyncio.wait(self._serving)


@asynccontextmanager
async def open_media(options: MediaOptions, broadcasts: Broadcasts) -> AsyncIterator[MediaNode]:
    """Open the UDP port and serve sessions until the block ends. Raises OSError if it is taken."""
    demux = Demux(asyncio.get_running_loop().time)
    announcer = Announcer(broadcasts)
    async with open_udp_port(options.port, demux.receive) as udp:
        node = MediaNode(options, demux=demux, udp=udp, announcer=announcer)
        telling = asyncio.create_task(announcer.run(refused=node.end_slot))
        try:
            yield node
        finally:
            await node.close()
            telling.cancel()
            await asyncio.wait((telling,))
