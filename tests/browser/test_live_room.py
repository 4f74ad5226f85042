"""The main job, from the page: go live, watch, chat, vote, edit, suggest, accept."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _live_room(people: PeopleFactory) -> tuple[Person, Person, str]:
    streamer, viewer = await people.member(), await people.member()
    stream_id = await streamer.go_live("Building a parser")
    await viewer.watch(stream_id)
    return streamer, viewer, stream_id


async def test_room_does_what_it_is_for(people: PeopleFactory) -> None:
    streamer, viewer, _ = await _live_room(people)

    await viewer.say("hello from the sofa")
    await streamer.hear("hello from the sofa")
    await streamer.say("welcome")
    await viewer.hear("welcome")

    await streamer.ask("Tabs or spaces?", "tabs", "spaces")
    await viewer.vote("spaces")
    await expect(streamer.part("poll-total")).to_contain_text("1")
    await streamer.part("poll-close").click()
    await expect(viewer.part("poll")).to_have_attribute("data-state", "closed")

    await streamer.open_code("parser.py", "python")
    await streamer.type_code("def parse(text):\n    return text")
    await viewer.read_code("def parse(text):")

    await viewer.suggest(first=2, last=2, content="    return text.strip()")
    await expect(streamer.part("suggestion")).to_have_count(1)
    await streamer.part("suggestion-accept").click()
    await viewer.read_code("return text.strip()")


async def test_collaborator_types_in_the_same_document(people: PeopleFactory) -> None:
    streamer, friend, _ = await _live_room(people)
    await streamer.open_code("main.py", "python")
    await streamer.type_code("# by two\n")
    await friend.read_code("# by two")
    await expect(friend.editor).to_have_attribute("contenteditable", "false")

    await streamer.add_collaborator(friend.name)
    await expect(friend.editor).to_have_attribute("contenteditable", "true")
    await friend.type_code("print('mine')")
    await streamer.read_code("print('mine')")
    await expect(streamer.editor).to_contain_text(friend.name)  # the cursor's name


async def test_viewers_picture_goes_on_when_the_publisher_reloads(people: PeopleFactory) -> None:
    streamer, viewer, stream_id = await _live_room(people)
    await viewer.page.evaluate("window.samePage = true")
    await streamer.page.reload()
    await expect(streamer.part("publisher-state")).to_have_attribute("data-state", "live")
    await viewer.see_the_picture_move(frames=30)
    assert await viewer.page.evaluate("window.samePage === true")
    assert await streamer.part("publisher-state").get_attribute("data-stream-id") == stream_id


async def test_viewer_learns_that_the_stream_has_ended(people: PeopleFactory) -> None:
    streamer, viewer, _ = await _live_room(people)
    await streamer.part("end-stream").click()
    await streamer.part("toast-now").click()
    await expect(viewer.part("player")).to_have_attribute("data-state", "ended")


async def test_guest_watches_and_reads_but_is_asked_to_sign_in(people: PeopleFactory) -> None:
    streamer, guest = await people.member(), await people.guest()
    stream_id = await streamer.go_live("Open to all")
    await guest.watch(stream_id)
    await streamer.say("anybody here?")
    await guest.hear("anybody here?")
    await expect(guest.part("sign-in-line")).to_be_visible()
    await expect(guest.part("chat-input")).to_have_count(0)


async def test_live_stream_stands_on_the_first_page(people: PeopleFactory) -> None:
    streamer, guest = await people.member(), await people.guest()
    await streamer.go_live("Seen from the street")
    await guest.page.goto("/")
    card = guest.part("stream-card").filter(has_text="Seen from the street")
    await expect(card).to_contain_text(streamer.name)
    await card.get_by_role("link").first.click()
    await guest.see_the_picture_move()


@pytest.mark.parametrize("dark", [False, True])
async def test_phone_shows_the_room_without_scrolling_sideways(
    people: PeopleFactory, dark: bool
) -> None:
    streamer, viewer = await people.member(), await people.member(phone=True, dark=dark)
    stream_id = await streamer.go_live("On the train")
    await viewer.watch(stream_id)
    await viewer.say("from my phone")
    overflow = await viewer.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0
