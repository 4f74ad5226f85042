"""What media asks of the rest of the house, and what it offers to it.

`Broadcasts` is implemented by the rooms: media never sees an account, a key's hash or a database.
`MediaOptions` is media's part of the settings. The statistics are frozen records, made on request.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from media.layer_choice import Rung

FeedKind = Literal["camera", "screen"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on a stream's stage: whose, and which of their two pictures. One feed fills it."""

    stream_id: int
    user_id: int
    kind: FeedKind


@dataclass(frozen=True, slots=True)
class PublishRight:
    """What somebody may publish."""

    slot: Slot
    login: bytes | None
    """The sign-in that it hangs on and ends with. None: a stream key, which is nobody's sign-in."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Of what a publisher's media consists."""

    has_audio: bool
    has_video: bool


class Departure(enum.Enum):
    """How a publisher has gone."""

    AWAY = "away"
    """It fell silent, closed, or said that it comes back: a place is kept for it."""
    STOPPED = "stopped"
    """It ended its session, and nobody need wait for it."""


class Broadcasts(Protocol):
    """Who may publish and watch, and who wants to know that media comes or has stopped.

    All four are called from tasks that media owns, never from the packet path; they may wait.
    """

    async def authorise_publish(
        self, credential: str, stream_id: int | None, kind: FeedKind
    ) -> PublishRight:
        """Return what a stream key or a session token may publish.

        `stream_id` is the one in the address; without one only a key says which it is.
        Raises Unauthenticated for what opens nothing, NotOnStage, NotFound, StreamEnded.
        """

    async def authorise_watch(
        self, stream_id: int, token: str | None, feed_id: int | None
    ) -> Sequence[Slot]:
        """Return what whoever holds `token` may watch: that feed, or those to take by preference.

        Raises Unauthenticated, Forbidden, NotFound.
        """

    async def publishing_started(self, slot: Slot, sending: Sending) -> None:
        """The first media packet of a publisher has arrived, or another one sends other media."""

    async def publishing_stopped(self, slot: Slot, departure: Departure = Departure.AWAY) -> None:
        """The publisher has gone: by DELETE, by its own close or by silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaOptions:
    """How this node sends and receives media."""

    port: int
    """The UDP port of all audio and video; 0 takes any free one."""
    addresses: tuple[str, ...] = ()
    """The addresses put into SDP; empty means the host's own."""
    loopback_only: bool = False
    """Whether HTTP is served on loopback only, so that 127.0.0.1 is what players can reach."""
    turn_urls: tuple[str, ...] = ()
    """STUN and TURN servers that players are told of."""
    turn_secret: str | None = None
    """The secret shared with coturn (`static-auth-secret`)."""
    strict: bool = False
    """Whether clients are held to the letter of RFC 9725, as few of them are ready for."""
    handshake_limit_s: float = 10.0
    """How long a session may take from the POST to the end of the DTLS handshake."""
    half_open_limit: int = 1024
    """How many sessions may be in their handshake at once; more are told to come back."""
    half_open_limit_per_address: int = 256
    """How many of them may have been asked for from one address: a class room may join at once."""
    consent_limit_s: float = 30.0
    """How long a viewer may be silent (RFC 7675)."""
    publisher_silence_s: float = 10.0
    """How long a publisher may be silent: shorter, because a whole room waits for it."""
    close_limit_s: float = 2.0
    """The one deadline for telling everybody that this node closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStatistics:
    """What a studio shows of one feed."""

    is_publishing: bool
    bitrate_bps: int
    frames_per_second: float
    packet_loss: float
    """Share of the publisher's packets that never arrived, 0 to 1, over the last seconds."""
    rtt_s: float | None
    viewers: int
    keyframe_age_s: float | None
    video_codec: str | None
    audio_codec: str | None
    encodings: tuple[Rung, ...] = ()
    """The encodings of the picture, smallest first; one if the publisher has no simulcast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSelection:
    """What one viewer could be sent of the picture, is sent and has chosen."""

    media_id: str
    """The mid of the picture in the viewer's session."""
    chosen: str | None
    """None: the line decides."""
    current: str | None
    limit_bps: float | None
    """What the line carries; infinite as long as it was never found full."""
    ladder: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class CodedStill:
    """What a feed looked like a moment ago, as its publisher coded it."""

    codec: str
    """H264, VP8, VP9 or AV1."""
    content: bytes
    """One picture as a decoder takes it. Nobody has looked into it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaStatistics:
    """What a node's metrics show."""

    feeds: int
    publishers: int
    viewers: int
    half_open: int
    packets_received: int
    packets_sent: int
    bytes_sent: int
    sends_blocked: int
    packets_resent: int
    packets_asked_again: int
    """What players have asked for again (NACK)."""
    keyframe_requests: int
    keyframe_wishes: int
    """What players have asked for (PLI, FIR), before wishes are merged into requests."""
    freezes: int
    """How often pictures have stood still, as pages report it."""
    frozen_ms: int
    segmentation: bool
    """Whether the kernel takes several packets at once (UDP_SEGMENT)."""
