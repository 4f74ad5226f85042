"""Who is told that somebody mentions or answers them in a room's chat."""

from __future__ import annotations

from collections.abc import Sequence

from persistence.database import Connection
from persistence.notifications import Notice
from persistence.posts import people_named
from persistence.sql import load_queries
from rooms.chat import ChatMessage, excerpt

_SQL = load_queries("chat_notices")


async def notices_of(connection: Connection, messages: Sequence[ChatMessage]) -> list[Notice]:
    """Return the notices of messages that were just stored: one for each who is meant, by the
    nearest reason. Those of one room are shown as one."""
    meaning = [each for each in messages if each.mentions or each.reply_to is not None]
    if not meaning:
        return []
    names = sorted({name.lower() for message in meaning for name in message.mentions})
    people = {each.username: each.id for each in await people_named(connection, names)}
    rows = await connection.fetch(_SQL["public_rooms"], list({each.stream_id for each in meaning}))
    titles = {row["id"]: row["title"] for row in rows}
    return [
        notice
        for message in meaning
        # Of a private room nobody hears who might not enter it.
        if message.stream_id in titles
        for notice in _notices(message, people, title=titles[message.stream_id])
    ]


def _notices(message: ChatMessage, people: dict[str, int], *, title: str) -> list[Notice]:
    author_id = message.author.id if message.author else None
    answered = message.reply_to.author if message.reply_to else None
    data = {
        "stream_id": str(message.stream_id),
        "seq": message.seq,
        "title": title,
        "excerpt": excerpt(message.content),
    }
    reasons = {people[name]: "mention" for name in message.mentions if name in people}
    if answered is not None:
        reasons[answered.id] = "reply"
    return [
        Notice(
            user_id=user_id,
            actor_id=author_id,
            type="reply" if reason == "reply" else "mention",
            related_type="chat_message",
            related_id=message.id,
            group_key=f"chat:{reason}:{message.stream_id}",
            data=data,
        )
        for user_id, reason in reasons.items()
    ]
