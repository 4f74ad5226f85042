"""What a room says itself: once, in order, also after a crash."""

from __future__ import annotations

import uuid

from persistence.polls import PollStore
from persistence.room_news import UntoldNews, untold_news
from tests.chat import Chat


async def test_room_tells_its_news_once_and_in_order(chat: Chat) -> None:
    news = chat.node.rooms.news
    ann = await chat.database.fetchval("SELECT id FROM users WHERE username = 'ann'")
    for _ in range(2):
        news.went_live(chat.stream_id, ann)
    news.suggestion_accepted(chat.stream_id, 7, ann, "bob")
    asked = await chat.ask(chat.ann, "poll:open", question="Tabs?", options=["yes", "no"])
    poll = asked["poll"]
    await chat.bob.ask("poll:vote", poll_id=poll["id"], option_id=poll["options"][0]["id"])
    await chat.ann.ask("poll:close", poll_id=poll["id"])
    heard = await chat.guest.wait_messages(3)
    assert [message["kind"] for message in heard] == ["system"] * 3
    assert [message["detail"] for message in heard] == [
        {"type": "live"},
        {"type": "suggestion_accepted", "suggestion_id": "7", "author": "bob"},
        {
            "type": "poll_closed",
            "poll_id": poll["id"],
            "question": "Tabs?",
            "winner": "yes",
            "total_votes": 1,
        },
    ]
    assert heard[2]["content"] == "Poll closed: “Tabs?”, “yes” won, 1 vote."
    assert heard[0]["user"]["username"] == "ann"
    edit = await chat.ask(chat.ann, "chat:edit", id=heard[0]["id"], content="forged")
    assert edit["error"]["code"] == "forbidden"
    await chat.database.execute("UPDATE streams SET status = 'ended', ended_at = now()")
    news.suggestion_accepted(chat.stream_id, 8, ann, None)
    assert (await chat.guest.wait_messages(4))[3]["detail"]["author"] is None


async def test_news_that_a_crash_left_untold_is_told_once(chat: Chat) -> None:
    """The poll and the suggestion are on disk as after a node that died before it could tell."""
    polls, news = PollStore(chat.database), chat.node.rooms.news
    ann = await chat.database.fetchval("SELECT id FROM users WHERE username = 'ann'")
    asked = await chat.ask(chat.ann, "poll:open", question="Tabs?", options=["yes", "no"])
    await polls.close(int(asked["poll"]["id"]))
    session_id = await chat.database.fetchval(
        "INSERT INTO code_sessions (stream_id, user_id, title, language) "
        "VALUES ($1, $2, 'main', 'python') RETURNING id",
        chat.stream_id,
        ann,
    )
    await chat.database.execute(
        "INSERT INTO code_suggestions "
        "(session_id, user_id, client_id, content, status, resolved_by, resolved_at) "
        "SELECT $1, id, 'c', 'x', 'accepted', $2, now() FROM users WHERE username = 'bob'",
        session_id,
        ann,
    )
    await chat.database.execute(
        "INSERT INTO stream_publishers (stream_id, node_id, is_publishing) VALUES ($1, $2, TRUE)",
        chat.stream_id,
        uuid.uuid4(),
    )
    for _ in range(2):
        await news.tell_untold(chat.database, polls=polls, older_than_s=0)
    heard = await chat.guest.wait_messages(3)
    assert sorted(message["detail"]["type"] for message in heard) == [
        "live",
        "poll_closed",
        "suggestion_accepted",
    ]
    # What stands in the chat is not looked for again, and what came twice is one.
    untold = await untold_news(chat.database, older_than_s=0)
    assert untold == UntoldNews([], [], [])
    assert await chat.database.fetchval("SELECT count(*) FROM chat_messages") == 3


async def test_news_that_is_on_its_way_is_left_alone(chat: Chat) -> None:
    asked = await chat.ask(chat.ann, "poll:open", question="Tabs?", options=["yes", "no"])
    await PollStore(chat.database).close(int(asked["poll"]["id"]))
    assert (await untold_news(chat.database, older_than_s=60)).poll_ids == []
