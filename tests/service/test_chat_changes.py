"""What becomes of messages: answers, mentions, edits, deletions, reactions, pins."""

from __future__ import annotations

import asyncio

from tests.chat import Chat
from tests.room_node import open_room_node, visit


async def test_answer_carries_what_it_answers(chat: Chat) -> None:
    question = await chat.said(chat.bob, "which parser\nis this?")
    answer = await chat.said(chat.ann, "a hand-written one", reply_to=question["id"])
    assert answer["reply_to"] == {
        "id": question["id"],
        "seq": 1,
        "user": question["user"],
        "content": "which parser is this?",
    }
    heard = await chat.guest.wait_messages(2)
    assert heard[1] == answer
    nowhere = await chat.said(chat.ann, "to nobody", reply_to="999999")
    assert nowhere["reply_to"] is None


async def test_mention_and_answer_are_notified_once(chat: Chat) -> None:
    first = await chat.said(chat.bob, "hey @Ann and @ann, mail x@mod.example, @nobody_here")
    assert first["mentions"] == ["ann"]
    await chat.ask(chat.bob, "chat:send", content="again", client_id=first["client_id"])
    answer = await chat.said(chat.ann, "yes @bob?", reply_to=first["id"])
    assert answer["mentions"] == ["bob"]
    rows = await chat.database.fetch(
        "SELECT u.username, n.type, n.related_type, n.related_id, n.data FROM notifications AS n "
        "JOIN users AS u ON u.id = n.user_id ORDER BY n.id"
    )
    assert [(row["username"], row["type"]) for row in rows] == [
        ("ann", "mention"),
        ("bob", "reply"),
    ]
    assert [str(row["related_id"]) for row in rows] == [first["id"], answer["id"]]
    assert rows[0]["data"]["stream_id"] == str(chat.stream_id)
    assert rows[0]["data"]["seq"] == first["seq"]


async def test_code_keeps_its_shape_and_names_nobody(chat: Chat) -> None:
    code = "    @ann\n    def f():\n        pass"
    message = await chat.said(chat.bob, code + "\n\n", kind="code", language="python")
    assert (message["kind"], message["language"]) == ("code", "python")
    assert message["content"] == code
    assert message["mentions"] == []
    for bad in ({"kind": "system"}, {"kind": "code", "language": "no language"}):
        refused = await chat.ask(chat.bob, "chat:send", content="x", client_id="bad", **bad)
        assert refused["error"]["code"] == "bad-message"


async def test_own_message_is_edited_within_a_minute(chat: Chat) -> None:
    message = await chat.said(chat.bob, "helo @ann")
    edit = {"id": message["id"], "content": "hello @mod"}
    edited = (await chat.ask(chat.bob, "chat:edit", **edit))["message"]
    assert edited["content"] == "hello @mod"
    assert edited["mentions"] == ["mod"]
    assert edited["edited_at"] is not None
    assert edited["change"] == 1
    assert await chat.wait_change(chat.guest, message["id"]) == edited
    refused = await chat.ask(chat.ann, "chat:edit", **{**edit, "content": "hacked"})
    assert refused["error"]["code"] == "forbidden"
    await chat.database.execute(
        "UPDATE chat_messages SET created_at = created_at - interval '2 minutes'"
    )
    late = await chat.ask(chat.bob, "chat:edit", **{**edit, "content": "too late"})
    assert late["error"]["code"] == "conflict"
    # A retry of what was done in time is what was done.
    again = await chat.ask(chat.bob, "chat:edit", **edit)
    assert again["message"]["content"] == "hello @mod"
    assert again["message"]["change"] == 1


async def test_deleted_message_leaves_its_place_and_no_words(chat: Chat) -> None:
    message = await chat.said(chat.bob, "I should not have said that")
    await chat.said(chat.ann, "said what?", reply_to=message["id"])
    await chat.ask(chat.ann, "chat:react", id=message["id"], emoji="👀", on=True)
    gone = (await chat.ask(chat.bob, "chat:delete", id=message["id"]))["message"]
    assert gone["deleted"] and gone["content"] == "" and gone["reactions"] == {}
    await chat.wait_change(chat.guest, message["id"], deleted=True, content="")
    late = await chat.guest.join(chat.stream_id)
    assert [(m["content"], m["deleted"]) for m in late["messages"]] == [
        ("", True),
        ("said what?", False),
    ]
    assert late["messages"][1]["reply_to"]["content"] == ""
    stored = await chat.database.fetchval("SELECT content FROM chat_messages WHERE seq = 1")
    assert stored == ""
    again = await chat.ask(chat.bob, "chat:delete", id=message["id"])
    assert again["ok"] and again["message"]["change"] == gone["change"]
    edit = await chat.ask(chat.bob, "chat:edit", id=message["id"], content="x")
    assert edit["error"]["code"] == "not-found"


