"""Who may connect, and how one client's trouble stays its own."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack

import aiohttp
import pytest
from socketio.exceptions import ConnectionError as SocketIOConnectionError

from persistence.database import Database
from rooms.clients import ClientLimits
from rooms.limits import Rate
from server.identity import token_hash
from tests.raw_client import connect_raw
from tests.room_node import go_live, open_room_node, sign_up, visit
from tests.site import Site


async def test_client_that_stops_reading_is_cut_and_nobody_else_notices(
    database: Database,
) -> None:
    await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with (
        open_room_node(database) as node,
        connect_raw(node.url) as stalled,
        visit(node) as listener,
    ):
        await stalled.receive_until("40")
        await stalled.send(f'420["room:join",{{"stream_id":"{stream_id}"}}]')
        await stalled.receive_until("430")
        await listener.join(stream_id)
        async with asyncio.timeout(20):
            while node.clients.statistics().cut_slow == 0:
                listener.heard.clear()
                node.rooms.announce(stream_id, "blob", {"text": "x" * 400_000})
                await listener.wait_event("blob")
        assert node.clients.statistics().clients == 1
        node.rooms.announce(stream_id, "still", {"here": True})
        assert await listener.wait_event("still") == {"here": True}


@pytest.mark.parametrize("transports", [["polling"], ["polling", "websocket"]])
async def test_polling_and_upgraded_clients_hear_the_same_in_order(
    database: Database, transports: list[str]
) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        await streamer.join(stream_id)
        async with visit(node, token=ann, transports=transports) as other:
            assert other.sio.transport() == transports[-1]
            await other.join(stream_id)
            for n in range(10):
                await streamer.say(stream_id, f"from here {n}")
                await other.say(stream_id, f"from there {n}")
            heard = await other.wait_messages(20)
            assert [message["seq"] for message in heard] == list(range(1, 21))


async def test_malformed_and_unknown_events_are_refused_one_by_one(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as client:
        await client.join(stream_id)
        answers = [
            await client.ask("room:explode", stream_id="1"),
            await client.ask("room:join"),
            await client.ask("room:join", stream_id="one"),
            await client.ask("chat:send", stream_id=stream_id, content=7, client_id="c"),
            await client.say(stream_id, "   "),
            await client.say(stream_id, "x" * 501),
            await client.say(stream_id, "bell \x07"),
            await client.say(stream_id, "half a pair \ud800"),
            await client.say(stream_id, "fine", client_id="\n"),
            await client.sio.call("chat:send", "not an object", timeout=5),
        ]
        assert {answer["error"]["code"] for answer in answers} == {"bad-message"}
        # Ids may be numbers, and what a later client adds does no harm.
        kind = await client.ask(
            "chat:send", stream_id=stream_id, content="hi", client_id="c", later=True
        )
        assert kind["ok"]


async def test_client_that_goes_on_sending_nonsense_is_cut(database: Database) -> None:
    async with open_room_node(database) as node, visit(node) as client:
        for _ in range(21):
            await client.sio.emit("nonsense", {})
        farewell = await client.wait_event("server:closing")
        assert farewell["code"] == "too-many-errors"
        await client.wait_event("disconnect")
        assert node.clients.statistics().cut_abusive == 1


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "hello",
        "9",
        "4",
        "4[[[[[[",
        "2" * 50,
        b"\x00\x01",
        '451-["x",{"_placeholder":true,"num":0}]',
    ],
)
async def test_garbage_ends_or_costs_its_connection_only(
    database: Database, garbage: str | bytes
) -> None:
    async with (
        open_room_node(database) as node,
        connect_raw(node.url) as garbler,
        visit(node) as other,
    ):
        await garbler.receive_until("40")
        for _ in range(25):
            try:
                await garbler.send(garbage)
            except ConnectionError:
                break
        await garbler.wait_closed()
        assert (await other.ask("room:leave", stream_id="1"))["ok"]


async def test_deeply_nested_event_ends_its_connection_with_a_reason(database: Database) -> None:
    async with (
        open_room_node(database) as node,
        connect_raw(node.url) as client,
        visit(node) as other,
    ):
        await client.receive_until("40")
        await client.send("42" + "[" * 60_000)
        assert json.loads((await client.wait_closed())[2:])[1]["code"] == "bad-message"
        assert (await other.ask("room:leave", stream_id="1"))["ok"]
        assert node.clients.statistics().malformed == 1


async def test_pages_of_other_sites_may_not_connect(database: Database) -> None:
    async with open_room_node(database) as node:
        for path in ("?EIO=4&transport=polling", "?EIO=4&transport=websocket"):
            async with aiohttp.ClientSession() as browser:
                answer = await browser.get(
                    f"{node.url}/socket.io/{path}", headers={"Origin": "http://evil.example"}
                )
                assert answer.status == 403
        with pytest.raises(ConnectionRefusedError):
            async with connect_raw(node.url, Origin="http://evil.example"):
                pass


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "guest"),
        ({"Sec_Fetch_Site": "cross-site"}, "guest"),
        ({"Sec_Fetch_Site": "same-origin"}, "owner"),
        ({"Origin": "own"}, "owner"),
    ],
)
async def test_cookie_counts_only_when_a_browser_vouches_for_our_own_page(
    database: Database, headers: dict[str, str], expected: str
) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node:
        if "Origin" in headers:
            headers = {"Origin": node.url}
        async with connect_raw(node.url, Cookie=f"session={ann}", **headers) as client:
            await client.receive_until("40")
            await client.send(f'421["room:join",{{"stream_id":{stream_id}}}]')
            (answer,) = json.loads((await client.receive_until("431"))[3:])
            assert answer["room"]["role"] == expected


async def test_dead_token_is_refused_with_a_code(database: Database) -> None:
    async with (
        open_room_node(database) as node,
        connect_raw(node.url, token="no such session") as client,
    ):
        refused = json.loads((await client.receive_until("44"))[2:])
        assert refused["data"] == {"code": "unauthenticated"}


async def test_revoked_session_ends_its_connections_at_once(database: Database) -> None:
    ann, bob = await sign_up(database, "ann"), await sign_up(database, "bob")
    async with (
        open_room_node(database) as node,
        visit(node, token=ann) as first,
        visit(node, token=ann) as second,
        visit(node, token=bob) as other,
    ):
        node.clients.end_session(token_hash(ann))
        for each in (first, second):
            assert (await each.wait_event("server:closing"))["code"] == "session-ended"
            await each.wait_event("disconnect")
        assert (await other.ask("room:leave", stream_id="1"))["ok"]


async def test_session_that_died_elsewhere_is_found_by_the_regular_check(
    database: Database,
) -> None:
    ann = await sign_up(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as client:
        in_six_minutes = asyncio.get_running_loop().time() + 360
        await node.clients.check_sessions(now=in_six_minutes)
        assert node.clients.statistics().clients == 1
        await database.execute("UPDATE auth_sessions SET revoked_at = now()")
        await node.clients.check_sessions(now=in_six_minutes + 360)
        assert (await client.wait_event("server:closing"))["code"] == "session-ended"


async def test_one_user_and_one_address_have_so_many_connections(database: Database) -> None:
    ann = await sign_up(database, "ann")
    limits = ClientLimits(sockets_per_user=2, sockets_per_address=3)
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(open_room_node(database, limits=limits))
        for _ in range(2):
            await stack.enter_async_context(visit(node, token=ann))
        with pytest.raises(SocketIOConnectionError):
            async with visit(node, token=ann):
                pass
        # The refused one has gone again, so there is room for one more from here.
        async with visit(node):
            with pytest.raises(SocketIOConnectionError):
                async with visit(node):
                    pass
        async with visit(node):
            assert node.clients.statistics().clients == 3


async def test_closing_node_tells_its_clients_and_commits_what_was_asked(
    database: Database,
) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with AsyncExitStack() as stack:
        async with open_room_node(database) as node:
            client = await stack.enter_async_context(visit(node, token=ann))
            poller = await stack.enter_async_context(visit(node, transports=["polling"]))
            await client.join(stream_id)
            await client.sio.emit(
                "chat:send", {"stream_id": stream_id, "content": "last words", "client_id": "z"}
            )
            await client.wait_messages(1)
        assert (await client.wait_event("server:closing"))["code"] == "shutdown"
        assert (await poller.wait_event("server:closing"))["code"] == "shutdown"
        await client.wait_event("disconnect")
    assert await database.fetchval("SELECT content FROM chat_messages") == "last words"


async def test_one_user_may_not_say_more_with_more_tabs(database: Database) -> None:
    ann, bob = await sign_up(database, "ann"), await sign_up(database, "bob")
    limits = ClientLimits(user_events=Rate(per_s=0.001, burst=4))
    async with (
        open_room_node(database, limits=limits) as node,
        visit(node, token=ann) as first,
        visit(node, token=ann) as second,
        visit(node, token=bob) as other,
        visit(node) as guest,
    ):
        answers = [
            await tab.ask("room:leave", stream_id="1") for _ in range(3) for tab in (first, second)
        ]
        assert [answer["ok"] for answer in answers] == [True] * 4 + [False] * 2
        assert answers[-1]["error"]["code"] == "too-many-requests"
        for untouched in (other, guest):
            assert (await untouched.ask("room:leave", stream_id="1"))["ok"]


async def test_one_address_may_say_and_come_only_so_often(database: Database) -> None:
    limits = ClientLimits(
        address_events=Rate(per_s=0.001, burst=3), address_connections=Rate(per_s=0.001, burst=2)
    )
    async with open_room_node(database, limits=limits) as node:
        async with visit(node) as first, visit(node) as second:
            answers = [
                await each.ask("room:leave", stream_id="1")
                for _ in range(2)
                for each in (first, second)
            ]
            assert [answer["ok"] for answer in answers] == [True] * 3 + [False]
        # Leaving does not give the right to come again.
        async with aiohttp.ClientSession() as http:
            query = "?EIO=4&transport=polling"
            async with http.get(f"{node.url}/socket.io/{query}") as answer:
                assert answer.status == 429


async def test_full_room_lets_only_its_streamer_in(database: Database) -> None:
    ann, bob = await sign_up(database, "ann"), await sign_up(database, "bob")
    stream_id = await go_live(database, "ann")
    async with (
        open_room_node(database) as node,
        visit(node, token=ann) as streamer,
        visit(node, token=bob) as viewer,
        visit(node) as guest,
    ):
        (await node.rooms.live.open(stream_id)).room.members_limit = 1
        await viewer.join(stream_id)
        refused = await guest.ask("room:join", stream_id=str(stream_id))
        assert refused["error"]["code"] == "too-many-requests"
        await streamer.join(stream_id)
        await viewer.join(stream_id)  # who is in may join again
        await viewer.ask("room:leave", stream_id=str(stream_id))
        await streamer.ask("room:leave", stream_id=str(stream_id))
        await guest.join(stream_id)


async def test_operators_see_what_clients_do_wrong(whole_site: Site) -> None:
    async with connect_raw(whole_site.url) as client:
        await client.receive_until("40")
        await client.send('421["no such event",{}]')
        await client.receive_until("431")
        await client.send("nonsense")
        await client.wait_closed()
    async with whole_site.http.get(f"{whole_site.url}/metrics") as answer:
        numbers = await answer.text()
    for line in ("unknown 1.0", "malformed 2.0", "cut_abusive 1.0", "clients 0.0"):
        assert f"\nvibecast_clients_{line}\n" in numbers
