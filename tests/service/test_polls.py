"""Polls from the streamer's question to the final result."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from contextlib import AsyncExitStack
from typing import Any

from errors import Conflict, PollClosed
from persistence.database import Database
from persistence.group_commit import open_group_commit
from persistence.polls import NewVote, PollStore, VoteResult
from rooms.clients import ClientLimits
from rooms.limits import Rate
from rooms.polls import Poll, check_question
from server.identity import token_hash
from tests.raw_client import RawClient, connect_raw
from tests.room_node import Visitor, go_live, open_room_node, sign_up, visit

OPTIONS = ["tabs", "spaces"]
VOTERS, CONNECTIONS = 3_000, 30


async def ask(visitor: Visitor, stream_id: int, **payload: Any) -> Any:
    return await visitor.ask(
        "poll:open",
        **{"stream_id": str(stream_id), "question": "Which?", "options": OPTIONS, **payload},
    )


async def vote(visitor: Visitor, poll: Any, option: int) -> Any:
    return await visitor.ask(
        "poll:vote", poll_id=poll["id"], option_id=poll["options"][option]["id"]
    )


async def test_poll_is_opened_voted_on_and_closed_with_exact_counts(database: Database) -> None:
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
        assert (await ask(viewer, stream_id))["error"]["code"] == "forbidden"
        poll = (await ask(streamer, stream_id))["poll"]
        assert (await ask(streamer, stream_id))["error"]["code"] == "too-many-requests"
        assert (await vote(guest, poll, 0))["error"]["code"] == "unauthenticated"

        voted = await vote(viewer, poll, 1)
        assert voted["poll"]["my_vote"] == poll["options"][1]["id"]
        assert (await vote(viewer, poll, 1))["ok"]  # the same answer is no second vote
        assert (await vote(viewer, poll, 0))["error"]["code"] == "conflict"
        assert (await viewer.join(stream_id))["poll"]["my_vote"] == poll["options"][1]["id"]
        assert (await guest.join(stream_id))["poll"]["my_vote"] is None

        not_owner = await viewer.ask("poll:close", poll_id=poll["id"])
        assert not_owner["error"]["code"] == "forbidden"
        closed = (await streamer.ask("poll:close", poll_id=poll["id"]))["poll"]
        assert closed["is_closed"] and closed["total_votes"] == 1
        await guest.wait_until(lambda: guest.heard["poll:state"][-1]["is_closed"])
        assert guest.heard["poll:state"][-1] == closed
        assert (await vote(streamer, poll, 0))["error"]["code"] == "poll-closed"
        assert (await guest.join(stream_id))["poll"] is None


async def test_second_open_poll_is_refused_by_every_node(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with (
        open_room_node(database) as one,
        open_room_node(database) as two,
        visit(one, token=ann) as here,
        visit(two, token=ann) as there,
    ):
        answers = await asyncio.gather(ask(here, stream_id), ask(there, stream_id))
    assert sorted(answer["ok"] for answer in answers) == [False, True]
    (refused,) = (answer for answer in answers if not answer["ok"])
    assert refused["error"]["code"] == "poll-already-open"


async def test_poll_that_fell_due_while_no_node_ran_is_closed_at_the_start(
    database: Database,
) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        await ask(streamer, stream_id, seconds=15)
    await database.execute(
        "UPDATE stream_polls SET created_at = now() - interval '1 min', "
        "ends_at = now() - interval '1 s'"
    )
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        joined = await streamer.join(stream_id)
        assert joined["poll"] is None
        assert (await ask(streamer, stream_id))["ok"]
        rows = await database.fetch("SELECT is_closed FROM stream_polls ORDER BY id")
        assert [row["is_closed"] for row in rows] == [True, False]


async def test_poll_is_closed_by_time_for_everybody(database: Database) -> None:
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        poll = (await ask(streamer, stream_id, seconds=15))["poll"]
        await vote(streamer, poll, 0)
    await database.execute("UPDATE stream_polls SET ends_at = clock_timestamp() + interval '3 s'")
    async with open_room_node(database) as node, visit(node, token=ann) as streamer:
        assert not (await streamer.join(stream_id))["poll"]["is_closed"]
        assert (await streamer.wait_event("poll:state"))["is_closed"]
        assert streamer.heard["poll:state"][-1]["total_votes"] == 1
        assert (await vote(streamer, poll, 0))["ok"]  # it stands already


async def test_result_announced_at_close_is_the_final_one(database: Database) -> None:
    """600 voters click twice, on two nodes, while the streamer closes."""
    polls = PollStore(database)
    await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    owner_id = await database.fetchval("SELECT id FROM users")
    rows = await database.fetch(
        "INSERT INTO users (username, email) SELECT 'voter_' || n, n || '@x.test' "
        "FROM generate_series(1, 600) AS n RETURNING id"
    )
    poll = await polls.ask(stream_id, owner_id, check_question("Which?", OPTIONS, None))
    states: list[Poll] = []

    async def commit(batch: Any) -> Any:
        results, moved = await polls.add_votes(batch)
        states.extend(moved)
        return results

    async with AsyncExitStack() as stack:
        nodes = [
            await stack.enter_async_context(open_group_commit(commit, batch_items=20))
            for _ in range(2)
        ]
        votes = [
            nodes[n % 2].submit_nowait(
                NewVote(poll.id, row["id"], poll.options[(n + click) % 2].id)
            )
            for n, row in enumerate(rows)
            for click in range(2)
        ]
        await asyncio.wait(votes[:200])
        final, closed_now = await polls.close(poll.id)
        results = await asyncio.gather(*votes, return_exceptions=True)

    assert closed_now and final.is_closed
    stored = await database.fetchval("SELECT count(*) FROM poll_votes")
    assert 0 < stored < 600
    assert final.total_votes == stored
    assert await polls.poll(poll.id) == final
    kinds = Counter(type(result) for result in results)
    # Of each voter's two clicks one stands and the other contradicts it, or both came too late.
    assert kinds == {VoteResult: stored, Conflict: stored, PollClosed: 1_200 - 2 * stored}
    assert max(state.total_votes for state in states) <= stored


async def sign_up_voters(database: Database) -> list[str]:
    """Sign up all who vote in one statement, and return what they sign in with."""
    tokens = [f"voter-{n}" for n in range(VOTERS)]
    await database.execute(
        "WITH people AS (INSERT INTO users (username, email) "
        "SELECT 'voter_' || n, n || '@x.test' FROM generate_series(1, cardinality($1::bytea[])) "
        "AS n RETURNING id) "
        "INSERT INTO auth_sessions (token_hash, user_id, csrf_secret, expires_at) "
        "SELECT t.hash, p.id, '\\x00', now() + interval '1 day' "
        "FROM unnest($1::bytea[]) WITH ORDINALITY AS t (hash, n) "
        "JOIN (SELECT id, row_number() OVER () AS n FROM people) AS p ON p.n = t.n",
        [token_hash(token) for token in tokens],
    )
    return tokens


async def test_three_thousand_click_twice_while_the_poll_closes(database: Database) -> None:
    """Through real connections: each of thirty carries a hundred people, one after the other."""
    # With it every task keeps the stack that made it, which takes longer than all the rest.
    asyncio.get_running_loop().set_debug(False)
    ann = await sign_up(database, "ann")
    stream_id = await go_live(database, "ann")
    tokens = await sign_up_voters(database)
    # All of them come from one address.
    limits = ClientLimits(address_events=Rate(per_s=10_000, burst=10_000))
    async with (
        open_room_node(database, limits=limits) as node,
        visit(node, token=ann) as streamer,
    ):
        await streamer.join(stream_id)
        opened = await streamer.ask(
            "poll:open", stream_id=str(stream_id), question="Which?", options=OPTIONS
        )
        queue = deque(tokens)
        answers: dict[str, list[str]] = {}
        half_way = asyncio.Event()

        async def vote_one_after_the_other() -> None:
            token = queue.popleft()
            async with connect_raw(node.url, token=token) as client:
                while True:
                    await client.receive_until("40")
                    answers[token] = await click_twice(client, opened["poll"])
                    if len(answers) > VOTERS // 2:
                        half_way.set()
                    if not queue:
                        return
                    token = queue.popleft()
                    await client.send("41")
                    await client.send(f'40{{"token":"{token}"}}')

        async with asyncio.TaskGroup() as voting:
            for _ in range(CONNECTIONS):
                voting.create_task(vote_one_after_the_other())
            await half_way.wait()
            closed = await streamer.ask("poll:close", poll_id=opened["poll"]["id"])
        await streamer.wait_until(lambda: streamer.heard["poll:state"][-1]["is_closed"])
        final = streamer.heard["poll:state"][-1]

    counted = await database.fetchrow(
        "SELECT count(*) AS votes, count(DISTINCT user_id) AS voters FROM poll_votes"
    )
    assert counted is not None
    taken = sum("ok" in clicks for clicks in answers.values())
    assert 0 < taken < VOTERS
    assert counted["votes"] == counted["voters"] == taken
    assert final["total_votes"] == closed["poll"]["total_votes"] == taken
    assert final["options"] == closed["poll"]["options"]
    # Nobody has two, and nobody was taken after somebody's refusal for being late.
    assert all(clicks.count("ok") <= 1 for clicks in answers.values())
    assert {code for clicks in answers.values() for code in clicks} == {
        *("ok", "conflict", "poll-closed")
    }


async def click_twice(client: RawClient, poll: Any) -> list[str]:
    """Vote for both options at once and return the two answers: ok, or the error's code."""
    for number, option in enumerate(poll["options"], start=1):
        payload = json.dumps({"poll_id": poll["id"], "option_id": option["id"]})
        await client.send(f'42{number}["poll:vote",{payload}]')
    acks = [json.loads((await client.receive_until("43"))[3:])[0] for _ in range(2)]
    return ["ok" if ack["ok"] else ack["error"]["code"] for ack in acks]
