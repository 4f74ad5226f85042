"""Chat from a client's socket to the disk and back to everybody."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from persistence.chat import ChatStore, NewMessage
from persistence.database import Database
from rooms.chat import ChatMessage
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


async def test_retry_is_the_first_message_and_is_told_once(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        await streamer.join(stream_id)
        twins = await asyncio.gather(
            *(streamer.say(stream_id, "once", client_id="same") for _ in range(3))
        )
        late = await streamer.say(stream_id, "another text", client_id="same")
        assert {answer["message"]["id"] for answer in [*twins, late]} == {late["message"]["id"]}
        await streamer.say(stream_id, "two")
        heard = await streamer.wait_messages(2)
        assert [(message["seq"], message["content"]) for message in heard] == [
            (1, "once"),
            (2, "two"),
        ]


async def test_four_senders_make_one_gapless_order(database: Database) -> None:
    names = ["ann", "bob", "cid", "dan"]
    tokens = [await sign_up(database, name) for name in names]
    stream_id = await go_live(database, "ann")
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(open_room_node(database))
        people = [await stack.enter_async_context(visit(node, token=each)) for each in tokens]
        for each in people:
            await each.join(stream_id)
        await asyncio.gather(
            *(
                each.say(stream_id, f"{name} {n}")
                for each, name in zip(people, names, strict=True)
                for n in range(5)
            )
        )
        orders = [await each.wait_messages(20) for each in people]
        assert all(order == orders[0] for order in orders)
        assert [message["seq"] for message in orders[0]] == list(range(1, 21))
        for name in names:
            own = [m["content"] for m in orders[0] if m["user"]["username"] == name]
            assert own == [f"{name} {n}" for n in range(5)]


async def test_who_returns_gets_exactly_what_was_missed(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        await streamer.join(stream_id)
        async with visit(node) as guest:
            joined = await guest.join(stream_id)
            await streamer.say(stream_id, "one")
            await guest.wait_messages(1)
        for content in ("two", "three"):
            await streamer.say(stream_id, content)
        await streamer.wait_messages(3)  # what is still to be told comes after a join, not in it
        async with visit(node) as returned:
            back = await returned.join(stream_id, epoch=joined["epoch"], last_seq=1)
            assert back["recovered"]
            assert [message["content"] for message in back["messages"]] == ["two", "three"]
            await streamer.say(stream_id, "four")
            (heard,) = await returned.wait_messages(1)
            assert heard["seq"] == back["seq"] + 1


async def test_recovery_reaches_past_memory_and_never_gives_a_part(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    await write_history(database, stream_id, 1_200)
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        first = await streamer.join(stream_id)
        assert not first["recovered"]
        assert [message["seq"] for message in first["messages"]] == list(range(1_101, 1_201))

        far = await streamer.join(stream_id, epoch=first["epoch"], last_seq=250)
        assert far["recovered"]
        assert [message["seq"] for message in far["messages"]] == list(range(251, 1_201))

        for too_far in (
            {"epoch": first["epoch"], "last_seq": 199},
            {"epoch": "?", "last_seq": 1_199},
        ):
            anew = await streamer.join(stream_id, **too_far)
            assert not anew["recovered"]
            assert len(anew["messages"]) == 100


async def test_restart_keeps_what_was_said(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        before = await streamer.join(stream_id)
        said = await streamer.say(stream_id, "remember")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        after = await streamer.join(stream_id, epoch=before["epoch"], last_seq=before["seq"])
        assert after["recovered"]
        assert after["messages"] == [said["message"]]
        again = await streamer.say(stream_id, "remember", client_id=said["message"]["client_id"])
        assert again["message"] == said["message"]


async def test_guest_reads_and_does_not_write(database: Database) -> None:
    await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node) as guest:
        joined = await guest.join(stream_id)
        assert joined["room"]["role"] == "guest"
        refused = await guest.say(stream_id, "let me in")
        assert refused["error"]["code"] == "unauthenticated"


async def test_message_needs_a_joined_room_that_goes_on(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        assert (await streamer.say(stream_id, "hi"))["error"]["code"] == "forbidden"
        missing = await streamer.ask("room:join", stream_id="999999")
        assert missing["error"]["code"] == "not-found"
        await streamer.join(stream_id)
        await database.execute("UPDATE streams SET status = 'ended', ended_at = now()")
        assert (await streamer.say(stream_id, "hi"))["error"]["code"] == "stream-ended"
        await streamer.ask("room:leave", stream_id=str(stream_id))
        assert (await streamer.say(stream_id, "hi"))["error"]["code"] == "forbidden"


async def test_fast_writer_is_slowed_but_the_streamer_is_not(database: Database) -> None:
    ann, bob = await sign_up(database, "ann"), await sign_up(database, "bob")
    stream_id = await go_live(database, "ann")
    async with (
        open_room_node(database) as node,
        visit(node, token=ann) as streamer,
        visit(node, token=bob) as viewer,
    ):
        for each in (streamer, viewer):
            await each.join(stream_id)
        answers = await asyncio.gather(*(viewer.say(stream_id, f"{n}") for n in range(8)))
        assert [answer["ok"] for answer in answers] == [True] * 5 + [False] * 3
        assert answers[-1]["error"]["code"] == "too-many-requests"
        answers = await asyncio.gather(*(streamer.say(stream_id, f"{n}") for n in range(8)))
        assert all(answer["ok"] for answer in answers)


async def test_viewers_are_people_not_tabs(database: Database) -> None:
    await sign_up(database, "ann")
    bob = await sign_up(database, "bob")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=bob) as first:
        await first.join(stream_id)
        async with visit(node, token=bob) as second, visit(node) as guest:
            await second.join(stream_id)
            assert (await guest.join(stream_id))["viewers"] == 2
            await first.wait_until(
                lambda: any(each["viewers"] == 2 for each in first.heard.get("room:viewers", ()))
            )
        await first.wait_until(lambda: first.heard["room:viewers"][-1]["viewers"] == 1)
        await node.rooms.live.flush_viewers()
        assert node.flushed.counts == {stream_id: 1}
        assert node.flushed.peaks == {stream_id: 2}


async def write_history(database: Database, stream_id: int, count: int) -> None:
    """Fill a room as if so much had been said."""
    await database.execute(
        "WITH room AS (INSERT INTO rooms (stream_id, last_seq) VALUES ($1, $2) "
        "ON CONFLICT (stream_id) DO UPDATE SET last_seq = $2 RETURNING 1) "
        "INSERT INTO chat_messages (stream_id, seq, user_id, client_id, content) "
        "SELECT $1, n, s.user_id, n::text, 'line ' || n "
        "FROM generate_series(1, $2::int) AS n, streams AS s, room WHERE s.id = $1",
        stream_id,
        count,
    )


async def test_stream_that_goes_live_while_its_room_is_opened_is_live_for_who_joins(
    database: Database,
) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    await database.execute("UPDATE streams SET status = 'scheduled', started_at = NULL")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        async with asyncio.TaskGroup() as tasks, database.transaction() as connection:
            # A room reads its polls last: here it waits, with the stream's row already read.
            await connection.execute("LOCK TABLE stream_polls IN ACCESS EXCLUSIVE MODE")
            joining = tasks.create_task(streamer.join(stream_id))
            while not await database.fetchval("SELECT bool_or(NOT granted) FROM pg_locks"):
                pass
            await database.execute("UPDATE streams SET status = 'live', started_at = now()")
            node.rooms.announce(stream_id, "stream:state", {"status": "live"})
        assert (await joining)["room"]["status"] == "live"


async def test_message_that_is_taken_away_leaves_everybody_and_the_room(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with (
        open_room_node(database) as node,
        visit(node, token=ann) as streamer,
        visit(node) as guest,
    ):
        for each in (streamer, guest):
            await each.join(stream_id)
        ids = [(await streamer.say(stream_id, text))["message"]["id"] for text in ("a", "b", "c")]
        await guest.wait_messages(3)
        await database.execute(
            "UPDATE chat_messages SET deleted_at = now() WHERE id = $1", int(ids[1])
        )
        gone = {"stream_id": str(stream_id), "ids": [ids[1]]}
        node.rooms.announce(stream_id, "chat:deleted", gone)
        for each in (streamer, guest):
            assert await each.wait_event("chat:deleted") == gone
        late = await guest.join(stream_id)
        assert [message["content"] for message in late["messages"]] == ["a", "c"]
        missed = await guest.join(stream_id, epoch=late["epoch"], last_seq=1)
        assert missed["recovered"] and [m["seq"] for m in missed["messages"]] == [3]

        await database.execute("UPDATE chat_messages SET deleted_at = NULL")
        node.rooms.announce(stream_id, "chat:restored", gone)
        await guest.wait_event("chat:restored")
        again = await guest.join(stream_id)
        assert [message["content"] for message in again["messages"]] == ["a", "b", "c"]


async def test_room_that_missed_a_removal_finds_it(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        await streamer.join(stream_id)
        said = await streamer.say(stream_id, "a")
        await streamer.wait_messages(1)
        await database.execute("UPDATE chat_messages SET deleted_at = now()")
        (await node.rooms.live.open(stream_id)).catch_up()
        told = await streamer.wait_event("chat:deleted")
        assert told == {"stream_id": str(stream_id), "ids": [said["message"]["id"]]}
        assert (await streamer.join(stream_id))["messages"] == []


async def test_same_message_from_two_nodes_at_once_is_one_message(database: Database) -> None:
    """Both batches begin before either is stored, so neither can see the other's message."""
    await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    store = ChatStore(database)
    await store.open_room(stream_id)
    author = await database.fetchval("SELECT id FROM users")
    batches = [
        [NewMessage(stream_id, author, "same", "once"), NewMessage(stream_id, author, own, own)]
        for own in ("one", "two")
    ]
    async with asyncio.timeout(10), asyncio.TaskGroup() as nodes, database.transaction() as holder:
        await holder.execute("SELECT 1 FROM rooms FOR UPDATE")
        adding = [nodes.create_task(store.add_messages(batch)) for batch in batches]
        while await database.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") < 2:
            pass
    first, second = (task.result() for task in adding)
    stored = [
        message for message in (*first.results, *second.results) if isinstance(message, ChatMessage)
    ]
    assert [message.content for message in stored] == ["once", "one", "once", "two"]
    assert first.results[0] == second.results[0]
    assert sorted({message.seq for message in stored}) == [1, 2, 3]
    assert await database.fetchval("SELECT last_seq FROM rooms") == 3
