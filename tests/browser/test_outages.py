"""Lines that go away and come back, and computers that change networks: pages go on alone."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import PeopleFactory
from tests.browser.own_line import own_lines
from tests.browser.person import Person
from tests.node import NodeProcess
from tests.relay import open_relay
from tests.room_node import visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A browser takes some seconds to believe that a line is dead.
_PATIENCE_MS = 45_000


async def _is(part: Locator, state: str) -> None:
    await expect(part).to_have_attribute("data-state", state, timeout=_PATIENCE_MS)


def _sends(streamer: Person) -> Locator:
    return streamer.part("publisher-state")


async def test_who_changes_networks_goes_on_in_the_same_session(
    people: PeopleFactory, node: NodeProcess
) -> None:
    streamer, viewer = await people.member(), await people.guest()
    async with (
        own_lines(streamer, viewer, node=node) as (up, down),
        open_relay(("127.0.0.1", node.media_port)) as elsewhere,
    ):
        await viewer.watch(await streamer.go_live("On the train"))

        # The viewer's browser is not told of anything; nothing comes any more.
        down.move(elsewhere)
        await _is(viewer.part("player"), "reconnecting")
        await _is(viewer.part("player"), "playing")
        await viewer.see_the_picture_move()
        assert down.asked == ["POST whep", "PATCH whep"]

        # The streamer's is: a cable was pulled and there is a radio.
        await up.cut()
        up.move(elsewhere)
        await up.mend()
        await viewer.see_the_picture_move()
        await _is(_sends(streamer), "live")
        assert [each for each in up.asked if "whip" in each] == ["POST whip", "PATCH whip"]


async def test_both_wait_out_an_outage_and_go_on_by_themselves(
    people: PeopleFactory, node: NodeProcess
) -> None:
    streamer, viewer = await people.member(), await people.guest()
    async with own_lines(streamer, viewer, node=node) as (up, down), visit(node) as room:
        stream_id = await streamer.go_live("Through a tunnel")
        await viewer.watch(stream_id)
        await room.join(int(stream_id))
        await up.cut()
        await down.cut()
        await _is(viewer.part("player"), "reconnecting")
        await expect(viewer.part("player")).to_contain_text("Reconnecting")
        await _is(_sends(streamer), "reconnecting")
        # By then the server has given the streamer's session up, and their page cannot know.
        await room.wait_until(
            lambda: any(not state["publishing"] for state in room.heard.get("stream:state", [])),
            wait_s=_PATIENCE_MS / 1000,
        )

        await up.mend()
        await down.mend()
        await _is(_sends(streamer), "live")
        await _is(viewer.part("player"), "playing")
        await viewer.see_the_picture_move()
        assert await _sends(streamer).get_attribute("data-stream-id") == stream_id