async def test_moderator_deletes_what_others_say_but_not_the_streamer(chat: Chat) -> None:
    bad = await chat.said(chat.bob, "spam")
    mine = await chat.said(chat.ann, "welcome")
    refused = await chat.ask(chat.bob, "chat:delete", id=mine["id"])
    assert refused["error"]["code"] == "forbidden"
    assert (await chat.ask(chat.mod, "chat:delete", id=mine["id"]))["error"]["code"] == "forbidden"
    assert (await chat.ask(chat.mod, "chat:delete", id=bad["id"]))["message"]["deleted"]
    logged = await chat.database.fetchrow(
        "SELECT a.username AS actor, t.username AS target, l.action, l.detail "
        "FROM moderation_log AS l JOIN users AS a ON a.id = l.actor_id "
        "JOIN users AS t ON t.id = l.target_user_id"
    )
    assert logged is not None
    assert (logged["actor"], logged["target"]) == ("mod", "bob")
    assert logged["action"] == "delete_chat_message"
    assert logged["detail"]["message_id"] == bad["id"]


async def test_reactions_are_counted_once_a_person_and_told_together(chat: Chat) -> None:
    message = await chat.said(chat.ann, "it compiles")
    react = {"id": message["id"], "emoji": "🎉"}
    answers = await asyncio.gather(
        *(
            chat.ask(who, "chat:react", **react, on=True)
            for who in (chat.ann, chat.bob, chat.mod, chat.bob)
        )
    )
    assert all(answer["ok"] for answer in answers)
    await chat.wait_change(chat.guest, message["id"], reactions={"🎉": 3})
    await chat.ask(chat.bob, "chat:react", id=message["id"], emoji="🔥", on=True)
    await chat.ask(chat.bob, "chat:react", **react, on=False)
    await chat.wait_change(chat.guest, message["id"], reactions={"🎉": 2, "🔥": 1})
    joined = await chat.bob.join(chat.stream_id)
    assert joined["my_reactions"] == {message["id"]: ["🔥"]}
    assert joined["messages"][0]["reactions"] == {"🎉": 2, "🔥": 1}
    odd = await chat.ask(chat.bob, "chat:react", id=message["id"], emoji="<b>", on=True)
    assert odd["error"]["code"] == "bad-message"
    guest = await chat.ask(chat.guest, "chat:react", **react, on=True)
    assert guest["error"]["code"] == "unauthenticated"


async def test_reactions_of_an_erased_account_are_counted_no_more(chat: Chat) -> None:
    message = await chat.said(chat.ann, "it compiles")
    for who in (chat.ann, chat.bob):
        await chat.ask(who, "chat:react", id=message["id"], emoji="👍", on=True)
    await chat.database.execute(
        "DELETE FROM chat_reactions WHERE user_id = (SELECT id FROM users WHERE username = 'bob')"
    )
    counted = await chat.database.fetchval("SELECT reactions FROM chat_messages")
    assert counted == {"👍": 1}


async def test_who_returns_hears_what_has_become_of_old_messages(chat: Chat) -> None:
    kept, edited, gone = [await chat.said(chat.bob, text) for text in ("keep", "helo", "oops")]
    await chat.guest.wait_messages(3)
    before = await chat.guest.join(chat.stream_id)
    assert before["change"] == 0
    async with visit(chat.node, token=chat.bob_token) as away:
        await away.join(chat.stream_id)
    await chat.ask(chat.ann, "chat:react", id=kept["id"], emoji="👍", on=True)
    await chat.ask(chat.ann, "chat:react", id=kept["id"], emoji="🔥", on=True)
    await chat.ask(chat.bob, "chat:edit", id=edited["id"], content="hello")
    await chat.ask(chat.bob, "chat:delete", id=gone["id"])
    await chat.wait_change(chat.guest, gone["id"])
    back = await chat.guest.join(
        chat.stream_id, epoch=before["epoch"], last_seq=3, last_change=before["change"]
    )
    assert back["recovered"] and back["messages"] == []
    assert back["change"] == 4
    # Each message once, as it is now, however often it has changed.
    assert [(m["change"], m["content"], m["deleted"]) for m in back["changed"]] == [
        (2, "keep", False),
        (3, "hello", False),
        (4, "", True),
    ]
    nothing = await chat.guest.join(
        chat.stream_id, epoch=before["epoch"], last_seq=3, last_change=back["change"]
    )
    assert nothing["recovered"] and nothing["changed"] == []


async def test_who_returns_hears_what_moderators_took_away(chat: Chat) -> None:
    message = await chat.said(chat.bob, "spam")
    await chat.guest.wait_messages(1)
    before = await chat.guest.join(chat.stream_id)
    await chat.database.execute(
        "WITH moved AS (UPDATE rooms SET last_change = last_change + 1 RETURNING last_change) "
        "UPDATE chat_messages SET deleted_at = now(), change = moved.last_change FROM moved"
    )
    live = await chat.node.rooms.live.open(chat.stream_id)
    live.catch_up()
    told = await chat.ann.wait_event("chat:deleted")
    assert told["ids"] == [message["id"]]
    back = await chat.guest.join(
        chat.stream_id, epoch=before["epoch"], last_seq=1, last_change=before["change"]
    )
    assert back["recovered"] and back["gone"] == [message["id"]]


