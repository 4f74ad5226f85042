"""Chat from a client's socket to the disk and back to everybody."""

from __future__ import annotations

import asyncio

from persistence.database import Database
from tests.room_node import go_live, open_room_node, sign_up, visit


async def test_message_is_acked_when_it_is_on_disk_and_heard_by_all(database: Database) -> None:
    ann, bob = await sign_up(database, "ann"), await sign_up(database, "bob")
    stream_id = await go_live(database, "ann")
    async with (
        open_room_node(database) as node,
        visit(node, token=ann) as streamer,
        visit(node, token=bob) as viewer,
        visit(node) as guest,
    ):
        for each in (streamer, viewer, guest):
            await each.join(stream_id)
        answer = await viewer.say(stream_id, "hello", client_id="c1")
        assert answer["ok"]
        stored = await database.fetchrow("SELECT id, seq, content FROM chat_messages")
        assert stored is not None
        assert answer["message"]["id"] == str(stored["id"])
        assert answer["message"]["seq"] == stored["seq"] == 1
        for each in (streamer, viewer, guest):
            (heard,) = await each.wait_messages(1)
            assert heard == answer["message"]
            assert heard["user"]["username"] == "bob"


async def test_consecutive_messages_keep_their_order(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        await streamer.join(stream_id)
        said = [f"line {n}" for n in range(30)]
        await asyncio.gather(*(streamer.say(stream_id, content) for content in said))
        heard = await streamer.wait_messages(30)
        assert [message["content"] for message in heard] == said
        assert [message["seq"] for message in heard] == list(range(1, 31))
