"""What others do comes to the page by itself; what is sought is found; what is done counts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from server.wire import rfc3339
from tests.browser.conftest import PeopleFactory
from tests.browser.person import PASSWORD, Person
from tests.node import NodeProcess, open_node

pytestmark = pytest.mark.asyncio(loop_scope="session")

MODERATOR = "mona"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node() -> AsyncIterator[NodeProcess]:
    """A node whose first account, and so its admin, is the moderator's."""
    account = {"username": MODERATOR, "email": f"{MODERATOR}@vibecast.example"}
    async with open_node() as node, aiohttp.ClientSession(node.url) as http:
        await http.post("/api/v1/users", json={**account, "password": PASSWORD})
        yield node


async def _moderator(people: PeopleFactory) -> Person:
    person = await people.guest()
    person.name = MODERATOR
    await person.sign_in()
    return person


async def test_what_others_do_is_told_at_once_and_read(people: PeopleFactory) -> None:
    ann, bob = await people.member(), await people.member(phone=True)
    # The badge of a first post would come whenever its rule is next looked at.
    await ann.ask_server("PUT", "/notifications/preferences", {"badge": False})
    post = await ann.ask_server("POST", "/posts", {"content": "My first parser"})
    await expect(ann.part("unread")).to_be_hidden()

    await bob.ask_server("PUT", f"/posts/{post['id']}/like")
    await bob.ask_server("PUT", f"/users/{ann.name}/follow")
    await expect(ann.part("unread")).to_have_text("2")
    await ann.part("bell").click()
    liked = ann.part("notification").filter(has_text="liked your post")
    await expect(liked).to_contain_text(bob.name)
    await expect(liked).to_contain_text("My first parser")

    await liked.get_by_role("button", name="Mark as read").click()
    await expect(liked).to_have_attribute("data-read", "true")
    await expect(ann.part("unread")).to_have_text("1")

    await ann.page.goto("/notifications")
    await ann.part("read-all").click()
    await expect(ann.part("unread")).to_be_hidden()
    await ann.page.reload()
    await expect(ann.part("notification")).to_have_count(2)
    await expect(ann.part("unread")).to_be_hidden()


async def test_what_is_not_wanted_is_not_told(people: PeopleFactory) -> None:
    ann, bob = await people.member(), await people.member()
    await ann.page.goto("/notifications")
    switch = ann.page.get_by_role("switch", name="Followers")
    await switch.uncheck()
    await expect(ann.page.get_by_text("Saved.")).to_be_visible()
    await bob.ask_server("PUT", f"/users/{ann.name}/follow")
    await bob.ask_server("POST", "/posts", {"content": f"Read what @{ann.name} writes"})
    await expect(ann.part("notification")).to_have_count(1)
    await expect(ann.part("notification")).to_contain_text("mentioned you in a post")


async def test_search_finds_a_person_and_a_stream_by_keyboard_alone(people: PeopleFactory) -> None:
    ann, guest = await people.member(), await people.guest()
    await ann.ask_server(
        "POST",
        "/streams",
        {
            "title": "Taming a borrow checker",
            "scheduled_at": rfc3339(datetime.now(UTC) + timedelta(hours=1)),
        },
    )
    await guest.page.goto("/")
    field = guest.part("site-search")
    await expect(field).to_be_visible()

    await guest.page.keyboard.press("/")
    await expect(field).to_be_focused()
    await guest.page.keyboard.type(ann.name)
    await expect(guest.part("search-choice").filter(has_text=ann.name).nth(1)).to_be_visible()
    await guest.page.keyboard.press("ArrowDown")
    await expect(field).to_have_attribute("aria-activedescendant", "site-search-choice-0")
    await guest.page.keyboard.press("Enter")
    await expect(guest.part("found-people")).to_contain_text(ann.name)

    await field.fill("borrow checker")
    await field.press("Enter")
    found = guest.part("found-streams").get_by_role("link", name="Taming a borrow checker")
    await found.click()
    await expect(guest.page.get_by_role("heading", name="Taming a borrow checker")).to_be_visible()


async def test_challenger_joins_submits_and_stands_on_the_board(people: PeopleFactory) -> None:
    moderator, ann = await _moderator(people), await people.member(phone=True, dark=True)
    now = datetime.now(UTC)
    await moderator.page.goto("/challenges")
    await moderator.part("challenge-new").click()
    await moderator.part("challenge-title").fill("Smallest web server")
    await moderator.part("challenge-save").click()
    await expect(moderator.page.get_by_role("heading", name="Smallest web server")).to_be_visible()
    challenge = moderator.page.url.removeprefix(moderator.page.url.split("/challenges/")[0])

    await ann.page.goto("/challenges")
    await ann.part("challenge-card").get_by_role("link").click()
    await ann.part("join").click()
    await ann.part("submission-url").fill("https://git.example/ann/server")
    await ann.part("submit").click()
    await expect(ann.part("part-state")).to_have_text("Submitted")

    await moderator.page.reload()
    submission = moderator.part("submission").filter(has_text=ann.name)
    await submission.get_by_label("Note").fill("Short and sweet")
    await submission.get_by_test_id("accept").click()
    # Ann's page hears of it by itself.
    await expect(ann.part("part-state")).to_have_text("Accepted")
    await expect(ann.part("part")).to_contain_text("You earned 100 points.")
    await expect(ann.part("board-entry")).to_contain_text(ann.name)

    await ann.page.goto("/leaderboards")
    standing = ann.part("standing").filter(has_text=ann.name)
    # With the badge of a first accepted submission.
    await expect(standing).to_contain_text("110 points")
    await expect(ann.part("my-standing")).to_contain_text("#1")

    over = {"start_date": rfc3339(now - timedelta(days=2)), "end_date": rfc3339(now)}
    await moderator.ask_server("PUT", challenge, {"title": "Smallest web server", **over})
    await ann.page.goto(challenge)
    await expect(ann.part("part-state")).to_have_text("Accepted")
    await expect(ann.page.get_by_text("Over", exact=True)).to_be_visible()
