"""Feeds of a stage with real publishers and viewers, through whole nodes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from persistence.database import Database
from tests.edge import Client
from tests.redis import RedisServer
from tests.room_node import Visitor, visit
from tests.site import Site, open_whole_site
from tests.stage import (
    StreamOnSite,
    bring,
    feed_id,
    make_stream,
    offer_camera,
    offer_screening,
    open_camera,
    open_screening,
    stage_of,
    wait_cut,
    wait_stage,
)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Ann streams with Bob on stage, and somebody looks on."""

    site: Site
    stream: StreamOnSite
    ann: Client
    bob: Client
    room: Visitor

    async def status(self) -> tuple[str, bool]:
        """Return what has become of the stream, and whether its owner publishes."""
        seen = (await self.ann.ask("GET", self.stream.path)).body
        return seen["status"], seen["publishing"]


@pytest_asyncio.fixture
async def pairing(whole_site: Site) -> AsyncIterator[Pairing]:
    """A stream that has not begun, with a guest on stage."""
    ann, bob = await whole_site.person("ann"), await whole_site.person("bob")
    stream = await make_stream(ann)
    await bring(ann, bob, stream)
    async with visit(whole_site) as room:
        await room.join(int(stream.id))
        yield Pairing(whole_site, stream, ann, bob, room)


async def test_streamer_and_guest_are_watched_side_by_side(pairing: Pairing) -> None:
    site, stream, ann, bob = pairing.site, pairing.stream, pairing.ann, pairing.bob
    async with (
        open_camera(site, stream, stream.key) as camera,
        open_camera(site, stream, ann.token, "screen") as screen,
        open_camera(site, stream, bob.token) as guest,
    ):
        publishers = {
            ("ann", "camera"): camera,
            ("ann", "screen"): screen,
            ("bob", "camera"): guest,
        }
        stage = await wait_stage(pairing.room, ann_camera=True, ann_screen=True, bob_camera=True)
        assert {(each["has_audio"], each["has_video"]) for each in stage["feeds"]} == {(True, True)}
        assert (await stage_of(site.nobody, stream))["feeds"] == stage["feeds"]
        for (username, kind), publisher in publishers.items():
            async with open_screening(site, stream, feed_id(stage, username, kind)) as viewer:
                # The first payload of a keyframe is the same of everybody.
                others = {
                    payload
                    for other in publishers.values()
                    if other is not publisher
                    for payload in other.send_keyframe()[1:]
                }
                await viewer.wait_for(publisher.send_keyframe()[-1])
                assert not {packet.payload for packet in viewer.video()} & others
        async with open_screening(site, stream) as viewer:
            await viewer.wait_for(camera.send_keyframe()[-1])
        health = (await ann.ask("GET", stream.path + "/health")).body
        assert [(each["user_id"], each["kind"]) for each in health["feeds"]] == [
            (ann.user_id, "camera"),
            (ann.user_id, "screen"),
            (bob.user_id, "camera"),
        ]
        assert health["video_codec"] == "H264"
        own = (await bob.ask("GET", stream.path + "/health")).body
        assert [each["user_id"] for each in own["feeds"]] == [bob.user_id]
        carl = await site.person("carl")
        assert (await carl.ask("GET", stream.path + "/health")).status == 403


async def test_a_stream_is_live_by_its_owners_feeds_alone(pairing: Pairing) -> None:
    site, stream, room = pairing.site, pairing.stream, pairing.room
    async with open_camera(site, stream, pairing.bob.token):
        await wait_stage(room, bob_camera=True)
        assert await pairing.status() == ("scheduled", False)
        async with open_camera(site, stream, stream.key, "screen"):
            await wait_stage(room, ann_screen=True)
            assert await pairing.status() == ("live", True)
            async with open_camera(site, stream, stream.key):
                await wait_stage(room, ann_camera=True)
            await wait_stage(room, ann_camera=False)
            assert await pairing.status() == ("live", True)
        await wait_stage(room, ann_screen=False, bob_camera=True)
        assert await pairing.status() == ("live", False)


async def test_ending_the_stream_ends_every_feed(pairing: Pairing) -> None:
    site, stream = pairing.site, pairing.stream
    async with (
        open_camera(site, stream, stream.key) as camera,
        open_camera(site, stream, pairing.bob.token) as guest,
    ):
        await wait_stage(pairing.room, ann_camera=True, bob_camera=True)
        await pairing.ann.ask("POST", stream.path + "/end")
        await wait_cut(camera, guest)
    await wait_stage(pairing.room, ann_camera=False, bob_camera=False)


