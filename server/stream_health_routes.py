"""The REST edge of how streams are doing: one for its streamer, all of a node for its keeper.

A stream is as many feeds as it has here; the numbers that stand for it are those of its first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import nlargest
from typing import Any, Protocol

from errors import Forbidden, NotFound
from media.health import FeedHealth, ViewerHealth
from media.ports import FeedKind, Slot
from persistence.database import Database
from persistence.streams import owners_of, stream_by_id
from server.gate import Access
from server.routing import Call, Route
from server.wire import Id, Told

ADMIN = "admin"
# A page shows them all; who looks after a node wants the worst.
WATCHING_LIMIT = 200


class LiveMedia(Protocol):
    """What is asked of media: the feeds of this node."""

    def health(self, stream_id: int) -> Mapping[Slot, FeedHealth]:
        """Return the health of a stream's feeds that are here."""

    def streams(self) -> Iterable[int]:
        """Return the streams that have a feed here."""


class EncodingJson(Told):
    """One size of the picture."""

    name: str
    width: int | None
    height: int | None
    bitrate_bps: int
    viewers: int


class _HealthJson(Told):
    """Numbers over the last seconds; null where nothing was measured."""

    publishing: bool
    bitrate_bps: int
    frames_per_second: float
    loss: float
    rtt_ms: int | None
    keyframe_age_ms: int | None
    video_codec: str | None
    audio_codec: str | None
    encodings: list[EncodingJson]
    viewers: int
    viewers_troubled: int
    viewers_rtt_ms: int | None
    advice: list[str]


class FeedHealthJson(_HealthJson):
    """One feed."""

    user_id: Id
    kind: FeedKind


class ViewerHealthJson(Told):
    """One player, without a name."""

    encoding: str | None
    bitrate_bps: int
    loss: float
    rtt_ms: int | None
    packets_asked_again: int
    keyframes_asked: int
    freezes: int
    frozen_ms: int


class WatchedFeedJson(FeedHealthJson):
    """One feed with those who watch it."""

    watching: list[ViewerHealthJson]


class StreamHealthJson(_HealthJson):
    """A stream: the numbers of the streamer's camera, or else of the feed that is there."""

    stream_id: Id
    feeds: list[FeedHealthJson]
    """Each of its feeds, the streamer's first."""


class WatchedStreamJson(_HealthJson):
    """A stream, and who watches each of its feeds."""

    stream_id: Id
    feeds: list[WatchedFeedJson]


class NodeMediaJson(Told):
    """Every stream whose media is on the node that answers."""

    items: list[WatchedStreamJson]


class StreamHealthRoutes:
    """Built by node/live.py; `routes()` is its table."""

    def __init__(self, database: Database, media: LiveMedia) -> None:
        self._database = database
        self._media = media

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "GET",
                "/api/v1/streams/{stream_id}/health",
                self._one,
                access=Access.SIGNED_IN,
                summary="How one's own stream is doing, with advice",
                errors=(NotFound, Forbidden),
            ),
            Route(
                "GET",
                "/api/v1/media",
                self._all,
                access=Access.SIGNED_IN,
                summary="How every stream on this node is doing; admins only",
                errors=(Forbidden,),
            ),
        ]

    async def _one(self, call: Call[None, None]) -> StreamHealthJson:
        stream_id = call.path_id("stream_id")
        stream = await stream_by_id(self._database, stream_id)
        if stream is None or not stream.is_visible_to(call.user_id):
            raise NotFound("There is no such stream.")
        health = self._media.health(stream_id)
        if stream.user_id != call.user_id and call.signed_in.role != ADMIN:
            # A guest sees how their own picture is doing, and nothing of the others'.
            health = {slot: each for slot, each in health.items() if slot.user_id == call.user_id}
            if not health:
                raise Forbidden("Only the streamer sees how the stream is doing.")
        if not health:
            raise NotFound("No media of this stream is here.")
        return _stream_json(stream_id, health, owner_id=stream.user_id)

    async def _all(self, call: Call[None, None]) -> NodeMediaJson:
        if call.signed_in.role != ADMIN:
            raise Forbidden("Only admins see the node's media.")
        stream_ids = list(self._media.streams())
        owners = await owners_of(self._database, stream_ids)
        return NodeMediaJson(
            items=[
                _watched_json(each, health, owner_id=owners.get(each))
                for each in stream_ids
                # A feed that has gone while the database was asked is not here any more.
                if (health := self._media.health(each))
            ]
        )


def _stream_json(
    stream_id: int, health: Mapping[Slot, FeedHealth], *, owner_id: int | None
) -> StreamHealthJson:
    slots = _in_order(health, owner_id)
    return StreamHealthJson(
        stream_id=stream_id,
        feeds=[
            FeedHealthJson(user_id=slot.user_id, kind=slot.kind, **_numbers(health[slot]))
            for slot in slots
        ],
        **_numbers(health[slots[0]]),
    )


def _watched_json(
    stream_id: int, health: Mapping[Slot, FeedHealth], *, owner_id: int | None
) -> WatchedStreamJson:
    slots = _in_order(health, owner_id)
    return WatchedStreamJson(
        stream_id=stream_id,
        feeds=[
            WatchedFeedJson(
                user_id=slot.user_id,
                kind=slot.kind,
                watching=_watching(health[slot].viewers.each),
                **_numbers(health[slot]),
            )
            for slot in slots
        ],
        **_numbers(health[slots[0]]),
    )


def _in_order(slots: Iterable[Slot], owner_id: int | None) -> list[Slot]:
    """Put the streamer's feeds first, and each one's camera before the screen."""
    return sorted(slots, key=lambda each: (each.user_id != owner_id, each.user_id, each.kind))


def _watching(viewers: Iterable[ViewerHealth]) -> list[ViewerHealthJson]:
    worst = nlargest(
        WATCHING_LIMIT, viewers, key=lambda each: (each.fraction_lost, each.rtt_s or 0.0)
    )
    return [
        ViewerHealthJson(
            encoding=each.encoding,
            bitrate_bps=each.bitrate_bps,
            loss=round(each.fraction_lost, 4),
            rtt_ms=_milliseconds(each.rtt_s),
            packets_asked_again=each.totals.nacks,
            keyframes_asked=each.totals.keyframe_wishes,
            freezes=each.totals.freezes,
            frozen_ms=each.totals.frozen_ms,
        )
        for each in worst
    ]


def _numbers(health: FeedHealth) -> dict[str, Any]:
    feed, viewers = health.feed, health.viewers
    return {
        "publishing": feed.is_publishing,
        "bitrate_bps": feed.bitrate_bps,
        "frames_per_second": feed.frames_per_second,
        "loss": round(feed.packet_loss, 4),
        "rtt_ms": _milliseconds(feed.rtt_s),
        "keyframe_age_ms": _milliseconds(feed.keyframe_age_s),
        "video_codec": feed.video_codec,
        "audio_codec": feed.audio_codec,
        "encodings": _encodings(health),
        "viewers": viewers.count,
        "viewers_troubled": viewers.troubled,
        "viewers_rtt_ms": _milliseconds(viewers.rtt_s),
        "advice": list(health.advice),
    }


def _encodings(health: FeedHealth) -> list[EncodingJson]:
    watched: Mapping[str, int] = health.viewers.encodings
    return [
        EncodingJson(
            name=rung.encoding,
            width=rung.size[0] if rung.size else None,
            height=rung.size[1] if rung.size else None,
            bitrate_bps=rung.bitrate_bps,
            viewers=watched.get(rung.encoding, 0),
        )
        for rung in health.feed.encodings
    ]


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
