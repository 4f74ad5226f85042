"""A still of a feed: its last keyframe, copied out of the ring for somebody else to decode.

Nothing is decoded here, and forwarding knows nothing of it. Of a simulcast it is the smallest
encoding. A publisher that has sent no keyframe lately is asked for one, once in an interval at most
and not if viewers have just asked.
"""

from __future__ import annotations

from media.depacketising import JOIN
from media.feed import Feed
from media.layer import Layer
from media.ports import CodedStill
from media.track import FeedPacket, FeedTrack

# As often as stills are taken: an older keyframe was the one of the still before.
YOUNG_S = 15.0
# A keyframe of a publisher of 20 Mb/s has less; what has more is not waited for.
LIMIT_BYTES = 2 * 1024 * 1024


def take_still(feed: Feed, now: float) -> CodedStill | None:
    """Return what `feed` looked like a moment ago; None if no young keyframe has come whole."""
    layer = _smallest(feed)
    if layer is None:
        return None
    keyframe = layer.track.get_keyframe()
    if keyframe is None or now - keyframe.arrived_at >= YOUNG_S:
        if layer.is_request_due(now, interval_s=YOUNG_S):
            feed.request_keyframe(layer, now)
        return None
    payloads = gather(layer.track, keyframe)
    join = JOIN.get(layer.track.format.name)
    if payloads is None or join is None:
        return None
    return CodedStill(layer.track.format.name, join(payloads))


def _smallest(feed: Feed) -> Layer | None:
    if feed.publisher is None or "video" not in feed.formats:
        return None
    active = (feed.layers.get(rung.encoding) for rung in feed.ladder if rung.is_active)
    return next((layer for layer in active if layer is not None), None)


def gather(track: FeedTrack, keyframe: FeedPacket) -> list[bytes] | None:
    """Return the payloads of the picture that begins with `keyframe`; None if one is missing.

    The marker ends it, or the next picture, where it is lost what ends it.
    """
    payloads: list[bytes] = []
    size_bytes = 0
    packet: FeedPacket | None = keyframe
    while packet is not None and packet.timestamp == keyframe.timestamp:
        payloads.append(packet.payload)
        size_bytes += len(packet.payload)
        if size_bytes > LIMIT_BYTES:
            return None
        if packet.marker:
            return payloads
        packet = track.get(packet.sequence + 1)
    return None if packet is None else payloads
