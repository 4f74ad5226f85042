"""Pictures of streams whose publishers send none, taken by the node that they arrive at."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image

from community.photographer import LiveMedia, Photographer, Rhythm, open_photographer
from community.stills import open_stills
from media.node import open_media
from media.ports import CodedStill, MediaOptions, Slot
from media.routes import add_media_routes
from persistence.database import Database
from persistence.snapshots import Snapshots
from tests.coded_pictures import keyframe
from tests.edge import Client, Edge
from tests.ffmpeg import open_ffmpeg_publisher
from tests.pictures import picture
from tests.runtime.media_server import OpenHouse
from tests.stage import make_stream

WAIT_S = 40.0
AT_ONCE = timedelta()
PROMPT = Rhythm(first_after=AT_ONCE)
QUICK = Rhythm(look_every_s=0.2, again_after_s=0.5, first_after=AT_ONCE)
STILL = CodedStill("VP8", keyframe("VP8"))


@dataclass
class FeedsByHand:
    """What arrives at a node, made by hand; keeps what was asked for."""

    stills: dict[int, CodedStill | None] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def streams(self) -> Collection[int]:
        return self.stills.keys()

    def take_still(self, slots: Sequence[Slot]) -> CodedStill | None:
        assert {each.stream_id for each in slots} == {slots[0].stream_id}
        assert [each.kind for each in slots] == ["camera", "screen"]
        self.asked.append(slots[0].stream_id)
        return self.stills[slots[0].stream_id]


class Noticed:
    """A node's media, of which a test knows when it is looked at."""

    def __init__(self, media: LiveMedia) -> None:
        self._media = media
        self._looked = asyncio.Event()
        self.take_still = media.take_still

    def streams(self) -> Collection[int]:
        self._looked.set()
        return self._media.streams()

    async def wait_until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        """Ask after each look, until it is so."""
        async with asyncio.timeout(WAIT_S):
            while not await is_so():
                self._looked.clear()
                await self._looked.wait()


class Hire(Protocol):
    """Makes a photographer."""

    def __call__(
        self,
        media: LiveMedia,
        *,
        now: Callable[[], float] = ...,
        rhythm: Rhythm = ...,
    ) -> Photographer: ...


@pytest_asyncio.fixture
async def hire(database: Database) -> AsyncIterator[Hire]:
    """Makes photographers for one test, who look around only when they are told to."""
    async with open_stills() as stills:

        def hired(
            media: LiveMedia,
            *,
            now: Callable[[], float] = lambda: 0.0,
            rhythm: Rhythm = PROMPT,
        ) -> Photographer:
            return Photographer(
                Snapshots(database), media=media, stills=stills, rhythm=rhythm, clock=now
            )

        yield hired


async def live_stream(person: Client, database: Database, visibility: str = "public") -> int:
    """Return a stream that is live, as if it were being published."""
    stream = await make_stream(person, visibility)
    await database.execute(
        "UPDATE streams SET status = 'live', started_at = now() WHERE id = $1", int(stream.id)
    )
    return int(stream.id)


async def addresses(edge: Edge, stream_id: int | str) -> list[str]:
    answer = await edge.nobody.ask("GET", f"/api/v1/streams/{stream_id}/snapshots")
    items: list[str] = answer.body["items"]
    return items


async def fetched(edge: Edge, address: str) -> bytes | None:
    """Return the newest picture, None if it has been taken off for a newer one meanwhile."""
    async with edge.http.get(edge.url + address) as response:
        return await response.read() if response.status == 200 else None


@asynccontextmanager
async def open_live_media(edge: Edge) -> AsyncIterator[tuple[LiveMedia, str]]:
    """Take in media for the streams of an edge; yield it, and where."""
    options = MediaOptions(port=0, addresses=("127.0.0.1",))
    async with open_media(options, edge.broadcasts) as media:
        app = web.Application()
        add_media_routes(app, media, edge.broadcasts, door=OpenHouse())
        async with TestServer(app) as server:
            yield media, str(server.make_url("")).rstrip("/")


async def test_a_stream_from_an_encoder_is_seen_to_move(
    snapshot_edge: Edge, database: Database, tmp_path: Path
) -> None:
    ann = await snapshot_edge.person("ann")
    stream = await make_stream(ann)
    seen: list[bytes] = []

    async def another_is_there() -> bool:
        for address in (await addresses(snapshot_edge, stream.id))[-1:]:
            content = await fetched(snapshot_edge, address)
            if content is not None and content not in seen:
                seen.append(content)
                return True
        return False

    async with open_live_media(snapshot_edge) as (arriving, url):
        media = Noticed(arriving)
        publishing = open_ffmpeg_publisher(f"{url}/whip/{stream.id}", stream.key, tmp_path)
        async with publishing, open_photographer(database, media=media, rhythm=QUICK):
            await media.wait_until(another_is_there)
            await media.wait_until(another_is_there)
    assert {Image.open(io.BytesIO(each)).format for each in seen} == {"WEBP"}
    assert {Image.open(io.BytesIO(each)).size for each in seen} == {(320, 240)}


