"""Counters stay exact whatever happens to the rows they count."""

from __future__ import annotations

import asyncio

from persistence.database import Database


async def _people(database: Database, count: int) -> list[int]:
    rows = await database.fetch(
        "INSERT INTO users (username, email) SELECT 'user_' || n, n || '@x.test' "
        "FROM generate_series(1, $1::int) AS n RETURNING id",
        count,
    )
    return [row["id"] for row in rows]


async def test_likes_sent_twice_at_once_count_once(database: Database) -> None:
    people = await _people(database, 20)
    post = await database.fetchval(
        "INSERT INTO posts (user_id, content) VALUES ($1, 'hello') RETURNING id", people[0]
    )
    like = (
        "INSERT INTO likes (user_id, post_id) VALUES ($1, $2) "
        "ON CONFLICT (post_id, user_id) WHERE post_id IS NOT NULL DO NOTHING"
    )
    await asyncio.gather(*(database.execute(like, person, post) for person in people * 2))
    assert await database.fetchval("SELECT likes_count FROM posts WHERE id = $1", post) == 20


async def test_erased_people_leave_no_count_behind(database: Database) -> None:
    ann, bob, cid = await _people(database, 3)
    await database.execute("INSERT INTO followers VALUES ($1, $2), ($3, $2)", ann, bob, cid)
    await database.execute("DELETE FROM users WHERE id = $1", ann)
    rows = await database.fetch("SELECT followers_count, following_count FROM users ORDER BY id")
    assert [tuple(row) for row in rows] == [(1, 0), (0, 1)]


async def test_changed_vote_moves_from_one_counter_to_the_other(database: Database) -> None:
    (ann,) = await _people(database, 1)
    stream = await database.fetchval(
        "INSERT INTO streams (user_id, title) VALUES ($1, 'live') RETURNING id", ann
    )
    session = await database.fetchval(
        "INSERT INTO code_sessions (stream_id, title, language) VALUES ($1, 'a', 'python') "
        "RETURNING id",
        stream,
    )
    suggestion = await database.fetchval(
        "INSERT INTO code_suggestions (session_id, user_id, client_id, content) "
        "VALUES ($1, $2, 'c', 'x') RETURNING id",
        session,
        ann,
    )
    await database.execute("INSERT INTO code_suggestion_votes VALUES ($1, $2, 1)", suggestion, ann)
    await database.execute("UPDATE code_suggestion_votes SET value = -1")
    row = await database.fetchrow("SELECT upvotes, downvotes FROM code_suggestions")
    assert row is not None and tuple(row) == (0, 1)


async def test_hidden_comment_is_not_counted(database: Database) -> None:
    (ann,) = await _people(database, 1)
    post = await database.fetchval(
        "INSERT INTO posts (user_id, content) VALUES ($1, 'hello') RETURNING id", ann
    )
    await database.execute(
        "INSERT INTO comments (user_id, post_id, content) VALUES ($1, $2, 'a'), ($1, $2, 'b')",
        ann,
        post,
    )
    await database.execute("UPDATE comments SET deleted_at = now() WHERE content = 'a'")
    assert await database.fetchval("SELECT comments_count FROM posts") == 1


async def test_points_are_the_sum_of_the_ledger(database: Database) -> None:
    (ann,) = await _people(database, 1)
    await database.execute(
        "INSERT INTO point_events (user_id, delta, source_type, source_id) "
        "VALUES ($1, 10, 'badge', 1), ($1, 5, 'challenge', 1)",
        ann,
    )
    assert await database.fetchval("SELECT points FROM users") == 15


async def test_counting_is_not_an_edit(database: Database) -> None:
    (ann,) = await _people(database, 1)
    await database.execute(
        "INSERT INTO posts (user_id, content, updated_at) VALUES ($1, 'hello', '2020-01-01')", ann
    )
    await database.execute("INSERT INTO likes (user_id, post_id) SELECT $1, id FROM posts", ann)
    await database.execute("UPDATE posts SET hot_rank = 2")
    assert await database.fetchval("SELECT updated_at < '2020-01-02' FROM posts")
    await database.execute("UPDATE posts SET content = 'changed'")
    assert await database.fetchval("SELECT updated_at > '2020-01-02' FROM posts")
