"""A channel's rules, staff and bans, from the REST edge to every open socket."""

from __future__ import annotations

from contextlib import AsyncExitStack

from persistence.documents import DocumentStore
from tests.channels import Staffed
from tests.room_node import go_live, visit


async def test_ban_holds_at_once_on_every_open_socket(staffed: Staffed) -> None:
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(staffed.visit(staffed.viewer)) for _ in range(2)]
        for tab in tabs:
            joined = await tab.join(staffed.stream_id)
            assert joined["standing"] == {"is_staff": False, "ban": None}
        answer = await staffed.ask(
            staffed.moderator, "PUT", "/bans/bob", {"reason": "Spam.", "seconds": 600}
        )
        assert answer.status == 200
        assert answer.body["user"]["username"] == "bob"
        for tab in tabs:
            told = await tab.wait_event("room:standing")
            assert told["stream_id"] == str(staffed.stream_id)
            assert told["ban"] == {"until": answer.body["until"], "reason": "Spam."}
            refused = await tab.say(staffed.stream_id, "hello")
            assert refused["error"]["code"] == "timed-out"
            assert 590 < refused["error"]["retry_after_s"] <= 600
            assert refused["error"]["detail"].endswith("Spam.")
        assert (await tabs[0].join(staffed.stream_id))["standing"]["ban"]["reason"] == "Spam."

        assert (await staffed.ask(staffed.moderator, "DELETE", "/bans/bob")).status == 204
        await tabs[0].wait_until(lambda: tabs[0].heard["room:standing"][-1]["ban"] is None)
        assert (await tabs[0].say(staffed.stream_id, "back"))["ok"]
        assert (await staffed.ask(staffed.moderator, "DELETE", "/bans/bob")).status == 404


async def test_ban_holds_in_every_stream_of_the_channel_and_in_no_other(staffed: Staffed) -> None:
    other = await go_live(staffed.database, "max")
    await staffed.ask(staffed.owner, "PUT", "/bans/bob", {})
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        await viewer.join(other)
        refused = await viewer.say(staffed.stream_id, "hello")
        assert refused["error"]["code"] == "banned"
        assert (await viewer.say(other, "hello"))["ok"]


async def test_time_out_ends_by_itself_and_is_told(staffed: Staffed) -> None:
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        await staffed.ask(staffed.owner, "PUT", "/bans/bob", {"seconds": 1})
        await viewer.wait_until(
            lambda: (
                [told["ban"] is None for told in viewer.heard.get("room:standing", ())]
                == [False, True]
            )
        )
        assert (await viewer.say(staffed.stream_id, "back"))["ok"]
    assert await staffed.database.fetchval("SELECT count(*) FROM chat_bans") == 0


async def test_message_sent_before_a_ban_stays_the_same_message_when_sent_again(
    staffed: Staffed,
) -> None:
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        first = await viewer.say(staffed.stream_id, "hello", client_id="c")
        await staffed.ask(staffed.owner, "PUT", "/bans/bob", {})
        assert await viewer.say(staffed.stream_id, "hello", client_id="c") == first


async def test_staff_is_not_banned_and_only_the_streamer_appoints(staffed: Staffed) -> None:
    site = await staffed.edge.person("site_moderator")
    await staffed.database.execute(
        "UPDATE users SET role = 'moderator' WHERE username = 'site_moderator'"
    )
    for name in ("ann", "max", "site_moderator"):
        assert (await staffed.ask(staffed.owner, "PUT", f"/bans/{name}", {})).status == 403
    for person in (staffed.viewer, staffed.moderator):
        assert (await staffed.ask(person, "PUT", "/moderators/bob")).status == 403
    assert (await staffed.ask(staffed.viewer, "PUT", "/bans/max", {})).status == 403
    assert site.username == "site_moderator"


async def test_dismissed_moderator_may_no_longer_and_is_told(staffed: Staffed) -> None:
    async with staffed.visit(staffed.moderator) as moderator:
        joined = await moderator.join(staffed.stream_id)
        assert (joined["room"]["role"], joined["standing"]["is_staff"]) == ("moderator", True)
        assert (await staffed.ask(staffed.owner, "DELETE", "/moderators/max")).status == 204
        told = await moderator.wait_event("room:standing")
        assert told["is_staff"] is False
    assert (await staffed.ask(staffed.moderator, "PUT", "/bans/bob", {})).status == 403
    assert (await staffed.ask(staffed.owner, "DELETE", "/moderators/max")).status == 404


