"""Who is in a room: named, counted, once each, and true over reconnections."""

from __future__ import annotations

from typing import Any

from tests.channels import Staffed
from tests.edge import Client
from tests.people import block
from tests.room_node import visit


async def here(staffed: Staffed, client: Client, search: str = "") -> dict[str, Any]:
    answer = await client.ask("GET", f"/api/v1/streams/{staffed.stream_id}/people{search}")
    assert answer.status == 200, answer
    return dict(answer.body)


async def test_people_are_named_with_what_they_are_and_guests_counted(staffed: Staffed) -> None:
    async with (
        staffed.visit(staffed.owner) as streamer,
        staffed.visit(staffed.moderator) as moderator,
        staffed.visit(staffed.viewer) as viewer,
        staffed.visit(staffed.viewer) as second_tab,
        visit(staffed.node) as guest,
        visit(staffed.node) as guests_tab,
        visit(staffed.node) as stranger,
    ):
        for each in (streamer, moderator, viewer, second_tab, stranger):
            await each.join(staffed.stream_id)
        for each in (guest, guests_tab):
            await each.join(staffed.stream_id, visitor="one browser")
        told = await here(staffed, staffed.edge.nobody)
        assert [(each["username"], each["role"]) for each in told["items"]] == [
            ("ann", "owner"),
            ("bob", "member"),
            ("max", "moderator"),
        ]
        assert (told["viewers"], told["guests"], told["peak"]) == (4, 2, 4)
        first = await here(staffed, staffed.viewer, "?limit=2")
        rest = await here(staffed, staffed.viewer, f"?limit=2&cursor={first['next']}")
        assert [each["username"] for each in rest["items"]] == ["max"]
        assert rest["next"] is None


async def test_reload_moves_no_number(staffed: Staffed) -> None:
    async with staffed.visit(staffed.moderator) as moderator:
        await moderator.join(staffed.stream_id)
        for _ in range(2):
            async with staffed.visit(staffed.viewer) as viewer:
                assert (await viewer.join(staffed.stream_id))["viewers"] == 2
        assert (await here(staffed, staffed.viewer))["viewers"] == 2
        # Gone for good: the number follows by itself.
        await moderator.wait_until(
            lambda: moderator.heard.get("room:viewers", [{}])[-1].get("viewers") == 1
        )


async def test_whom_one_has_blocked_is_counted_and_not_named(staffed: Staffed) -> None:
    await block(staffed.database, int(staffed.moderator.user_id), int(staffed.viewer.user_id))
    async with staffed.visit(staffed.viewer) as viewer:
        await viewer.join(staffed.stream_id)
        told = await here(staffed, staffed.moderator)
        assert (told["items"], told["viewers"]) == ([], 1)
        assert len((await here(staffed, staffed.owner))["items"]) == 1
