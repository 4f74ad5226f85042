"""House rules, polls, questions and presence of one room that two nodes serve over a real Redis."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from persistence.channels import SITE, put_term
from persistence.database import Database
from persistence.redis_bus import open_redis_bus
from persistence.streams import stream_by_id
from rooms.channels import Channels
from rooms.clearings import Clearings
from rooms.house_rules import HouseRules
from rooms.people import PRESENCE_LIFE_S
from server.identity import Identity
from tests.redis import RedisServer
from tests.room_node import RoomNode, Visitor, go_live, open_room_node, sign_up, visit


@dataclass(frozen=True, slots=True)
class HouseSite:
    """The streamer acts here; the viewer and a guest are there."""

    database: Database
    here: RoomNode
    there: RoomNode
    owner: Identity
    viewer_token: str
    streamer: Visitor
    viewer: Visitor
    guest: Visitor
    stream_id: int

    @property
    def channels(self) -> Channels:
        return Channels(self.database, houses=self.here.rooms.houses)


@pytest_asyncio.fixture
async def house_site(database: Database, redis_server: RedisServer) -> AsyncIterator[HouseSite]:
    """A room that is open on both nodes, which hear each other."""
    ann, bob = await sign_up(database, "ann"), await sign_up(database, "bob")
    stream_id = await go_live(database, "ann")
    owner_id = await database.fetchval("SELECT id FROM users WHERE username = 'ann'")
    async with AsyncExitStack() as stack:
        here, there = [
            await stack.enter_async_context(
                open_room_node(
                    database,
                    bus=await stack.enter_async_context(open_redis_bus(redis_server.url)),
                )
            )
            for _ in range(2)
        ]
        streamer = await stack.enter_async_context(visit(here, token=ann))
        viewer = await stack.enter_async_context(visit(there, token=bob))
        guest = await stack.enter_async_context(visit(there))
        for visitor in (streamer, viewer, guest):
            await visitor.join(stream_id)
        await streamer.wait_until(
            lambda: any(told["viewers"] == 2 for told in streamer.heard.get("room:viewers", ()))
        )
        owner = Identity(owner_id, "ann", "member", b"", "")
        yield HouseSite(database, here, there, owner, bob, streamer, viewer, guest, stream_id)


async def test_ban_made_here_holds_there_and_is_told_there(house_site: HouseSite) -> None:
    site = house_site
    owner = site.owner
    await site.channels.ban(owner, owner.user_id, "bob", reason="Spam.", seconds=60)
    # Decided on disk: it holds whether or not the bus has told that node already.
    refused = await site.viewer.say(site.stream_id, "hello")
    assert refused["error"]["code"] == "timed-out"
    told = await site.viewer.wait_event("room:standing")
    assert told["ban"]["reason"] == "Spam."
    await site.channels.unban(owner, owner.user_id, "bob")
    await site.viewer.wait_until(lambda: site.viewer.heard["room:standing"][-1]["ban"] is None)
    assert (await site.viewer.say(site.stream_id, "back"))["ok"]


async def test_ban_holds_while_redis_is_away(
    house_site: HouseSite, redis_server: RedisServer
) -> None:
    site = house_site
    redis_server.stop()
    await site.channels.ban(site.owner, site.owner.user_id, "bob", reason=None, seconds=None)
    refused = await site.viewer.say(site.stream_id, "hello")
    assert refused["error"]["code"] == "banned"
    redis_server.start()
    # When the nodes hear each other again, the page is told too.
    told = await site.viewer.wait_event("room:standing")
    assert told["ban"] == {"until": None, "reason": None}


async def test_rules_and_terms_set_here_hold_there(house_site: HouseSite) -> None:
    site = house_site
    await site.channels.put_term(site.owner, site.owner.user_id, "spam", action="block")
    await site.channels.set_rules(site.owner, site.owner.user_id, HouseRules(slow_mode_s=60))
    assert (await site.viewer.wait_event("room:rules"))["slow_mode_s"] == 60
    refused = await site.viewer.say(site.stream_id, "sp.am")
    assert refused["error"]["code"] == "blocked-term"
    # Slow mode counts what was said by way of either node.
    async with visit(site.here, token=site.viewer_token) as second_tab:
        await second_tab.join(site.stream_id)
        assert (await second_tab.say(site.stream_id, "one"))["ok"]
    refused = await site.viewer.say(site.stream_id, "two")
    assert refused["error"]["code"] == "slow-mode"


async def test_term_of_the_whole_site_set_here_holds_there(house_site: HouseSite) -> None:
    site = house_site
    async with site.database.transaction() as connection:
        await put_term(connection, SITE, "casino", action="block")
    await site.here.rooms.houses.site_changed()
    # Told after it, so that the other node has read its rules anew.
    await site.channels.set_rules(site.owner, site.owner.user_id, HouseRules(links_allowed=False))
    await site.viewer.wait_event("room:rules")
    for visitor in (site.viewer, site.streamer):
        refused = await visitor.say(site.stream_id, "ca.sino")
        assert refused["error"]["code"] == "blocked-term"


async def test_chat_cleared_here_is_cleared_there(house_site: HouseSite) -> None:
    site = house_site
    await site.viewer.say(site.stream_id, "one")
    await site.streamer.wait_messages(1)
    stream = await stream_by_id(site.database, site.stream_id)
    assert stream is not None
    clearings = Clearings(
        site.database,
        channels=site.channels,
        rooms=site.here.rooms.live,
        commits=site.here.rooms.commits,
        houses=site.here.rooms.houses,
    )
    clearing_id, cleared = await clearings.clear(site.owner, stream, None)
    assert cleared.count == 1
    await site.guest.wait_event("chat:cleared")
    async with visit(site.there) as late:
        (message,) = (await late.join(site.stream_id))["messages"]
        assert (message["deleted"], message["content"]) == (True, "")
        await clearings.undo(site.owner, stream, clearing_id)
        await late.wait_event("chat:restored")
        (message,) = (await late.join(site.stream_id))["messages"]
        assert message["content"] == "one"


async def _ask_with_hidden_counts(site: HouseSite) -> Any:
    """Open a poll whose counts only those see who have voted; return it."""
    asked = await site.streamer.ask(
        "poll:open",
        stream_id=site.stream_id,
        question="?",
        options=["a", "b"],
        results="after_vote",
    )
    return asked["poll"]


async def _see_one_vote(visitor: Visitor) -> None:
    await visitor.wait_until(
        lambda: visitor.heard.get("poll:counts", [{}])[-1].get("total_votes") == 1
    )


async def test_counts_of_a_poll_stay_hidden_on_the_other_node(house_site: HouseSite) -> None:
    site = house_site
    poll = await _ask_with_hidden_counts(site)
    await site.guest.wait_event("poll:state")
    await site.viewer.ask("poll:vote", poll_id=poll["id"], option_id=poll["options"][0]["id"])
    for each in (site.streamer, site.viewer):
        await _see_one_vote(each)
    await site.guest.wait_until(lambda: site.guest.heard["poll:state"][-1]["total_votes"] == 1)
    assert "poll:counts" not in site.guest.heard
    assert all(
        option["votes_count"] is None
        for told in site.guest.heard["poll:state"]
        for option in told["options"]
    )


async def test_vote_given_there_opens_the_counts_to_another_tab_here(
    house_site: HouseSite,
) -> None:
    site = house_site
    async with visit(site.here, token=site.viewer_token) as second_tab, visit(site.here) as guest:
        for each in (second_tab, guest):
            await each.join(site.stream_id)
        poll = await _ask_with_hidden_counts(site)
        await site.viewer.wait_event("poll:state")
        await site.viewer.ask("poll:vote", poll_id=poll["id"], option_id=poll["options"][0]["id"])
        await _see_one_vote(second_tab)
        await guest.wait_until(lambda: guest.heard["poll:state"][-1]["total_votes"] == 1)
        assert "poll:counts" not in guest.heard


async def test_node_that_was_taken_for_dead_is_asked_who_is_there(house_site: HouseSite) -> None:
    site = house_site
    live = site.here.rooms.live.get(site.stream_id)
    assert live is not None and live.room.viewers == 2
    # As after a silence of the other node.
    live.room.people.expire(now=time.monotonic() + PRESENCE_LIFE_S + 1)
    assert live.room.viewers == 0
    there = site.there.rooms.live.get(site.stream_id)
    assert there is not None
    there.attendance.beat()
    await site.streamer.wait_until(
        lambda: site.streamer.heard["room:viewers"][-1]["viewers"] == 2 and live.room.viewers == 2
    )


async def test_question_is_asked_there_and_answered_here(house_site: HouseSite) -> None:
    site = house_site
    asked = await site.viewer.ask(
        "question:ask", stream_id=site.stream_id, content="Why?", client_id="c"
    )
    question = await site.streamer.wait_event("question:state")
    assert question == asked["question"]
    name = {"stream_id": site.stream_id, "id": question["id"]}
    await site.streamer.ask("question:vote", **name)
    await site.guest.wait_until(lambda: site.guest.heard["question:state"][-1]["votes_count"] == 1)
    await site.streamer.ask("question:highlight", **name)
    await site.guest.wait_until(lambda: site.guest.heard["question:state"][-1]["is_highlighted"])
    async with visit(site.there) as late:
        assert (await late.join(site.stream_id))["question"]["id"] == question["id"]
    await site.streamer.ask("question:resolve", **name, status="answered")
    await site.guest.wait_until(
        lambda: site.guest.heard["question:state"][-1]["status"] == "answered"
    )


async def test_people_of_both_nodes_are_counted_once(house_site: HouseSite) -> None:
    site = house_site
    async with visit(site.here, token=site.viewer_token) as second_tab:
        assert (await second_tab.join(site.stream_id))["viewers"] == 2
        people = await site.here.rooms.live.people_in(site.stream_id)
        viewer_id = await site.database.fetchval("SELECT id FROM users WHERE username = 'bob'")
        assert people.users == {site.owner.user_id, viewer_id}
        assert (people.viewers, people.guests) == (2, 1)
    # The viewer's other tab is still there.
    assert (await site.streamer.join(site.stream_id))["viewers"] == 2


async def test_node_that_closes_takes_its_people_with_it(
    house_site: HouseSite, redis_server: RedisServer
) -> None:
    site = house_site
    async with (
        open_redis_bus(redis_server.url) as bus,
        open_room_node(site.database, bus=bus) as third,
        visit(third) as guest,
    ):
        await guest.join(site.stream_id)
        await site.streamer.wait_until(
            lambda: site.streamer.heard["room:viewers"][-1]["viewers"] == 3
        )
    await site.streamer.wait_until(lambda: site.streamer.heard["room:viewers"][-1]["viewers"] == 2)
