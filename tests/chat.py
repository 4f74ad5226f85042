"""A room with people in it who chat, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from persistence.database import Database
from tests.room_node import RoomNode, Visitor, go_live, open_room_node, sign_up, visit


@dataclass(frozen=True, slots=True)
class Chat:
    """Ann streams, Bob and a guest watch, Mod moderates for Ann."""

    database: Database
    node: RoomNode
    stream_id: int
    ann: Visitor
    bob: Visitor
    mod: Visitor
    guest: Visitor
    bob_token: str

    async def ask(self, who: Visitor, event: str, **payload: Any) -> Any:
        """Send an event about this room and return its ack."""
        return await who.ask(event, stream_id=str(self.stream_id), **payload)

    async def said(self, who: Visitor, content: str, **payload: Any) -> dict[str, Any]:
        """Say something and return the message."""
        client_id = f"c{await self.database.fetchval('SELECT count(*) FROM chat_messages')}"
        answer = await self.ask(who, "chat:send", content=content, client_id=client_id, **payload)
        assert answer["ok"], answer
        message: dict[str, Any] = answer["message"]
        return message

    async def wait_change(self, who: Visitor, message_id: str, **expected: Any) -> dict[str, Any]:
        """Wait until somebody has heard that a message has become like that."""

        def find() -> dict[str, Any] | None:
            for batch in who.heard.get("chat:changed", ()):
                for message in batch:
                    if message["id"] == message_id and expected.items() <= message.items():
                        return dict(message)
            return None

        await who.wait_until(lambda: find() is not None)
        found = find()
        assert found is not None
        return found


@pytest_asyncio.fixture
async def chat(database: Database) -> AsyncIterator[Chat]:
    """A room with people in it."""
    tokens = {name: await sign_up(database, name) for name in ("ann", "bob", "mod")}
    await database.execute(
        "INSERT INTO stream_moderators (owner_id, user_id) "
        "SELECT o.id, m.id FROM users AS o, users AS m WHERE o.username = 'ann' "
        "AND m.username = 'mod'"
    )
    stream_id = await go_live(database, "ann")
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(open_room_node(database))
        ann, bob, mod, guest = [
            await stack.enter_async_context(visit(node, token=token))
            for token in (*tokens.values(), None)
        ]
        for each in (ann, bob, mod, guest):
            await each.join(stream_id)
        yield Chat(database, node, stream_id, ann, bob, mod, guest, tokens["bob"])
