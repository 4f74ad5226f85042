"""People on the stage of a stream, with real cameras: for tests over a whole node."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from tests.edge import Answer, Client
from tests.room_node import WAIT_S, Visitor
from tests.runtime.light_peer import H264, OPUS, open_light_peer
from tests.runtime.media_clients import HandPublisher, HandViewer, certificate, post_offer
from tests.site import Site

SDP = {"Content-Type": "application/sdp"}


@dataclass(frozen=True, slots=True)
class _Reached:
    client: ClientSession
    url: str


@dataclass(frozen=True, slots=True)
class StreamOnSite:
    """A stream of somebody's."""

    id: str
    key: str

    @property
    def path(self) -> str:
        return f"/api/v1/streams/{self.id}"

    def guest(self, username: str) -> str:
        """Return the address of a guest."""
        return f"{self.path}/guests/{username}"


async def make_stream(owner: Client, visibility: str = "public") -> StreamOnSite:
    """Make a stream that has not begun."""
    answer = await owner.ask(
        "POST", "/api/v1/streams", {"title": "Pairing", "visibility": visibility}
    )
    assert answer.status == 201, answer
    return StreamOnSite(answer.body["id"], answer.body["stream_key"])


async def bring(owner: Client, guest: Client, stream: StreamOnSite) -> None:
    """Bring somebody on stage."""
    for person, status in ((owner, "invited"), (guest, "accepted")):
        answer = await person.ask("PUT", stream.guest(guest.username))
        assert (answer.status, answer.body["status"]) == (200, status), answer


async def stage_of(anybody: Client, stream: StreamOnSite) -> Mapping[str, Any]:
    """Return the stage as somebody sees it."""
    answer = await anybody.ask("GET", stream.path + "/stage")
    assert answer.status == 200, answer
    stage: Mapping[str, Any] = answer.body
    return stage


async def wait_stage(visitor: Visitor, **on_air: bool) -> Mapping[str, Any]:
    """Return the stage once the feeds named `user_kind` are on air, or (False) are not."""

    def is_so() -> bool:
        heard = visitor.heard.get("stage:state", ())
        if not heard:
            return False
        feeds = {f"{f['user']['username']}_{f['kind']}": f for f in heard[-1]["feeds"]}
        return all(
            (name in feeds and feeds[name]["publishing"]) is is_on for name, is_on in on_air.items()
        )

    await visitor.wait_until(is_so)
    stage: Mapping[str, Any] = visitor.heard["stage:state"][-1]
    return stage


def feed_id(stage: Mapping[str, Any], username: str, kind: str = "camera") -> str:
    """Return the id of somebody's feed."""
    (found,) = [
        feed["id"]
        for feed in stage["feeds"]
        if (feed["user"]["username"], feed["kind"]) == (username, kind)
    ]
    return str(found)


@asynccontextmanager
async def open_camera(
    site: Site, stream: StreamOnSite, credential: str | None, feed: str = "camera"
) -> AsyncIterator[HandPublisher]:
    """Publish a feed, with its first keyframe sent."""
    async with open_light_peer(certificate()) as peer:
        offer = peer.write_offer("sendonly", OPUS, H264)
        answer, url = await post_offer(
            _Reached(site.http, site.url), f"/whip/{stream.id}?feed={feed}", offer, credential
        )
        await peer.connect(answer)
        publisher = HandPublisher(peer, url, answer)
        publisher.send_keyframe()
        yield publisher


@asynccontextmanager
async def open_screening(
    site: Site, stream: StreamOnSite, feed: str | None = None
) -> AsyncIterator[HandViewer]:
    """Watch a feed, or without one the streamer."""
    async with open_light_peer(certificate()) as peer:
        offer = peer.write_offer("recvonly", OPUS, H264)
        path = f"/whep/{stream.id}" + (f"?feed={feed}" if feed else "")
        answer, url = await post_offer(_Reached(site.http, site.url), path, offer, None)
        await peer.connect(answer)
        yield HandViewer(peer, url, answer)


async def offer_camera(
    site: Site,
    stream: StreamOnSite,
    credential: str | None,
    query: str = "",
    *,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Return what somebody is told who wants to publish."""
    async with open_light_peer(certificate()) as peer:
        offer = peer.write_offer("sendonly", OPUS, H264).encode()
    anybody = Client(site.http, site.url, credential)
    sent = {**SDP, **(headers or {})}
    return await anybody.ask("POST", f"/whip/{stream.id}{query}", data=offer, headers=sent)


async def offer_screening(site: Site, stream: StreamOnSite, feed: str) -> Answer:
    """Return what anybody is told who wants to watch a feed."""
    async with open_light_peer(certificate()) as peer:
        offer = peer.write_offer("recvonly", OPUS, H264).encode()
    return await site.nobody.ask("POST", f"/whep/{stream.id}?feed={feed}", data=offer, headers=SDP)


async def wait_cut(*cut: HandPublisher | HandViewer) -> None:
    """Return when these have been told that it is over."""
    async with asyncio.timeout(WAIT_S):
        for each in cut:
            await each.peer.closed.wait()