async def test_only_what_is_live_for_everybody_is_looked_at(
    snapshot_edge: Edge, database: Database, hire: Hire
) -> None:
    feeds = FeedsByHand()
    for name, visibility in (("ann", "public"), ("bob", "unlisted"), ("cid", "private")):
        person = await snapshot_edge.person(name)
        feeds.stills[await live_stream(person, database, visibility)] = STILL
    scheduled = await make_stream(await snapshot_edge.person("dan"))
    feeds.stills[int(scheduled.id)] = STILL
    elsewhere = await live_stream(await snapshot_edge.person("eve"), database)
    await hire(feeds).look()
    [public, *others] = feeds.stills
    assert feeds.asked == [public] and len(await addresses(snapshot_edge, public)) == 1
    for other in (*others, elsewhere):
        assert await addresses(snapshot_edge, other) == []


async def test_a_publisher_that_sends_its_own_is_left_alone(
    snapshot_edge: Edge, database: Database, hire: Hire
) -> None:
    ann = await snapshot_edge.person("ann")
    feeds = FeedsByHand({await live_stream(ann, database): STILL})
    [stream_id] = feeds.stills
    path, kind = f"/api/v1/streams/{stream_id}/snapshots", {"Content-Type": "image/jpeg"}
    sent = await ann.ask("POST", path, data=picture("JPEG", (960, 540)), headers=kind)
    assert sent.status == 204
    own = await addresses(snapshot_edge, stream_id)
    await hire(feeds).look()
    assert feeds.asked == [] and await addresses(snapshot_edge, stream_id) == own
    # Its page has been closed, and an encoder has taken over.
    await database.execute("UPDATE stream_snapshots SET taken_at = now() - interval '41 seconds'")
    await hire(feeds).look()
    assert feeds.asked == [stream_id] and (await addresses(snapshot_edge, stream_id))[-1:] != own
    # What the node took itself does not keep it from taking the next.
    await hire(feeds).look()
    assert feeds.asked == [stream_id, stream_id]


async def test_a_stream_that_begins_is_given_time_to_send_its_own(
    snapshot_edge: Edge, database: Database, hire: Hire
) -> None:
    feeds = FeedsByHand({await live_stream(await snapshot_edge.person("ann"), database): STILL})
    late = Rhythm(first_after=timedelta(minutes=1))
    await hire(feeds, rhythm=late).look()
    assert feeds.asked == []


async def test_each_is_looked_at_once_in_a_while_and_what_cannot_be_read_more_seldom(
    snapshot_edge: Edge, database: Database, hire: Hire
) -> None:
    now = 0.0
    readable = await live_stream(await snapshot_edge.person("ann"), database)
    hostile = await live_stream(await snapshot_edge.person("bob"), database)
    unready = await live_stream(await snapshot_edge.person("cid"), database)
    feeds = FeedsByHand(
        {readable: STILL, hostile: CodedStill("H264", b"no picture"), unready: None}
    )
    looking = hire(feeds, now=lambda: now)

    async def asked_at(seconds: float) -> set[int]:
        nonlocal now
        now = seconds
        feeds.asked.clear()
        await looking.look()
        return set(feeds.asked)

    assert await asked_at(0) == {readable, hostile, unready}
    assert await asked_at(5) == {unready}
    assert await asked_at(15) == {readable, unready}
    assert await asked_at(60) == {readable, hostile, unready}
    assert await addresses(snapshot_edge, hostile) == []
    # Who has gone and comes back is looked at anew.
    del feeds.stills[hostile]
    assert hostile not in await asked_at(61)
    feeds.stills[hostile] = STILL
    assert hostile in await asked_at(62)
    assert len(await addresses(snapshot_edge, hostile)) == 1


async def test_who_has_waited_longest_is_first(
    snapshot_edge: Edge, database: Database, hire: Hire
) -> None:
    feeds = FeedsByHand()
    for name in ("ann", "bob", "cid"):
        feeds.stills[await live_stream(await snapshot_edge.person(name), database)] = None
    ann, bob, cid = feeds.stills
    for stream_id, seconds in ((ann, 10), (cid, 20)):
        await database.execute(
            "INSERT INTO stream_snapshots (stream_id, slot, content, is_still, taken_at)"
            " VALUES ($1, 0, '', true, now() - make_interval(secs => $2))",
            stream_id,
            float(seconds),
        )
    await hire(feeds).look()
    assert feeds.asked == [bob, cid, ann]
