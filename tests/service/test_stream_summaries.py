"""What a stream came to: exact numbers, from what is stored."""

from __future__ import annotations

import uuid
from datetime import timedelta

from persistence.database import Database
from persistence.streams import flush_viewers, publisher_gone, publisher_here
from tests.edge import Client, Edge

HOUR = timedelta(hours=1)


async def _stream(owner: Client) -> int:
    made = await owner.ask("POST", "/api/v1/streams", {"title": "Numbers"})
    return int(made.body["id"])


async def _live(edge: Edge, stream_id: int, *, since: timedelta) -> None:
    """Let a stream have been live, and counted, since then."""
    database = edge.database
    await database.execute(
        "UPDATE streams SET status = 'live', started_at = now() WHERE id = $1", stream_id
    )
    await _earlier(edge, stream_id, since)


async def _earlier(edge: Edge, stream_id: int, by: timedelta) -> None:
    """Let what happened to a live stream have happened earlier."""
    await edge.database.execute(
        "UPDATE streams SET started_at = started_at - $2::interval,"
        " watched_until = watched_until - $2::interval WHERE id = $1",
        stream_id,
        by,
    )


async def _summary(owner: Client, stream_id: int) -> dict[str, object]:
    answer = await owner.ask("GET", f"/api/v1/streams/{stream_id}/summary")
    assert answer.status == 200, answer
    return dict(answer.body)


async def test_stream_that_never_began_has_come_to_nothing(edge: Edge) -> None:
    ann = await edge.person("ann")
    summary = await _summary(ann, await _stream(ann))
    assert summary["duration_ms"] is None and summary["average_viewers"] is None
    counts = ("messages", "polls", "votes", "questions", "suggestions", "new_followers")
    assert all(summary[name] == 0 for name in counts)


async def test_average_weighs_each_count_by_how_long_it_held(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id = await _stream(ann)
    await _live(edge, stream_id, since=timedelta())
    await flush_viewers(edge.database, {stream_id: 10})
    await _earlier(edge, stream_id, HOUR)
    await flush_viewers(edge.database, {stream_id: 40})
    await _earlier(edge, stream_id, HOUR)
    running = await _summary(ann, stream_id)
    ended = await ann.ask("POST", f"/api/v1/streams/{stream_id}/end")
    assert ended.status == 200
    summary = await _summary(ann, stream_id)
    # The moments between the statements of this test are parts of a thousandth of two hours.
    for told in (running, summary):
        assert 24.9 < float(str(told["average_viewers"])) < 25.1
        assert 7_200_000 <= int(str(told["duration_ms"])) < 7_260_000
    assert summary["peak_viewers"] == 40
    assert summary["status"] == "ended"


async def test_average_of_a_stream_that_was_not_counted_is_not_guessed(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id = await _stream(ann)
    await _live(edge, stream_id, since=HOUR)
    await edge.database.execute("UPDATE streams SET watched_until = NULL WHERE id = $1", stream_id)
    await flush_viewers(edge.database, {stream_id: 10})
    assert (await _summary(ann, stream_id))["average_viewers"] is None


async def _poll(database: Database, stream_id: int, *, asked_by: int, voters: list[int]) -> None:
    """Ask something that all of these have voted on."""
    poll = await database.fetchval(
        "INSERT INTO stream_polls (stream_id, user_id, question) VALUES ($1, $2, 'a') RETURNING id",
        stream_id,
        asked_by,
    )
    option = await database.fetchval(
        "INSERT INTO poll_options (poll_id, position, option_text)"
        " VALUES ($1, 0, 'a') RETURNING id",
        poll,
    )
    for user_id in voters:
        await database.execute(
            "INSERT INTO poll_votes (poll_id, user_id, option_id) VALUES ($1, $2, $3)",
            poll,
            user_id,
            option,
        )


async def test_room_is_counted_without_what_was_deleted_or_said_by_itself(edge: Edge) -> None:
    ann, bob, cid = [await edge.person(name) for name in ("ann", "bob", "cid")]
    stream_id = await _stream(ann)
    await _live(edge, stream_id, since=HOUR)
    database, ids = edge.database, [int(each.user_id) for each in (ann, bob, cid)]
    say = (
        "INSERT INTO chat_messages (stream_id, user_id, seq, client_id, content, kind, deleted_at)"
        " VALUES ($1, $2, $3, $4, 'a', $5, $6)"
    )
    moment = await database.fetchval("SELECT now()")
    said = [
        (ids[0], "text", None),
        (ids[1], "text", None),
        (ids[1], "code", None),
        (ids[1], "text", moment),
        (None, "system", None),
    ]
    for seq, (user_id, kind, deleted_at) in enumerate(said, start=1):
        await database.execute(say, stream_id, user_id, seq, f"c{seq}", kind, deleted_at)
    await _poll(database, stream_id, asked_by=ids[0], voters=ids[1:])
    await database.execute(
        "INSERT INTO stream_questions (stream_id, user_id, client_id, content, status, resolved_at)"
        " VALUES ($1, $2, 'a', 'a', 'open', NULL), ($1, $2, 'b', 'b', 'answered', now())",
        stream_id,
        ids[1],
    )
    assert (await bob.ask("PUT", "/api/v1/users/ann/follow")).status == 204
    assert (await cid.ask("PUT", "/api/v1/users/ann/follow")).status == 204
    await database.execute(
        "UPDATE followers SET created_at = now() - interval '2 hours' WHERE follower_id = $1",
        ids[2],
    )
    summary = await _summary(ann, stream_id)
    counted = {
        "messages": 3,
        "chatters": 2,
        "polls": 1,
        "votes": 2,
        "questions": 2,
        "answered": 1,
        "suggestions": 0,
        "accepted": 0,
        "new_followers": 1,
    }
    assert {name: summary[name] for name in counted} == counted


async def test_interruption_counts_once_the_picture_is_back(edge: Edge) -> None:
    ann = await edge.person("ann")
    stream_id, node, database = await _stream(ann), uuid.uuid4(), edge.database
    await _live(edge, stream_id, since=HOUR)
    await publisher_here(database, stream_id, node_id=node)
    await publisher_gone(database, stream_id)
    assert (await _summary(ann, stream_id))["interruptions"] == 0
    await database.execute(
        "UPDATE stream_interruptions SET began_at = began_at - interval '7 seconds'"
        " WHERE stream_id = $1",
        stream_id,
    )
    await publisher_here(database, stream_id, node_id=node)
    # A node that dies tells nobody; another one goes on with the stream.
    await database.execute(
        "UPDATE stream_publishers SET seen_at = now() - interval '20 seconds' WHERE stream_id = $1",
        stream_id,
    )
    await publisher_here(database, stream_id, node_id=uuid.uuid4())
    summary = await _summary(ann, stream_id)
    assert summary["interruptions"] == 2
    assert 27_000 <= int(str(summary["interrupted_ms"])) < 60_000


async def test_only_the_streamer_sees_it(edge: Edge) -> None:
    ann, bob = await edge.person("ann"), await edge.person("bob")
    stream_id = await _stream(ann)
    path = f"/api/v1/streams/{stream_id}/summary"
    assert (await bob.ask("GET", path)).status == 403
    assert (await edge.nobody.ask("GET", path)).status == 401
    assert (await ann.ask("GET", "/api/v1/streams/999/summary")).status == 404
