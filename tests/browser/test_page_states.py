"""Every page says what it waits for, what did not come, and goes on when it can."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

API = "**/api/v1/**"
WAITING = ".spinner, .row-placeholder, [aria-busy=true]"


class Line:
    """The way of one page to the server, which can be held and cut."""

    def __init__(self) -> None:
        self.refusal: int | None = None
        self._is_open = asyncio.Event()
        self._is_open.set()

    def hold(self) -> None:
        """Let nothing through until `release`."""
        self._is_open.clear()

    def release(self) -> None:
        """Let everything through."""
        self._is_open.set()

    async def carry(self, route: Route) -> None:
        """Answer a request of the page, but for who sits before it."""
        if not route.request.url.endswith("/users/me"):
            await self._is_open.wait()
            if self.refusal is not None:
                return await route.fulfill(
                    status=self.refusal,
                    content_type="application/problem+json",
                    body=json.dumps({"status": self.refusal, "code": "x", "detail": "It is busy."}),
                )
        await route.continue_()


async def _line(person: Person) -> Line:
    line = Line()
    await person.page.route(API, line.carry)
    return line


async def _pages(person: Person) -> list[str]:
    stream = await person.ask_server("POST", "/streams", {"title": "States"})
    post = await person.ask_server("POST", "/posts", {"content": "Hello #rust"})
    return [
        "/",
        "/posts",
        f"/posts/{post['id']}",
        "/tags/rust",
        f"/users/{person.name}",
        "/videos",
        f"/streams/{stream['id']}",
        f"/streams/{stream['id']}/summary",
        "/notifications",
        "/search?q=rust",
        "/challenges",
        "/leaderboards",
        "/moderation",
        "/admin",
        "/removed",
    ]


async def _come(person: Person, path: str) -> None:
    """Open a page. An address that is loaded brings a room's first answer along; whoever comes from
    another page waits for it."""
    if not re.fullmatch(r"/streams/\d+", path):
        await person.page.goto(path)
        return
    await person.page.goto("/no/such/page")
    await expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    await person.page.evaluate(
        """path => {
            const link = Object.assign(document.createElement("a"), { href: path });
            document.body.append(link);
            link.click();
            link.remove();
        }""",
        path,
    )


async def test_pages_wait_say_what_did_not_come_and_go_on(people: PeopleFactory) -> None:
    person = await people.member()
    line = await _line(person)
    page = person.page.locator("#page")
    again = page.get_by_role("button", name="Try again")
    for path in await _pages(person):
        line.hold()
        line.refusal = 503
        await _come(person, path)
        await expect(page.locator(WAITING).first, path).to_be_visible()
        line.release()
        await expect(again.first, path).to_be_visible()
        await expect(page, path).to_contain_text("It is busy.")
        line.refusal = None
        # A list may also ask again by itself, and take its button away.
        while await again.count() > 0:
            await again.evaluate_all("buttons => buttons.forEach((each) => each.click())")
            await expect(page.locator(WAITING), path).to_have_count(0)
        await expect(page, path).not_to_contain_text("It is busy.")


async def test_page_that_is_not_for_somebody_says_so(people: PeopleFactory) -> None:
    person = await people.member()
    line = await _line(person)
    line.refusal = 403
    await person.page.goto("/removed")
    await expect(person.page.locator("#page")).to_contain_text("This is not for you to see")
    await expect(person.page.get_by_role("button", name="Try again")).to_have_count(0)


async def test_whoever_was_signed_out_elsewhere_is_led_to_sign_in(people: PeopleFactory) -> None:
    person = await people.member()
    line = await _line(person)
    line.refusal = 401
    await person.page.goto("/removed")
    sign_in = person.page.locator("#page").get_by_role("link", name="Sign in")
    await expect(sign_in).to_have_attribute("href", "/signin?next=%2Fremoved")


async def test_page_says_that_the_computer_is_not_connected(people: PeopleFactory) -> None:
    person = await people.member()
    await person.page.goto("/")
    await expect(person.part("offline")).to_be_hidden()
    await person.page.context.set_offline(True)
    await expect(person.part("offline")).to_be_visible()
    await person.page.context.set_offline(False)
    await expect(person.part("offline")).to_be_hidden()


async def test_list_that_did_not_come_is_asked_for_again_when_the_connection_is_back(
    people: PeopleFactory,
) -> None:
    person = await people.member()
    line = await _line(person)
    line.refusal = 503
    await person.page.goto("/posts")
    await expect(person.page.locator("#page")).to_contain_text("It is busy.")
    line.refusal = None
    await person.page.context.set_offline(True)
    await expect(person.part("offline")).to_be_visible()
    await person.page.context.set_offline(False)
    await expect(person.page.locator("#page")).not_to_contain_text("It is busy.")