async def test_pinned_message_stands_for_who_comes_and_goes_with_its_message(chat: Chat) -> None:
    message = await chat.said(chat.ann, "slides: https://vibecast.example/slides")
    assert (await chat.ask(chat.bob, "chat:pin", id=message["id"]))["error"]["code"] == "forbidden"
    assert (await chat.ask(chat.mod, "chat:pin", id="999999"))["error"]["code"] == "not-found"
    assert (await chat.ask(chat.mod, "chat:pin", id=message["id"]))["ok"]
    pinned = await chat.guest.wait_event("room:pinned")
    assert pinned == {"stream_id": str(chat.stream_id), "message": message}
    assert (await chat.guest.join(chat.stream_id))["pinned"] == message
    # The room forgets nothing when it is opened anew.
    async with open_room_node(chat.database) as other, visit(other) as late:
        assert (await late.join(chat.stream_id))["pinned"]["id"] == message["id"]
    edited = await chat.ask(chat.ann, "chat:edit", id=message["id"], content="no slides")
    assert (await chat.guest.join(chat.stream_id))["pinned"] == edited["message"]
    await chat.ask(chat.ann, "chat:delete", id=message["id"])
    await chat.guest.wait_until(lambda: chat.guest.heard["room:pinned"][-1]["message"] is None)
    assert (await chat.guest.join(chat.stream_id))["pinned"] is None
    second = await chat.said(chat.ann, "another")
    await chat.ask(chat.ann, "chat:pin", id=second["id"])
    assert (await chat.ask(chat.ann, "chat:unpin"))["ok"]
    assert (await chat.guest.join(chat.stream_id))["pinned"] is None


async def test_who_is_banned_changes_nothing_but_may_take_back(chat: Chat) -> None:
    message = await chat.said(chat.bob, "hello")
    react = {"id": message["id"], "emoji": "👍"}
    await chat.ask(chat.bob, "chat:react", **react, on=True)
    await chat.database.execute(
        "INSERT INTO chat_bans (owner_id, user_id) SELECT o.id, b.id FROM users AS o, users AS b "
        "WHERE o.username = 'ann' AND b.username = 'bob'"
    )
    edit = await chat.ask(chat.bob, "chat:edit", id=message["id"], content="worse")
    assert edit["error"]["code"] == "banned"
    fire = await chat.ask(chat.bob, "chat:react", id=message["id"], emoji="🔥", on=True)
    assert fire["error"]["code"] == "banned"
    assert (await chat.ask(chat.bob, "chat:react", **react, on=False))["message"]["reactions"] == {}
    assert (await chat.ask(chat.bob, "chat:delete", id=message["id"]))["message"]["deleted"]


async def test_message_in_a_room_with_a_delay_is_edited_by_the_staff_alone(chat: Chat) -> None:
    """Else what nobody would let through was written into what everybody has read."""
    hello, notes = await chat.said(chat.bob, "hello"), await chat.said(chat.ann, "notes")
    await chat.database.execute(
        "INSERT INTO chat_settings (user_id, moderation_delay_seconds) "
        "SELECT id, 10 FROM users WHERE username = 'ann'"
    )
    edit = await chat.ask(chat.bob, "chat:edit", id=hello["id"], content="buy my things")
    assert edit["error"]["code"] == "conflict"
    assert (await chat.ask(chat.ann, "chat:edit", id=notes["id"], content="more"))["ok"]
    assert (await chat.ask(chat.bob, "chat:delete", id=hello["id"]))["message"]["deleted"]


async def test_numbers_that_no_message_can_have_cost_nobody_else_anything(chat: Chat) -> None:
    """They would fail the whole batch that they are committed in."""
    message = await chat.said(chat.ann, "hello")
    for number in (2**63, 2**70, -1, 0):
        answers = await asyncio.gather(
            chat.ask(chat.bob, "chat:send", content="x", client_id=f"r{number}", reply_to=number),
            chat.ask(chat.mod, "chat:react", id=message["id"], emoji="👍", on=True),
            chat.ask(chat.bob, "chat:react", id=number, emoji="👍", on=True),
            chat.ask(chat.bob, "chat:delete", id=number),
            chat.ask(chat.mod, "chat:send", content="y", client_id=f"y{number}"),
            chat.ask(chat.ann, "chat:pin", id=number),
        )
        assert [answer["ok"] for answer in answers[1::3]] == [True, True]
        for refused in (answers[2], answers[3], answers[5]):
            assert refused["error"]["code"] in ("bad-message", "not-found")
