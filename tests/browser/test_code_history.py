"""The past of a document: dragged through, compared, named, brought back."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _room_with_a_past(people: PeopleFactory) -> tuple[Person, Person]:
    streamer, friend = await people.member(), await people.member()
    stream = await streamer.ask_server("POST", "/streams", {"title": "A past"})
    for person in (streamer, friend):
        await person.page.goto(f"/streams/{stream['id']}")
    await streamer.open_code("main.py", "python")
    await streamer.add_collaborator(friend.name)
    await streamer.type_code("first = 1\n")
    await friend.read_code("first")
    await expect(friend.editor).to_have_attribute("contenteditable", "true")
    await friend.type_code("second = 2\n")
    await streamer.read_code("second")
    await streamer.type_code("third = 'é 😀'\n")
    await friend.read_code("third")
    return streamer, friend


async def _open_history(person: Person) -> None:
    await person.page.get_by_label("More to do with this code").click()
    await person.page.locator(".menu-actions").get_by_role("button", name="History").click()
    await expect(person.part("history-slider")).to_be_visible()


async def test_past_is_dragged_through_and_restored(people: PeopleFactory) -> None:
    streamer, friend = await _room_with_a_past(people)
    await _open_history(streamer)
    text = streamer.part("history-text").locator(".cm-content")
    await expect(text).to_contain_text("third = 'é 😀'")
    # Who wrote what.
    await expect(streamer.part("history-when")).to_contain_text(streamer.name)
    mine = streamer.part("history-text").locator(f'.cm-blame[title^="{friend.name}"]')
    await expect(mine.first).to_contain_text("second")

    # Played from the beginning.
    await streamer.part("history-play").click()
    await expect(streamer.part("history-play")).to_have_text("Play")
    await expect(text).to_contain_text("third")

    await streamer.part("history-slider").focus()
    await streamer.page.keyboard.press("Home")
    await expect(text).to_have_text("")
    await expect(streamer.part("history-when")).to_have_text("The empty beginning")
    for _ in range(50):
        if "first" in await text.inner_text():
            break
        await streamer.page.keyboard.press("ArrowRight")
        await expect(streamer.part("history-when")).not_to_have_text("The empty beginning")
    await expect(text).to_contain_text("first = 1")
    await expect(text).not_to_contain_text("third")

    await streamer.part("history-name").click()
    await streamer.part("version-name").fill("Before the rest")
    await streamer.part("version-save").click()
    version = streamer.page.get_by_role("button", name="Before the rest", exact=True)
    await expect(version).to_have_attribute("aria-pressed", "true")

    await streamer.part("history-restore").click()
    await expect(streamer.editor).to_be_visible()
    await expect(friend.editor).not_to_contain_text("third")
    await expect(friend.editor).to_contain_text("first = 1")

    # It is an edit, and one more takes it back.
    await streamer.part("toast").get_by_role("button", name="Undo").click()
    await friend.read_code("third")
    await friend.read_code("second")


async def test_two_moments_are_compared_and_downloaded(people: PeopleFactory) -> None:
    streamer, _ = await _room_with_a_past(people)
    await streamer.ask_server(
        "POST",
        f"/code-sessions/{await _session_id(streamer)}/versions",
        {"name": "All three"},
    )
    await streamer.type_code("fourth = 4\n")
    # Whoever only reads sees the past too.
    guest = await people.guest()
    await guest.page.goto(streamer.page.url)
    await guest.read_code("fourth")
    await _open_history(guest)
    await expect(guest.part("history-restore")).to_be_hidden()
    await guest.part("history-compare").select_option(label="All three")
    difference = guest.part("history-diff")
    await expect(difference).to_contain_text("fourth = 4")
    await expect(difference).not_to_contain_text("third")
    await guest.part("history-compare").select_option(label="The beginning")
    await expect(difference).to_contain_text("first = 1")

    await guest.page.get_by_role("button", name="All three", exact=True).click()
    async with guest.page.expect_download() as download:
        await guest.part("history-download").click()
    file = await download.value
    text = (await file.path()).read_text(encoding="utf-8")
    assert text == "first = 1\nsecond = 2\nthird = 'é 😀'\n"


async def _session_id(person: Person) -> str:
    stream = await person.ask_server("GET", person.page.url[person.page.url.index("/streams") :])
    return str(stream["code_sessions"][0]["id"])