async def test_rules_are_told_to_the_room_and_kept(staffed: Staffed) -> None:
    async with staffed.visit(staffed.viewer) as viewer:
        assert (await viewer.join(staffed.stream_id))["rules"]["slow_mode_s"] == 0
        assert (await staffed.hold(staffed.moderator, slow_mode_s=30)).status == 200
        told = await viewer.wait_event("room:rules")
        assert (told["slow_mode_s"], told["stream_id"]) == (30, str(staffed.stream_id))
        assert (await viewer.join(staffed.stream_id))["rules"]["slow_mode_s"] == 30
    assert (await staffed.ask(staffed.viewer, "GET", "/rules")).body["slow_mode_s"] == 30
    assert (await staffed.hold(slow_mode_s=2)).status == 422


async def test_slow_mode_counts_what_is_stored_and_exempts_the_staff(staffed: Staffed) -> None:
    await staffed.hold(slow_mode_s=60)
    async with (
        staffed.visit(staffed.viewer) as viewer,
        staffed.visit(staffed.viewer) as second_tab,
        staffed.visit(staffed.moderator) as moderator,
    ):
        for each in (viewer, second_tab, moderator):
            await each.join(staffed.stream_id)
        assert (await viewer.say(staffed.stream_id, "one", client_id="c"))["ok"]
        for each in (viewer, second_tab):
            refused = await each.say(staffed.stream_id, "two")
            assert refused["error"]["code"] == "slow-mode"
            assert 55 < refused["error"]["retry_after_s"] <= 60
        assert (await viewer.say(staffed.stream_id, "one", client_id="c"))["ok"]
        for n in range(3):
            assert (await moderator.say(staffed.stream_id, f"staff {n}"))["ok"]


async def test_followers_only_asks_the_disk(staffed: Staffed) -> None:
    await staffed.hold(followers_only_minutes=10)
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        refused = await viewer.say(staffed.stream_id, "hello")
        assert refused["error"]["code"] == "followers-only"
        assert "retry_after_s" not in refused["error"]
        await staffed.viewer.ask("PUT", "/api/v1/users/ann/follow")
        refused = await viewer.say(staffed.stream_id, "hello")
        assert 590 < refused["error"]["retry_after_s"] <= 600
        await staffed.database.execute(
            "UPDATE followers SET created_at = created_at - interval '10 minutes'"
        )
        assert (await viewer.say(staffed.stream_id, "hello"))["ok"]


async def test_repetitions_and_links_may_be_unwanted(staffed: Staffed) -> None:
    await staffed.hold(unique_messages=True, links_allowed=False)
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        assert (await viewer.say(staffed.stream_id, "First"))["ok"]
        again = await viewer.say(staffed.stream_id, "FIRST ")
        assert again["error"]["code"] == "message-repeated"
        link = await viewer.say(staffed.stream_id, "see https://x.test")
        assert link["error"]["code"] == "links-not-allowed"
        assert (await viewer.say(staffed.stream_id, "second"))["ok"]


async def test_blocked_term_is_refused_as_soon_as_it_is_listed(staffed: Staffed) -> None:
    async with (
        staffed.visit(staffed.viewer) as viewer,
        staffed.visit(staffed.moderator) as moderator,
    ):
        await viewer.join(staffed.stream_id)
        await moderator.join(staffed.stream_id)
        added = await staffed.ask(staffed.moderator, "POST", "/terms", {"term": "spam"})
        assert added.status == 201
        refused = await viewer.say(staffed.stream_id, "S.P.A.M")
        assert refused["error"]["code"] == "blocked-term"
        assert (await moderator.say(staffed.stream_id, "do not spam"))["ok"]
        gone = await staffed.ask(staffed.owner, "DELETE", f"/terms/{added.body['id']}")
        assert gone.status == 204
        assert (await viewer.say(staffed.stream_id, "spam"))["ok"]
    listed = await staffed.ask(staffed.owner, "GET", "/terms")
    assert listed.body["items"] == []


async def test_term_that_stands_in_the_list_gets_the_new_action(staffed: Staffed) -> None:
    first = await staffed.ask(staffed.owner, "POST", "/terms", {"term": "Spam"})
    again = await staffed.ask(staffed.owner, "POST", "/terms", {"term": "spam", "action": "hold"})
    assert (again.body["id"], again.body["action"]) == (first.body["id"], "hold")
    for term in ("***", " ", "x" * 101):
        answer = await staffed.ask(staffed.owner, "POST", "/terms", {"term": term})
        assert answer.status == 422


