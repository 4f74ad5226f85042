"""Home shows what is live by what it looks like."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.plain_peers import HEIGHT, WIDTH, publish
from tests.browser.waiting import wait_for_answer

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_home_shows_what_a_live_stream_looks_like(people: PeopleFactory) -> None:
    streamer, guest = await people.member(), await people.guest()
    await streamer.go_live("Something to look at")
    await guest.page.goto("/", wait_until="commit")
    card = guest.part("stream-card").filter(has_text="Something to look at")
    # The studio takes it some seconds after it is on air, and home looks again now and then.
    await expect(card.get_by_test_id("live-picture")).to_be_visible(timeout=90_000)
    width = await card.get_by_test_id("live-picture").evaluate("picture => picture.naturalWidth")
    assert width == 480


async def test_home_shows_a_stream_whose_publisher_sends_no_pictures(people: PeopleFactory) -> None:
    """As one from OBS. In three layers, of which the node takes the smallest."""
    streamer, guest = await people.member(), await people.guest()
    stream_id = await publish(streamer, "video/VP9", scalability="L3T3_KEY")
    await guest.page.goto("/")
    # The node gives the publisher some seconds to send its own.
    await wait_for_answer(
        guest.page,
        "async (address) => (await (await fetch(address)).json()).items[0]",
        f"/api/v1/streams/{stream_id}/snapshots",
    )
    await guest.page.reload(wait_until="commit")
    card = guest.part("stream-card").filter(has=guest.page.get_by_text(streamer.name, exact=True))
    await expect(card.get_by_test_id("live-picture")).to_be_visible()
    size = await card.get_by_test_id("live-picture").evaluate(
        "picture => [picture.naturalWidth, picture.naturalHeight]"
    )
    assert size[0] * HEIGHT == size[1] * WIDTH
