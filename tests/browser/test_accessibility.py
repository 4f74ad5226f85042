"""Every page, in both themes, at a desk and on a phone, held to WCAG 2.2 AA by axe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FOR_EVERYBODY = (
    "/",
    "/signin",
    "/signup",
    "/reset-password",
    "/posts",
    "/videos",
    "/challenges",
    "/leaderboards",
    "/search?q=rust",
    "/tags/rust",
    "/design",
    "/api/docs",
    "/nowhere",
)
FOR_MEMBERS = (
    "/settings",
    "/notifications",
    "/studio",
    "/upload",
    "/moderation",
    "/admin",
)


async def violations(page: Page) -> list[str]:
    """Return what axe finds: the rule and the first place.

    It looks when what fades in is there: half transparent words have half their contrast.
    """
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    await page.evaluate(
        """() => Promise.allSettled(
            document.getAnimations()
                .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
                .map(({ finished }) => finished)
        )"""
    )
    found: list[dict[str, Any]] = await page.evaluate(
        """async (rules) => {
            const runOnly = { type: "tag", values: rules };
            const { violations } = await axe.run(document, { runOnly });
            return violations.map(({ id, nodes }) => (
                { id, html: nodes[0].html, count: nodes.length }
            ));
        }""",
        RULES,
    )
    return [f"{each['id']} x{each['count']}: {each['html'][:200]}" for each in found]


async def _look(person: Person, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """Open each page and return the violations by page."""
    found = {}
    for path in paths:
        await person.page.goto(path)
        await expect(person.page.locator("main h1, h1").first).to_be_attached()
        await expect(
            person.page.locator(".spinner:not(.design-page *)").filter(visible=True)
        ).to_have_count(0)
        found[path] = await violations(person.page)
    return {path: those for path, those in found.items() if those}


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (False, True), (True, False)])
async def test_pages_can_be_used_by_everybody(
    people: PeopleFactory, *, phone: bool, dark: bool
) -> None:
    # The first account of a node keeps it, so it has every page there is.
    keeper = await people.member(phone=phone, dark=dark)
    await keeper.ask_server(
        "POST", "/posts", {"content": "Writing #rust\n\n```rust\nfn main(){}\n```"}
    )
    post = await keeper.ask_server("POST", "/posts", {"content": "A | table\n--|--\n1 | 2"})
    stream = await keeper.ask_server("POST", "/streams", {"title": "In numbers"})
    told = (
        f"/posts/{post['id']}",
        f"/users/{keeper.name}",
        f"/streams/{stream['id']}/summary",
    )
    assert await _look(keeper, (*FOR_EVERYBODY, *told, *FOR_MEMBERS)) == {}


@pytest.mark.parametrize("dark", [False, True])
async def test_a_live_room_can_be_used_by_everybody(people: PeopleFactory, *, dark: bool) -> None:
    streamer, viewer = await people.member(dark=dark), await people.member(dark=dark)
    stream_id = await streamer.go_live("A room for everybody")
    await viewer.watch(stream_id)
    await viewer.say("Can everybody read this?")
    assert await violations(viewer.page) == []
    assert await violations(streamer.page) == []
    for opened, key in (("shortcuts", "?"), ("arrangement", None)):
        if key is None:
            await viewer.part("arrange").click()
        else:
            await viewer.part("arrange").press(key)
        await expect(viewer.part(opened)).to_be_visible()
        assert await violations(viewer.page) == []
        await viewer.page.keyboard.press("Escape")
    await viewer.part("arrange").press("t")
    await expect(viewer.part("arrange")).to_be_hidden()
    assert await violations(viewer.page) == []
