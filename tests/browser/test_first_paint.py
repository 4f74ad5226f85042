"""What is there before anything else has come, and what is fetched only when somebody wants it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_room_and_home_are_read_before_any_script(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.guest()
    made = await streamer.ask_server("POST", "/streams", {"title": "Early", "description": "why"})
    page = viewer.page
    await page.route("**/app/*.js", lambda route: route.fulfill(status=404))
    await page.goto(f"/streams/{made['id']}")
    await expect(page.get_by_role("heading", level=1, name="Early")).to_be_visible()
    await expect(page.get_by_text("why")).to_be_visible()
    await page.goto("/")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()


async def test_phone_fetches_the_editor_when_its_tab_is_opened(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.guest(phone=True)
    stream_id = await streamer.go_live("On a small screen")
    await streamer.open_code("parser.py", "python")
    await streamer.type_code("def parse(text):")
    fetched: list[str] = []
    viewer.page.on("request", lambda request: fetched.append(request.url))
    await viewer.watch(stream_id)
    await viewer.see_the_picture_move()
    assert not [url for url in fetched if "/vendor/editor" in url or "/wire/document" in url]
    await viewer.part("tab-code").click()
    await viewer.read_code("def parse(text):")
    assert [url for url in fetched if "/vendor/editor" in url]
