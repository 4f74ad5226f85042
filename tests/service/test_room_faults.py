"""What breaks while a room is at work: nothing acknowledged is lost, doubled or out of order."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from persistence.database import open_database
from tests.fault_site import (
    Member,
    OwnPostgres,
    Power,
    check_nothing_lost,
    open_members,
    open_power,
    resident_bytes,
)
from tests.raw_client import connect_raw
from tests.redis import RedisServer
from tests.room_node import go_live, sign_up

WRITERS = 4
MESSAGES = 20
# Beyond what the node keeps for what cannot be written, and far below what it may take.
GROWTH_BYTES = 64 * 1024 * 1024


async def make_room(postgres: OwnPostgres) -> tuple[int, str]:
    """Make a streamer with a live stream; return the stream and the streamer's token."""
    async with open_database(postgres.url) as database:
        token = await sign_up(database, f"ann_{secrets.token_hex(4)}")
        username = await database.fetchval("SELECT username FROM users ORDER BY id DESC LIMIT 1")
        return await go_live(database, username), token


def say_all(members: list[Member], prefix: str, count: int = MESSAGES) -> None:
    """Let each say so much."""
    for n in range(count):
        for number, member in enumerate(members):
            member.say(f"{prefix}-{number}-{n}")


async def wait_acked(members: list[Member], count: int) -> None:
    """Wait until each has so many messages acknowledged."""
    for member in members:
        await member.wait(lambda member=member: len(member.acked) >= count)  # type: ignore[misc]


