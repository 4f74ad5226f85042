"""A streamer learns what a stream came to, at its end and later."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_streamer_reads_what_the_stream_came_to(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.member(phone=True)
    stream_id = await streamer.go_live("A parser by hand")
    await viewer.watch(stream_id)
    await viewer.say("Where do tokens come from?")
    await viewer.ask_server("PUT", f"/users/{streamer.name}/follow")
    await streamer.ask("What next?", "A lexer", "A nap")
    await viewer.part("tab-poll").click()
    await viewer.vote("A lexer")
    await expect(streamer.part("poll-option").first).to_have_attribute("data-votes", "1")

    await streamer.part("end-stream").click()
    await streamer.part("toast-now").click()
    for _ in range(2):
        await expect(streamer.part("summary-messages")).to_contain_text("1")
        await expect(streamer.part("summary-messages")).to_contain_text("by 1 person")
        await expect(streamer.part("summary-polls")).to_contain_text("1 vote")
        await expect(streamer.part("summary-followers")).to_contain_text("1")
        await expect(streamer.part("summary-duration")).to_contain_text("less than a minute")
        await expect(streamer.part("summary-health")).to_contain_text("It never stopped.")
        await streamer.page.goto(f"/streams/{stream_id}/summary")

    await viewer.page.goto(f"/streams/{stream_id}/summary")
    await expect(viewer.part("stream-summary")).to_contain_text("Only the streamer sees")


async def test_streamer_tries_picture_and_sound_before_anybody_sees_them(
    people: PeopleFactory,
) -> None:
    streamer = await people.member()
    sent: list[str] = []
    streamer.page.on("request", lambda request: sent.append(request.method))
    await streamer.page.goto("/studio")
    await expect(streamer.part("rehearsal")).to_be_visible()
    sent.clear()
    await streamer.part("rehearsal-start").click()
    await expect(streamer.part("rehearsal")).to_have_attribute("data-state", "recording")
    await expect(streamer.part("rehearsal")).to_have_attribute("data-state", "ready")
    # The fake microphone of the tests beeps.
    await expect(streamer.part("rehearsal-status")).to_contain_text("Picture and sound are there")
    video = streamer.part("rehearsal").locator("video")
    await expect(video).to_have_js_property("videoHeight", 720)
    assert "POST" not in sent
    await streamer.page.get_by_role("button", name="Discard it").click()
    await expect(video).to_have_count(0)
