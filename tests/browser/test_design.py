"""The page about the design: what it shows is what the pages are made of, and it can be read."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory

pytestmark = pytest.mark.asyncio(loop_scope="session")

# WCAG 2.2, 1.4.3: the least contrast of text.
READABLE = 4.5


@pytest.mark.parametrize("dark", [False, True])
async def test_every_pair_of_colours_can_be_read(people: PeopleFactory, *, dark: bool) -> None:
    reader = await people.guest(dark=dark)
    await reader.page.goto("/design")
    pairs = reader.part("colour-pairs").locator("li")
    await expect(pairs.first).to_be_visible()
    ratios = {
        await pair.inner_text(): float(await pair.get_attribute("data-ratio") or 0)
        for pair in await pairs.all()
    }
    assert len(ratios) > 10
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < READABLE} == {}


async def test_chosen_theme_comes_with_the_page_itself(people: PeopleFactory) -> None:
    reader = await people.guest()
    page = reader.page
    await page.goto("/design")
    await reader.part("look").locator("summary").click()
    await reader.part("theme-dark").click()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    answer = await page.request.get("/")
    assert '<html data-theme="dark"' in await answer.text()
    await reader.part("theme-system").click()
    answer = await page.request.get("/")
    assert "data-theme" not in (await answer.text()).partition(">")[0]
