"""The REST edge of stages: who is on one, and the steps that bring people there and away."""

from __future__ import annotations

from errors import (
    Banned,
    Blocked,
    Conflict,
    Forbidden,
    NotFound,
    StageFull,
    StreamEnded,
    TimedOut,
    Unprocessable,
)
from media.ports import FeedKind
from persistence.database import Database
from persistence.stages import stage_of
from persistence.streams import stream_by_id
from rooms.stage import CAPACITY, Guest, GuestStatus, StageFeed
from rooms.stages import Stages
from server.gate import Access, Gate
from server.limits import Policy
from server.routing import Call, Route
from server.wire import Id, Time, Told, UserJson, path_username

# Each step is told to somebody: asking and withdrawing must not become a way of ringing a bell.
STEPS = Policy("stage-steps", 30, 60)


class FeedJson(Told):
    """What somebody on stage publishes, or has published."""

    id: Id
    stream_id: Id
    user: UserJson
    kind: FeedKind
    publishing: bool
    stopped: bool
    has_audio: bool
    has_video: bool


class GuestJson(Told):
    """Somebody who is on stage, or on the way there."""

    user: UserJson
    status: GuestStatus
    at: Time


class StageJson(Told):
    """A stage at one moment. A higher version is newer."""

    version: int
    feeds: list[FeedJson]
    guests: list[GuestJson]
    capacity: int


class StageRoutes:
    """See a stage, come, bring, leave and send away."""

    def __init__(self, database: Database, *, stages: Stages, gate: Gate) -> None:
        self._database = database
        self._stages = stages
        self._gate = gate

    def routes(self) -> list[Route]:
        """Return the table."""
        guest = "/api/v1/streams/{stream_id}/guests/{username}"
        return [
            Route(
                "GET",
                "/api/v1/streams/{stream_id}/stage",
                self._see,
                summary="See who is on a stream's stage, and what they publish",
                errors=(NotFound,),
            ),
            Route(
                "PUT",
                guest,
                self._bring,
                access=Access.SIGNED_IN,
                summary="Invite somebody on stage or accept their request; ask, or accept, oneself",
                errors=(
                    NotFound,
                    Forbidden,
                    Banned,
                    TimedOut,
                    Blocked,
                    StreamEnded,
                    StageFull,
                    Conflict,
                    Unprocessable,
                ),
            ),
            Route(
                "DELETE",
                guest,
                self._remove,
                access=Access.SIGNED_IN,
                status=204,
                summary="Take somebody off the stage; leave it, decline or withdraw oneself",
                errors=(NotFound, Forbidden),
            ),
        ]

    async def _see(self, call: Call[None, None]) -> StageJson:
        stream = await stream_by_id(self._database, call.path_id("stream_id"))
        if stream is None or not stream.is_visible_to(call.user_id):
            raise NotFound()
        stage = await stage_of(self._database, stream.id)
        if stage is None:
            raise NotFound()  # it was deleted between the two looks
        return StageJson(
            version=stage.version,
            feeds=[_feed_json(feed, stream.id) for feed in stage.feeds],
            guests=[_guest_json(guest) for guest in stage.guests_seen_by(call.user_id)],
            capacity=CAPACITY,
        )

    async def _bring(self, call: Call[None, None]) -> GuestJson:
        await self._gate.spend(call.request, STEPS, f"user:{call.signed_in.user_id}")
        stream_id, username = _named(call)
        return _guest_json(await self._stages.bring(call.signed_in, stream_id, username))

    async def _remove(self, call: Call[None, None]) -> None:
        stream_id, username = _named(call)
        await self._stages.remove(call.signed_in, stream_id, username)


def _named(call: Call[None, None]) -> tuple[int, str]:
    return call.path_id("stream_id"), path_username(call.path_text("username"))


def _feed_json(feed: StageFeed, stream_id: int) -> FeedJson:
    return FeedJson(
        id=feed.id,
        stream_id=stream_id,
        user=UserJson(id=feed.user.id, username=feed.user.username),
        kind=feed.kind,
        publishing=feed.is_publishing,
        stopped=feed.is_stopped,
        has_audio=feed.has_audio,
        has_video=feed.has_video,
    )


def _guest_json(guest: Guest) -> GuestJson:
    return GuestJson(
        user=UserJson(id=guest.user.id, username=guest.user.username),
        status=guest.status,
        at=guest.at,
    )