@pytest.mark.parametrize("how", ["sent away", "left", "blocked", "banned", "signed out"])
async def test_who_is_off_the_stage_is_off_the_air(pairing: Pairing, how: str) -> None:
    site, stream, ann, bob = pairing.site, pairing.stream, pairing.ann, pairing.bob
    async with (
        open_camera(site, stream, stream.key) as camera,
        open_camera(site, stream, bob.token) as guest,
    ):
        stage = await wait_stage(pairing.room, ann_camera=True, bob_camera=True)
        async with (
            open_screening(site, stream, feed_id(stage, "bob")) as viewer,
            open_screening(site, stream) as other_viewer,
        ):
            actor, method, path = {
                "sent away": (ann, "DELETE", stream.guest("bob")),
                "left": (bob, "DELETE", stream.guest("bob")),
                "blocked": (ann, "PUT", "/api/v1/users/bob/block"),
                "banned": (ann, "PUT", "/api/v1/channels/ann/bans/bob"),
                "signed out": (bob, "DELETE", "/api/v1/sessions/current"),
            }[how]
            done = await actor.ask(method, path, {} if how == "banned" else None)
            assert done.status < 300, done
            await wait_cut(guest)
            if how != "signed out":  # who may come back is waited for
                await wait_cut(viewer)
            await other_viewer.wait_for(camera.send_keyframe()[-1])
        await wait_stage(pairing.room, ann_camera=True, bob_camera=False)
        refused = await offer_camera(site, stream, bob.token)
        expected = (401, "unauthenticated") if how == "signed out" else (403, "not-on-stage")
        assert (refused.status, refused.body["code"]) == expected


async def test_whoever_may_not_publish_is_told_why(pairing: Pairing) -> None:
    site, stream, bob = pairing.site, pairing.stream, pairing.bob
    cyd = await site.person("cyd")
    private = await make_stream(pairing.ann, "private")
    refusals = [
        (stream, None, "", 401, "unauthenticated"),
        (stream, "nonsense", "", 401, "unauthenticated"),
        (stream, cyd.token, "", 403, "not-on-stage"),
        (stream, private.key, "", 401, "unauthenticated"),
        (private, bob.token, "", 404, "not-found"),
        (stream, bob.token, "?feed=window", 400, "bad-request"),
    ]
    for where, credential, query, status, code in refusals:
        answer = await offer_camera(site, where, credential, query)
        assert (answer.status, answer.body["code"]) == (status, code), (credential, query)
    await pairing.ann.ask("POST", stream.path + "/end")
    ended = await offer_camera(site, stream, bob.token)
    assert (ended.status, ended.body["code"]) == (409, "stream-ended")


async def test_a_cookie_publishes_for_our_own_pages_only(pairing: Pairing) -> None:
    site, stream = pairing.site, pairing.stream
    cookie = {"Cookie": f"session={pairing.bob.token}"}
    for origin, status in (
        ({"Origin": site.url}, 201),
        ({"Origin": "https://elsewhere.example"}, 401),
        ({}, 401),
    ):
        answer = await offer_camera(site, stream, None, headers={**cookie, **origin})
        assert answer.status == status, origin


async def test_a_feed_keeps_its_id_while_its_publisher_comes_and_goes(pairing: Pairing) -> None:
    site, stream, room = pairing.site, pairing.stream, pairing.room
    async with open_camera(site, stream, pairing.bob.token):
        first = await wait_stage(room, bob_camera=True)
    await wait_stage(room, bob_camera=False)
    async with open_camera(site, stream, pairing.bob.token):
        again = await wait_stage(room, bob_camera=True)
    assert feed_id(first, "bob") == feed_id(again, "bob")
    assert first["version"] < again["version"]


async def test_who_watches_a_guest_sees_them_again_after_a_reload(pairing: Pairing) -> None:
    site, stream, bob = pairing.site, pairing.stream, pairing.bob
    async with open_camera(site, stream, bob.token) as ghost:
        stage = await wait_stage(pairing.room, bob_camera=True)
        async with open_screening(site, stream, feed_id(stage, "bob")) as viewer:
            await viewer.wait_for(ghost.send_keyframe()[-1])
            async with open_camera(site, stream, bob.token) as guest:
                await wait_cut(ghost)
                await viewer.wait_for(guest.send_keyframe()[-1])
                assert not viewer.peer.closed.is_set()


async def test_a_guest_is_cut_off_on_the_node_where_they_publish(
    database: Database, database_url: str, redis_server: RedisServer, tmp_path: Path
) -> None:
    async with (
        open_whole_site(
            database, database_url, data_dir=tmp_path / "here", redis_url=redis_server.url
        ) as here,
        open_whole_site(
            database, database_url, data_dir=tmp_path / "there", redis_url=redis_server.url
        ) as there,
    ):
        ann, bob = await here.person("ann"), await there.person("bob")
        stream = await make_stream(ann)
        await bring(ann, bob, stream)
        async with (
            visit(here) as room,
            open_camera(here, stream, stream.key) as camera,
        ):
            await room.join(int(stream.id))
            async with open_camera(there, stream, bob.token) as guest:
                stage = await wait_stage(room, bob_camera=True)
                # It is watched where it is published, as every stream is.
                elsewhere = await offer_screening(here, stream, feed_id(stage, "bob"))
                assert (elsewhere.status, elsewhere.body["code"]) == (409, "no-publisher")
                async with open_screening(there, stream, feed_id(stage, "bob")) as viewer:
                    await viewer.wait_for(guest.send_keyframe()[-1])
                    assert (await ann.ask("DELETE", stream.guest("bob"))).status == 204
                    await wait_cut(guest, viewer)
                await wait_stage(room, bob_camera=False)
            assert not camera.peer.closed.is_set()
            await bring(ann, bob, stream)
            async with open_camera(there, stream, bob.token) as guest:
                await wait_stage(room, bob_camera=True)
                # Signed out on the node that does not have the camera.
                at_here = Client(here.http, here.url, bob.token)
                assert (await at_here.ask("DELETE", "/api/v1/sessions/current")).status == 204
                await wait_cut(guest)
