"""What a page fetches late: without a line it says so, and comes when the line is there again."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import PeopleFactory

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_page_comes_when_the_line_is_back(people: PeopleFactory) -> None:
    page = (await people.guest()).page
    await page.goto("/")
    await expect(page.get_by_role("heading", level=1)).to_be_attached()
    await page.context.set_offline(True)
    await page.get_by_role("link", name="Challenges").first.click()
    await expect(page.get_by_text("This page did not load")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_role("heading", name="Challenges", level=1)).to_be_visible()


async def test_a_part_of_a_page_comes_once_when_the_line_is_back(people: PeopleFactory) -> None:
    owner = await people.member()
    stream = await owner.ask_server("POST", "/streams", {"title": "Later"})
    await owner.page.goto(f"/streams/{stream['id']}")
    opens = owner.part("moderation-open").filter(visible=True)
    await expect(opens).to_be_enabled()
    await owner.page.context.set_offline(True)
    await opens.click()
    await opens.click()
    await expect(owner.page.get_by_text("This could not be fetched")).to_be_visible()
    await owner.page.context.set_offline(False)
    await expect(owner.page.get_by_role("dialog")).to_have_count(1)


async def test_a_page_left_meanwhile_gets_no_part_of_it(people: PeopleFactory) -> None:
    owner = await people.member()
    stream = await owner.ask_server("POST", "/streams", {"title": "Later"})
    page = owner.page
    await page.goto("/challenges")
    await page.goto(f"/streams/{stream['id']}")
    opens = owner.part("moderation-open").filter(visible=True)
    await expect(opens).to_be_enabled()
    await page.context.set_offline(True)
    await opens.click()
    await page.get_by_role("link", name="Home").first.click()
    async with page.expect_response(re.compile(r"/moderation\.js")):
        await page.context.set_offline(False)
    await expect(page.get_by_role("heading", level=1)).to_be_attached()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_what_nobody_waits_for_is_fetched_again_in_silence(people: PeopleFactory) -> None:
    page = (await people.guest()).page
    missed: list[str] = []

    async def miss_twice(route: Route) -> None:
        missed.append(route.request.url)
        await (route.abort() if len(missed) <= 2 else route.continue_())

    await page.route(re.compile(r"/wire/service-worker\.js"), miss_twice)
    await page.goto("/")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    assert len(missed) == 3
    await expect(page.get_by_role("status").filter(has_text="fetched")).to_have_count(0)