async def test_delayed_messages_reach_the_staff_first(staffed: Staffed) -> None:
    await staffed.hold(delay_s=1)
    async with (
        staffed.visit(staffed.viewer) as viewer,
        staffed.visit(staffed.moderator) as moderator,
        visit(staffed.node) as guest,
    ):
        for each in (viewer, moderator, guest):
            await each.join(staffed.stream_id)
        said = await viewer.say(staffed.stream_id, "soon")
        early = await moderator.wait_event("chat:upcoming")
        assert [message["id"] for message in early["messages"]] == [said["message"]["id"]]
        # Who joins meanwhile is not told either, nor who reads the history.
        async with visit(staffed.node) as late:
            joined = await late.join(staffed.stream_id)
            assert (joined["messages"], joined["seq"], joined["upcoming"]) == ([], 0, [])
            assert not guest.messages
            history = f"/api/v1/streams/{staffed.stream_id}/messages"
            assert (await staffed.viewer.ask("GET", history)).body["items"] == []
            assert len((await staffed.moderator.ask("GET", history)).body["items"]) == 1
            for each in (viewer, moderator, guest, late):
                assert await each.wait_messages(1) == [said["message"]]


async def test_shorter_delay_lets_out_what_waits(staffed: Staffed) -> None:
    await staffed.hold(delay_s=30)
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        await viewer.say(staffed.stream_id, "waits")
        await staffed.hold(delay_s=0)
        await viewer.wait_messages(1)


async def test_guests_read_nothing_while_only_the_signed_in_do(staffed: Staffed) -> None:
    async with visit(staffed.node) as guest, staffed.visit(staffed.viewer) as viewer:
        for each in (guest, viewer):
            await each.join(staffed.stream_id)
        await staffed.hold(signed_in_only=True)
        assert (await guest.wait_event("room:rules"))["signed_in_only"]
        await viewer.say(staffed.stream_id, "among ourselves")
        await viewer.wait_messages(1)
        assert (await guest.join(staffed.stream_id))["messages"] == []
        history = f"/api/v1/streams/{staffed.stream_id}/messages"
        refused = await staffed.edge.nobody.ask("GET", history)
        assert (refused.status, refused.body["code"]) == (401, "unauthenticated")
        state = {"stream_id": str(staffed.stream_id), "status": "live", "title": "t"}
        staffed.node.rooms.announce(staffed.stream_id, "stream:state", state)
        assert await guest.wait_event("stream:state") == state
        assert guest.messages == []
        await staffed.hold()
        await guest.wait_until(lambda: not guest.heard["room:rules"][-1]["signed_in_only"])
        assert len((await guest.join(staffed.stream_id))["messages"]) == 1


async def test_everything_stands_in_the_log(staffed: Staffed) -> None:
    await staffed.hold(staffed.moderator, slow_mode_s=5)
    await staffed.hold(staffed.moderator, slow_mode_s=5)  # changes nothing
    term = await staffed.ask(staffed.moderator, "POST", "/terms", {"term": "x", "action": "hold"})
    await staffed.ask(staffed.moderator, "DELETE", f"/terms/{term.body['id']}")
    await staffed.ask(staffed.moderator, "PUT", "/bans/bob", {"seconds": 60, "reason": "r"})
    await staffed.ask(staffed.moderator, "PUT", "/bans/bob", {})
    await staffed.ask(staffed.moderator, "DELETE", "/bans/bob")
    await staffed.ask(staffed.owner, "DELETE", "/moderators/max")
    log = await staffed.log()
    assert [(entry["action"], entry["detail"]) for entry in log] == [
        ("dismiss_moderator", {}),
        ("unban", {}),
        ("ban", {"reason": None, "seconds": None}),
        ("time_out", {"reason": "r", "seconds": 60}),
        ("drop_blocked_term", {"term": "x"}),
        ("put_blocked_term", {"term": "x", "action": "hold"}),
        ("set_room_rules", {"slow_mode_s": 5}),
        ("appoint_moderator", {}),
    ]
    assert log[1]["actor"]["username"] == "max"
    assert log[1]["target"]["username"] == "bob"


