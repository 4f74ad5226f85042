"""Home shows what is live by what it looks like."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory

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