async def test_node_is_killed_in_the_middle_of_a_conversation(own_postgres: OwnPostgres) -> None:
    async with open_power(own_postgres) as power:
        stream_id, token = await make_room(own_postgres)
        writers = [Member(power, stream_id, token=token) for _ in range(WRITERS)]
        guest = Member(power, stream_id, token=None)
        async with open_members(*writers, guest):
            say_all(writers, "a")
            await wait_acked(writers[:1], MESSAGES // 2)
            await power.cut()
            await power.restore()
            await wait_acked(writers, MESSAGES)
            stored = await check_nothing_lost(own_postgres, *writers, guest)
    assert len(stored) == WRITERS * MESSAGES
    assert guest.visits == 2


async def test_postgres_is_killed_in_the_middle_of_a_conversation(
    own_postgres: OwnPostgres,
) -> None:
    async with open_power(own_postgres) as power:
        stream_id, token = await make_room(own_postgres)
        writers = [Member(power, stream_id, token=token) for _ in range(WRITERS)]
        guest = Member(power, stream_id, token=None)
        async with open_members(*writers, guest):
            say_all(writers, "a")
            await wait_acked(writers[:1], MESSAGES // 2)
            await asyncio.to_thread(own_postgres.kill)
            await asyncio.to_thread(own_postgres.start)
            await wait_acked(writers, MESSAGES)
            stored = await check_nothing_lost(own_postgres, *writers, guest)
    assert len(stored) == WRITERS * MESSAGES
    # The node never left its clients.
    assert [member.visits for member in (*writers, guest)] == [1] * (WRITERS + 1)


@pytest.mark.parametrize("how", ["stopped", "frozen"])
async def test_room_stays_up_while_postgres_is_away(own_postgres: OwnPostgres, how: str) -> None:
    go, come = {
        "stopped": (own_postgres.stop, own_postgres.start),
        "frozen": (own_postgres.freeze, own_postgres.thaw),
    }[how]
    async with open_power(own_postgres) as power:
        stream_id, token = await make_room(own_postgres)
        writers = [Member(power, stream_id, token=token) for _ in range(WRITERS)]
        async with open_members(*writers):
            say_all(writers, "before", 5)
            await wait_acked(writers, 5)
            before_bytes = resident_bytes(power)
            await asyncio.to_thread(go)
            say_all(writers, "while", 5)
            writers[0].ask_to_leave(1_000_000)
            await writers[0].wait(lambda: writers[0].answered == 1)
            assert all(len(member.acked) == 5 for member in writers)
            # What waited until its deadline is refused with a code that says: again.
            for member in writers:
                await member.wait(lambda member=member: bool(member.refused))  # type: ignore[misc]
            assert {code for member in writers for code in member.refused} == {"storage-away"}
            assert resident_bytes(power) - before_bytes < GROWTH_BYTES
            await asyncio.to_thread(come)
            await wait_acked(writers, 10)
            stored = await check_nothing_lost(own_postgres, *writers)
    assert len(stored) == WRITERS * 10
    assert [member.visits for member in writers] == [1] * WRITERS


async def test_redis_is_killed_and_comes_back_while_two_nodes_serve_the_room(
    own_postgres: OwnPostgres, redis_server: RedisServer
) -> None:
    async with (
        open_power(own_postgres, REDIS_URL=redis_server.url) as here,
        open_power(own_postgres, REDIS_URL=redis_server.url) as there,
    ):
        stream_id, token = await make_room(own_postgres)
        writers = [
            Member(power, stream_id, token=token) for power in (here, there) for _ in range(2)
        ]
        async with open_members(*writers):
            say_all(writers, "with", 10)
            await wait_acked(writers[:1], 5)
            redis_server.stop()
            say_all(writers, "without", 10)
            await wait_acked(writers, 20)  # nobody's ack waits for Redis
            redis_server.start()
            say_all(writers, "again", 5)
            await wait_acked(writers, 25)
            stored = await check_nothing_lost(own_postgres, *writers)
    assert len(stored) == len(writers) * 25
    assert [member.visits for member in writers] == [1] * len(writers)


async def test_five_hundred_clients_return_at_once_and_miss_nothing(
    own_postgres: OwnPostgres,
) -> None:
    async with open_power(own_postgres) as power:
        stream_id, token = await make_room(own_postgres)
        writer = Member(power, stream_id, token=token)
        # So many from one address would be refused.
        crowd = [
            Member(power, stream_id, token=None, address=f"127.0.0.{2 + n // 100}")
            for n in range(500)
        ]
        async with open_members(writer, *crowd):
            say_all([writer], "before", 10)
            await wait_acked([writer], 10)
            power.on.clear()
            for member in crowd:
                member.hang_up()
            say_all([writer], "meanwhile", 10)
            await wait_acked([writer], 20)
            power.on.set()
            say_all([writer], "after", 10)
            await check_nothing_lost(own_postgres, writer, *crowd)
            await wait_acked([writer], 30)
            stored = await check_nothing_lost(own_postgres, writer, *crowd)
    assert len(stored) == 30
    assert {member.visits for member in crowd} == {2}


@pytest.mark.parametrize("trouble", ["stalled", "garbage"])
async def test_bad_clients_cost_the_others_nothing(own_postgres: OwnPostgres, trouble: str) -> None:
    async with open_power(own_postgres) as power:
        stream_id, token = await make_room(own_postgres)
        writers = [Member(power, stream_id, token=token) for _ in range(WRITERS)]
        guest = Member(power, stream_id, token=None)
        async with open_members(*writers, guest), asyncio.TaskGroup() as bad:
            for number in range(20):
                bad.create_task(be_bad(power, stream_id, trouble, number))
            say_all(writers, "a")
            await wait_acked(writers, MESSAGES)
            stored = await check_nothing_lost(own_postgres, *writers, guest)
    assert len(stored) == WRITERS * MESSAGES
    assert [member.visits for member in (*writers, guest)] == [1] * (WRITERS + 1)


async def be_bad(power: Power, stream_id: int, trouble: str, number: int) -> None:
    """Join and read nothing, or send what nobody can understand until the node hangs up."""
    async with connect_raw(power.node.url) as client:
        await client.receive_until("40")
        await client.send(f'420["room:join",{{"stream_id":"{stream_id}"}}]')
        await client.receive_until("430")
        if trouble == "stalled":
            return
        garbage: list[str | bytes] = ["", "9", b"\x00\xff", "42[[[[", '42["x"', "4" + "9" * 60_000]
        try:
            for _ in range(30):
                await client.send(garbage[number % len(garbage)])
            await client.wait_closed()
        except ConnectionError:
            return