async def test_bans_are_listed_page_by_page(staffed: Staffed) -> None:
    for n in range(3):
        await staffed.edge.person(f"troll{n}")
        body = {"reason": f"{n}", "seconds": None}
        assert (await staffed.ask(staffed.owner, "PUT", f"/bans/troll{n}", body)).status == 200
    first = await staffed.ask(staffed.moderator, "GET", "/bans?limit=2")
    rest = await staffed.ask(staffed.moderator, "GET", f"/bans?limit=2&cursor={first.body['next']}")
    listed = [*first.body["items"], *rest.body["items"]]
    assert [each["user"]["username"] for each in listed] == ["troll2", "troll1", "troll0"]
    assert listed[0]["moderator"]["username"] == "ann"
    assert rest.body["next"] is None


async def test_ban_holds_for_votes_and_takes_the_right_to_write_code(staffed: Staffed) -> None:
    reread: list[int] = []

    async def access_changed(session_id: int) -> None:
        reread.append(session_id)

    staffed.node.rooms.houses.on_access_changed(access_changed)
    session = await staffed.owner.ask(
        "POST",
        f"/api/v1/streams/{staffed.stream_id}/code-sessions",
        {"title": "c", "language": "python"},
    )
    code = f"/api/v1/code-sessions/{session.body['id']}"
    await staffed.owner.ask("PUT", f"{code}/collaborators/bob")
    documents = DocumentStore(staffed.database)
    bob = int(staffed.viewer.user_id)
    assert (await documents.access(int(session.body["id"]))).may_write(bob)
    async with (
        staffed.visit(staffed.owner) as streamer,
        staffed.visit(staffed.viewer) as viewer,
    ):
        for each in (streamer, viewer):
            await each.join(staffed.stream_id)
        asked = await streamer.ask(
            "poll:open", stream_id=staffed.stream_id, question="?", options=["a", "b"]
        )
        poll = asked["poll"]
        await staffed.ask(staffed.owner, "PUT", "/bans/bob", {"seconds": 60})
        refused = await viewer.ask(
            "poll:vote", poll_id=poll["id"], option_id=poll["options"][0]["id"]
        )
        assert refused["error"]["code"] == "timed-out"
        assert refused["error"]["retry_after_s"] <= 60
    assert not (await documents.access(int(session.body["id"]))).may_write(bob)
    assert (await staffed.viewer.ask("GET", code)).body["can_write"] is False
    await staffed.ask(staffed.owner, "DELETE", "/bans/bob")
    assert (await staffed.viewer.ask("GET", code)).body["can_write"] is True
    assert reread == [int(session.body["id"])] * 2


async def test_edit_and_reaction_are_no_way_round_the_rules(staffed: Staffed) -> None:
    await staffed.ask(staffed.owner, "POST", "/terms", {"term": "spam"})
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        said = (await viewer.say(staffed.stream_id, "ham"))["message"]
        name = {"stream_id": staffed.stream_id, "id": said["id"]}
        refused = await viewer.ask("chat:edit", **name, content="sp.am")
        assert refused["error"]["code"] == "blocked-term"
        await staffed.ask(staffed.owner, "PUT", "/bans/bob", {})
        for event, more in (
            ("chat:edit", {"content": "eggs"}),
            ("chat:react", {"emoji": "👍", "on": True}),
        ):
            refused = await viewer.ask(event, **name, **more)
            assert refused["error"]["code"] == "banned"
        assert (await viewer.ask("chat:delete", **name))["ok"]


async def test_message_deleted_before_its_time_is_told_without_its_words(staffed: Staffed) -> None:
    await staffed.hold(delay_s=1)
    async with (
        staffed.visit(staffed.viewer) as viewer,
        staffed.visit(staffed.moderator) as moderator,
        visit(staffed.node) as guest,
    ):
        for each in (viewer, moderator, guest):
            await each.join(staffed.stream_id)
        await viewer.say(staffed.stream_id, "regrettable")
        early = (await moderator.wait_event("chat:upcoming"))["messages"][0]
        deleted = await moderator.ask("chat:delete", stream_id=staffed.stream_id, id=early["id"])
        assert deleted["ok"], deleted
        await viewer.say(staffed.stream_id, "fine")
        heard = await guest.wait_messages(2)
        assert [(each["seq"], each["content"], each["deleted"]) for each in heard] == [
            (1, "", True),
            (2, "fine", False),
        ]
        assert "regrettable" not in str(guest.heard)
