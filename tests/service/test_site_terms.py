"""Terms that are blocked in every room: by whom they are set, and for whom they hold."""

from __future__ import annotations

import pytest_asyncio

from tests.channels import Staffed
from tests.edge import Client

ALL = "/api/v1/admin/blocked-terms"


@pytest_asyncio.fixture
async def site_admin(staffed: Staffed) -> Client:
    """An admin of the site who has nothing to do with the channel."""
    admin = await staffed.edge.person("root")
    await staffed.database.execute("UPDATE users SET role = 'admin' WHERE username = 'root'")
    staffed.edge.sessions.reread(int(admin.user_id))
    return admin


async def test_term_of_the_site_holds_in_a_room_that_is_open(
    staffed: Staffed, site_admin: Client
) -> None:
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        assert (await viewer.say(staffed.stream_id, "casino"))["ok"]
        added = await site_admin.ask("POST", ALL, {"term": "casino"})
        assert (added.status, added.body["action"]) == (201, "block")
        refused = await viewer.say(staffed.stream_id, "c.a.s.i.n.o")
        assert refused["error"]["code"] == "blocked-term"
        gone = await site_admin.ask("DELETE", f"{ALL}/{added.body['id']}")
        assert gone.status == 204
        assert (await viewer.say(staffed.stream_id, "C4sino"))["ok"]


async def test_staff_of_a_channel_keeps_to_what_the_site_blocks_but_the_sites_does_not(
    staffed: Staffed, site_admin: Client
) -> None:
    await staffed.ask(staffed.owner, "POST", "/terms", {"term": "mine"})
    await site_admin.ask("POST", ALL, {"term": "casino"})
    await site_admin.ask("POST", ALL, {"term": "perhaps", "action": "hold"})
    async with (
        staffed.visit(staffed.owner) as streamer,
        staffed.visit(staffed.viewer) as viewer,
        staffed.visit(site_admin) as admin,
    ):
        for each in (streamer, viewer, admin):
            await each.join(staffed.stream_id)
        refused = await streamer.say(staffed.stream_id, "casino")
        assert refused["error"]["code"] == "blocked-term"
        assert (await streamer.say(staffed.stream_id, "mine, perhaps"))["ok"]
        assert (await admin.say(staffed.stream_id, "casino"))["ok"]
        held = await viewer.say(staffed.stream_id, "perhaps")
        assert held["error"]["code"] == "message-held"
        assert (await streamer.wait_event("chat:held"))["term"] == "perhaps"


async def test_lists_of_the_site_and_of_a_channel_are_two(
    staffed: Staffed, site_admin: Client
) -> None:
    await staffed.ask(staffed.owner, "POST", "/terms", {"term": "spam", "action": "hold"})
    added = await site_admin.ask("POST", ALL, {"term": "Spam"})
    again = await site_admin.ask("POST", ALL, {"term": "spam", "action": "hold"})
    assert again.body["id"] == added.body["id"]
    (of_site,) = (await site_admin.ask("GET", ALL)).body["items"]
    assert (of_site["term"], of_site["action"]) == ("Spam", "hold")
    # Nobody takes the site's away by way of a channel.
    other = await staffed.ask(staffed.owner, "DELETE", f"/terms/{added.body['id']}")
    assert other.status == 404
    (own,) = (await staffed.ask(staffed.owner, "GET", "/terms")).body["items"]
    gone = await site_admin.ask("DELETE", f"{ALL}/{own['id']}")
    assert gone.status == 404
    nothing = await site_admin.ask("POST", ALL, {"term": "*"})
    assert (nothing.status, nothing.body["errors"][0]["pointer"]) == (422, "/term")


async def test_what_is_done_to_the_sites_terms_stands_in_the_sites_log(
    staffed: Staffed, site_admin: Client
) -> None:
    added = await site_admin.ask("POST", ALL, {"term": "casino"})
    await site_admin.ask("DELETE", f"{ALL}/{added.body['id']}")
    rows = await staffed.database.fetch(
        "SELECT actor_id, action, detail FROM moderation_log ORDER BY id"
    )
    assert [(row["actor_id"], row["action"]) for row in rows][-2:] == [
        (int(site_admin.user_id), "put_site_term"),
        (int(site_admin.user_id), "drop_site_term"),
    ]
    assert rows[-2]["detail"] == {"term": "casino", "action": "block"}
