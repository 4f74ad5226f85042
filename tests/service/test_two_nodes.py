"""Two nodes over a real Redis serve one room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest_asyncio

from persistence.database import Database
from persistence.redis_bus import open_redis_bus
from server.identity import token_hash
from tests.redis import RedisServer
from tests.room_node import (
    RoomNode,
    Visitor,
    go_live,
    open_room_node,
    sign_up,
    visit,
)


@dataclass(frozen=True, slots=True)
class Site:
    """Two nodes: the streamer and a guest here, a viewer there."""

    here: RoomNode
    there: RoomNode
    streamer: Visitor
    viewer: Visitor
    viewer_token: str
    stream_id: int


@pytest_asyncio.fixture
async def site(database: Database, redis_server: RedisServer) -> AsyncIterator[Site]:
    """A room that is open on both nodes, which hear each other."""
    ann, bob = await sign_up(database, "ann"), await sign_up(database, "bob")
    stream_id = await go_live(database, "ann")
    async with AsyncExitStack() as stack:
        nodes = [
            await stack.enter_async_context(
                open_room_node(
                    database,
                    bus=await stack.enter_async_context(open_redis_bus(redis_server.url)),
                )
            )
            for _ in range(2)
        ]
        streamer = await stack.enter_async_context(visit(nodes[0], token=ann))
        viewer = await stack.enter_async_context(visit(nodes[1], token=bob))
        guest = await stack.enter_async_context(visit(nodes[0]))
        for visitor in (streamer, viewer, guest):
            await visitor.join(stream_id)
        site = Site(nodes[0], nodes[1], streamer, viewer, bob, stream_id)
        await wait_connected(site)
        yield site


async def wait_connected(site: Site) -> None:
    """Wait until each node has heard the other: both then count two viewers."""
    for visitor in (site.streamer, site.viewer):
        await visitor.wait_until(
            lambda visitor=visitor: any(
                told["viewers"] == 2 for told in visitor.heard.get("room:viewers", ())
            )
        )


async def test_room_has_one_order_on_both_nodes(site: Site) -> None:
    await asyncio.gather(
        *(
            visitor.say(site.stream_id, f"{name} {n}")
            for n in range(5)
            for name, visitor in (("here", site.streamer), ("there", site.viewer))
        )
    )
    heard = [await each.wait_messages(10) for each in (site.streamer, site.viewer)]
    assert heard[0] == heard[1]
    assert [message["seq"] for message in heard[0]] == list(range(1, 11))


async def test_retry_on_the_other_node_is_the_first_message(site: Site, database: Database) -> None:
    async with visit(site.here, token=site.viewer_token) as again:
        await again.join(site.stream_id)
        answers = await asyncio.gather(
            again.say(site.stream_id, "once", client_id="same"),
            site.viewer.say(site.stream_id, "once", client_id="same"),
        )
    assert answers[0]["message"] == answers[1]["message"]
    assert await database.fetchval("SELECT count(*) FROM chat_messages") == 1


async def test_what_becomes_of_a_message_is_told_on_both_nodes(site: Site) -> None:
    room = {"stream_id": str(site.stream_id)}
    said = (await site.viewer.say(site.stream_id, "it compiles"))["message"]
    await asyncio.gather(
        *(
            visitor.ask("chat:react", **room, id=said["id"], emoji=emoji, on=True)
            for visitor in (site.streamer, site.viewer)
            for emoji in ("👍", "🚀")
        )
    )
    await site.viewer.ask("chat:edit", **room, id=said["id"], content="it compiles!")
    await site.streamer.ask("chat:pin", **room, id=said["id"])
    for visitor in (site.streamer, site.viewer):
        await visitor.wait_until(
            lambda visitor=visitor: any(
                message["content"] == "it compiles!" and message["reactions"] == {"👍": 2, "🚀": 2}
                for batch in visitor.heard.get("chat:changed", ())
                for message in batch
            )
        )
        assert (await visitor.wait_event("room:pinned"))["message"]["id"] == said["id"]
    joined = [await each.join(site.stream_id) for each in (site.streamer, site.viewer)]
    assert joined[0]["messages"] == joined[1]["messages"]
    assert joined[0]["change"] == joined[1]["change"] > 0


async def test_poll_opens_moves_and_closes_on_both_nodes(site: Site) -> None:
    asked = await site.streamer.ask(
        "poll:open", stream_id=str(site.stream_id), question="Which?", options=["a", "b"]
    )
    poll = await site.viewer.wait_event("poll:state")
    assert poll == asked["poll"]
    await site.viewer.ask("poll:vote", poll_id=poll["id"], option_id=poll["options"][0]["id"])
    await site.streamer.wait_event("poll:state")
    await site.streamer.wait_until(
        lambda: site.streamer.heard["poll:state"][-1]["total_votes"] == 1
    )
    closed = await site.streamer.ask("poll:close", poll_id=poll["id"])
    await site.viewer.wait_until(lambda: site.viewer.heard["poll:state"][-1]["is_closed"])
    assert site.viewer.heard["poll:state"][-1] == closed["poll"]


async def test_announcement_reaches_the_room_on_every_node(site: Site) -> None:
    state = {"stream_id": str(site.stream_id), "status": "live", "publishing": True, "title": "now"}
    site.here.rooms.announce(site.stream_id, "stream:state", state, latest_of="stream")
    for visitor in (site.streamer, site.viewer):
        assert await visitor.wait_event("stream:state") == state
    joined = await site.viewer.join(site.stream_id)
    assert (joined["room"]["title"], joined["room"]["publishing"]) == ("now", True)


async def test_user_on_two_nodes_is_one_viewer(site: Site) -> None:
    async with visit(site.here, token=site.viewer_token) as second:
        assert (await second.join(site.stream_id))["viewers"] == 2


async def test_revoked_session_ends_on_every_node(site: Site) -> None:
    site.here.clients.end_session(token_hash(site.viewer_token))
    assert (await site.viewer.wait_event("server:closing"))["code"] == "session-ended"


async def test_session_that_was_revoked_without_redis_ends_when_it_is_back(
    site: Site, database: Database, redis_server: RedisServer
) -> None:
    session_hash = token_hash(site.viewer_token)
    redis_server.stop()
    await database.execute(
        "UPDATE auth_sessions SET revoked_at = now() WHERE token_hash = $1", session_hash
    )
    site.here.clients.end_session(session_hash)
    redis_server.start()
    # At the latest with the sweep after the node has found its way back to Redis.
    await site.viewer.wait_until(lambda: "server:closing" in site.viewer.heard, wait_s=60)
    assert site.viewer.heard["server:closing"][-1]["code"] == "session-ended"


async def test_room_goes_on_without_redis_and_nothing_is_missed_afterwards(
    site: Site, redis_server: RedisServer
) -> None:
    redis_server.stop()
    for n in range(3):
        assert (await site.streamer.say(site.stream_id, f"alone {n}"))["ok"]
    assert len(await site.streamer.wait_messages(3)) == 3
    redis_server.start()
    heard = await site.viewer.wait_messages(3)
    assert [message["content"] for message in heard] == ["alone 0", "alone 1", "alone 2"]
    assert (await site.viewer.say(site.stream_id, "back"))["ok"]
    assert (await site.streamer.wait_messages(4))[-1]["content"] == "back"
