"""The node is killed while people use it and started again: what was acknowledged is there."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.node import NodeProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_room_goes_on_after_a_power_cut(people: PeopleFactory, node: NodeProcess) -> None:
    streamer, viewer = await people.member(), await people.member()
    stream_id = await streamer.go_live("Through thick and thin")
    await viewer.watch(stream_id)
    await viewer.say("said before the cut")
    await streamer.ask("Still here?", "yes", "no")
    await viewer.vote("yes")
    await expect(streamer.part("poll-total")).to_contain_text("1")
    await streamer.open_code("kept.py", "python")
    await streamer.type_code("kept = True\n")
    await viewer.suggest(first=1, last=1, content="kept = 'always'")

    await node.kill()
    await expect(viewer.part("connection-banner")).to_be_visible()
    await node.start()

    # Nobody touches anything: both pages find their way back.
    await expect(streamer.part("publisher-state")).to_have_attribute(
        "data-state", "live", timeout=30_000
    )
    assert await streamer.part("publisher-state").get_attribute("data-stream-id") == stream_id
    await viewer.see_the_picture_move()
    await expect(viewer.part("connection-banner")).to_be_hidden(timeout=20_000)
    await viewer.say("said after the cut")
    await streamer.hear("said before the cut")
    await streamer.hear("said after the cut")

    # And somebody who comes only now finds everything.
    late = await people.member()
    await late.watch(stream_id)
    await late.hear("said before the cut")
    await expect(late.part("poll")).to_contain_text("Still here?")
    await expect(late.part("poll-total")).to_contain_text("1")
    await late.read_code("kept = True")
    await expect(late.part("suggestion")).to_have_count(1)
