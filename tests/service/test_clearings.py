"""What a channel's staff takes out of a chat, gives back, and lets through."""

from __future__ import annotations

from typing import Any

from tests.channels import Staffed
from tests.edge import Answer, Client
from tests.room_node import Visitor, visit


async def ask(staffed: Staffed, client: Client, method: str, path: str, body: Any = None) -> Answer:
    return await client.ask(method, f"/api/v1/streams/{staffed.stream_id}{path}", body)


def words(visitor: Visitor) -> list[str]:
    return [message["content"] for message in visitor.messages]


async def history(staffed: Staffed) -> list[str]:
    answer = await ask(staffed, staffed.edge.nobody, "GET", "/messages")
    return [message["content"] for message in answer.body["items"]]


async def test_messages_of_one_person_go_at_one_stroke_and_come_back(staffed: Staffed) -> None:
    async with (
        staffed.visit(staffed.viewer) as viewer,
        staffed.visit(staffed.moderator) as moderator,
        visit(staffed.node) as guest,
    ):
        for each in (viewer, moderator, guest):
            await each.join(staffed.stream_id)
        for n in range(3):
            assert (await viewer.say(staffed.stream_id, f"spam {n}"))["ok"]
        await moderator.say(staffed.stream_id, "stays")
        await guest.wait_messages(4)
        cleared = await ask(staffed, staffed.moderator, "POST", "/clearings", {"user": "bob"})
        assert (cleared.status, cleared.body["messages"]) == (201, 3)
        told = await guest.wait_event("chat:cleared")
        assert told["user"]["username"] == "bob"
        assert told["upto_seq"] == 4
        assert await history(staffed) == ["", "", "", "stays"]
        joined = await guest.join(staffed.stream_id)
        assert [each["deleted"] for each in joined["messages"]] == [True] * 3 + [False]
        assert joined["change"] == told["change"] == 3

        undone = f"/clearings/{cleared.body['id']}"
        assert (await ask(staffed, staffed.moderator, "DELETE", undone)).status == 204
        await guest.wait_event("chat:restored")
        assert await history(staffed) == ["spam 0", "spam 1", "spam 2", "stays"]
        again = await guest.join(staffed.stream_id)
        assert [each["content"] for each in again["messages"]] == await history(staffed)
        assert again["change"] == 6
        # Undone twice is undone once.
        assert (await ask(staffed, staffed.moderator, "DELETE", undone)).status == 204
    assert [entry["action"] for entry in await staffed.log()][:2] == ["restore_chat", "clear_chat"]


async def test_cleared_chat_is_what_who_was_away_hears_of(staffed: Staffed) -> None:
    async with staffed.visit(staffed.viewer) as viewer, visit(staffed.node) as guest:
        await viewer.join(staffed.stream_id)
        joined = await guest.join(staffed.stream_id)
        await viewer.say(staffed.stream_id, "one")
        await guest.wait_messages(1)
        cleared = await ask(staffed, staffed.owner, "POST", "/clearings", {})
        assert cleared.body["messages"] == 1
        back = await guest.join(staffed.stream_id, epoch=joined["epoch"], last_seq=1, last_change=0)
        assert back["recovered"]
        assert [(each["seq"], each["deleted"]) for each in back["changed"]] == [(1, True)]
        # What is said afterwards is not meant.
        assert (await viewer.say(staffed.stream_id, "two"))["ok"]
        assert await history(staffed) == ["", "two"]


async def test_clearing_names_somebody_there_is(staffed: Staffed) -> None:
    answer = await ask(staffed, staffed.owner, "POST", "/clearings", {"user": "nobody_here"})
    assert answer.status == 404
    other = await ask(staffed, staffed.owner, "DELETE", "/clearings/999")
    assert other.status == 404


async def test_held_message_is_let_through_by_a_moderator(staffed: Staffed) -> None:
    await staffed.ask(staffed.owner, "POST", "/terms", {"term": "perhaps", "action": "hold"})
    async with (
        staffed.visit(staffed.viewer) as viewer,
        staffed.visit(staffed.moderator) as moderator,
        visit(staffed.node) as guest,
    ):
        for each in (viewer, moderator, guest):
            await each.join(staffed.stream_id)
        for _ in range(2):  # a retry is the same message
            held = await viewer.say(staffed.stream_id, "perhaps so", client_id="c")
            assert held["error"]["code"] == "message-held"
        told = await moderator.wait_event("chat:held")
        listed = (await ask(staffed, staffed.moderator, "GET", "/held-messages")).body["items"]
        assert listed == [told]
        assert (told["content"], told["term"]) == ("perhaps so", "perhaps")
        review = f"/held-messages/{told['id']}/review"
        answer = await ask(staffed, staffed.moderator, "POST", review, {"approve": True})
        assert answer.status == 204
        (message,) = await guest.wait_messages(1)
        assert (message["content"], message["client_id"]) == ("perhaps so", "c")
        assert message["user"]["username"] == "bob"
        reviewed = await viewer.wait_event("chat:reviewed")
        assert (reviewed["client_id"], reviewed["approved"]) == ("c", True)
        assert (await moderator.wait_event("chat:held-decided"))["id"] == told["id"]
        answer = await ask(staffed, staffed.moderator, "POST", review, {"approve": False})
        assert answer.status == 409
        sent_again = await viewer.say(staffed.stream_id, "perhaps so", client_id="c")
        assert sent_again["message"]["id"] == message["id"]
        assert "chat:held" not in guest.heard


async def test_denied_message_stays_denied(staffed: Staffed) -> None:
    await staffed.ask(staffed.owner, "POST", "/terms", {"term": "perhaps", "action": "hold"})
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        await viewer.say(staffed.stream_id, "perhaps not", client_id="c")
        listed = (await ask(staffed, staffed.owner, "GET", "/held-messages")).body["items"]
        review = f"/held-messages/{listed[0]['id']}/review"
        await ask(staffed, staffed.owner, "POST", review, {"approve": False})
        reviewed = await viewer.wait_event("chat:reviewed")
        assert reviewed["approved"] is False
        refused = await viewer.say(staffed.stream_id, "perhaps not", client_id="c")
        assert refused["error"]["code"] == "message-denied"
    assert await history(staffed) == []
    assert (await staffed.log())[0]["action"] == "deny_message"


async def test_ban_holds_for_what_would_be_held(staffed: Staffed) -> None:
    await staffed.ask(staffed.owner, "POST", "/terms", {"term": "perhaps", "action": "hold"})
    await staffed.ask(staffed.owner, "PUT", "/bans/bob", {})
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        refused = await viewer.say(staffed.stream_id, "perhaps")
        assert refused["error"]["code"] == "banned"
    assert (await ask(staffed, staffed.owner, "GET", "/held-messages")).body["items"] == []
