"""House rules from the page: a name, a menu, an act; and what the other browser sees of it."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _room(people: PeopleFactory) -> tuple[Person, Person]:
    """A room without a picture, which these tests are not about."""
    streamer, viewer = await people.member(), await people.member()
    made = await streamer.ask_server("POST", "/streams", {"title": "House rules"})
    for person in (streamer, viewer):
        await person.page.goto(f"/streams/{made['id']}")
        await expect(person.part("chat-input")).to_be_visible()
    return streamer, viewer


async def test_time_out_in_two_clicks_holds_at_once_and_is_undone(people: PeopleFactory) -> None:
    streamer, viewer = await _room(people)
    await viewer.say("buy my things")
    await streamer.hear("buy my things")

    await streamer.part("chat-message").locator(".message-author").click()
    await streamer.part("person-menu").get_by_text("10 minutes").click()

    await expect(viewer.part("house-line")).to_contain_text("You are timed out for")
    await expect(viewer.part("chat-input")).to_be_hidden()
    await streamer.page.get_by_role("button", name="Undo").click()
    await expect(viewer.part("chat-input")).to_be_visible()
    await viewer.say("sorry")
    await streamer.hear("sorry")


async def test_messages_of_one_person_go_and_come_back(people: PeopleFactory) -> None:
    streamer, viewer = await _room(people)
    await viewer.say("one of mine")
    await streamer.hear("one of mine")
    await streamer.say("stays")
    await viewer.hear("stays")

    await streamer.part("chat-message").locator(".message-author").first.click()
    await streamer.part("person-menu").get_by_text("Delete their messages").click()
    gone = viewer.part("chat-message").filter(has_text="one of mine")
    await expect(gone).to_have_count(0)
    await viewer.hear("stays")
    await streamer.page.get_by_role("button", name="Undo").click()
    await viewer.hear("one of mine")


async def test_rules_and_words_are_set_in_the_room_and_hold_there(people: PeopleFactory) -> None:
    streamer, viewer = await _room(people)
    await streamer.part("moderation-open").click()
    dialog = streamer.part("moderation")
    await dialog.get_by_label("Slow mode").select_option("60")
    await dialog.get_by_role("button", name="Save the rules").click()
    await expect(viewer.part("house-line")).to_contain_text("Slow mode 60 s")

    await dialog.get_by_role("tab", name="Words").click()
    await dialog.get_by_label("Word or words").fill("perhaps")
    await dialog.get_by_label("What happens").select_option("hold")
    await dialog.get_by_role("button", name="Add").click()
    await expect(streamer.part("terms")).to_contain_text("perhaps")
    await streamer.page.keyboard.press("Escape")

    await viewer.part("chat-input").fill("p.e.r.h.a.p.s")
    await viewer.part("chat-input").press("Enter")
    waiting = viewer.part("chat-message").filter(has_text="A moderator looks at it")
    await expect(waiting).to_have_count(1)
    await expect(streamer.part("held-count")).to_have_text("1")
    await streamer.part("moderation-open").click()
    await streamer.part("approve").click()
    await viewer.hear("p.e.r.h.a.p.s")

    await viewer.part("chat-input").fill("again")
    await viewer.part("chat-input").press("Enter")
    await expect(viewer.part("house-line")).to_contain_text("Slow mode:")


async def test_who_is_kept_out_is_listed_and_let_in_again(people: PeopleFactory) -> None:
    streamer, viewer = await _room(people)
    await viewer.say("hello")
    await streamer.hear("hello")
    await streamer.part("chat-message").locator(".message-author").click()
    await streamer.part("person-menu").get_by_text("Ban from the channel").click()
    await expect(viewer.part("house-line")).to_contain_text("You are banned")
    await streamer.part("moderation-open").click()
    await streamer.page.get_by_role("tab", name="Kept out").click()
    await expect(streamer.part("bans")).to_contain_text(viewer.name)
    await streamer.part("unban").click()
    await expect(streamer.part("bans").get_by_text(viewer.name)).to_have_count(0)
    await expect(viewer.part("chat-input")).to_be_visible()
    await streamer.page.get_by_role("tab", name="Log").click()
    await expect(streamer.part("channel-log")).to_contain_text("banned")


async def test_result_of_a_poll_is_seen_when_one_has_voted(people: PeopleFactory) -> None:
    streamer, viewer = await _room(people)
    await streamer.part("poll-open").click()
    await streamer.part("poll-question").fill("Tabs or spaces?")
    for number, option in enumerate(("tabs", "spaces")):
        await streamer.part("poll-form-option").nth(number).fill(option)
    await streamer.part("poll-results").select_option("after_vote")
    await streamer.part("poll-submit").click()

    await expect(viewer.part("poll")).to_contain_text("You see the result when you have voted.")
    spaces = viewer.part("poll-option").filter(has_text="spaces")
    await expect(spaces).not_to_contain_text("%")
    await viewer.vote("spaces")
    await expect(spaces).to_contain_text("100%")
    counted = streamer.part("poll-option").filter(has_text="spaces")
    await expect(counted).to_contain_text("100%")

    await streamer.part("poll-close").click()
    await expect(viewer.part("poll")).to_have_attribute("data-state", "closed")
    await viewer.part("past-polls").click()
    await expect(viewer.part("past-poll-list")).to_contain_text("Tabs or spaces?")
    await expect(viewer.part("past-poll-list")).to_contain_text("100% · 1")


async def test_question_is_asked_voted_for_shown_and_answered(people: PeopleFactory) -> None:
    streamer, viewer = await _room(people)
    other = await people.member()
    await other.page.goto(viewer.page.url)
    await expect(other.part("chat-input")).to_be_visible()
    await viewer.part("side-questions").click()
    await viewer.part("question-input").fill("Why a parser by hand?")
    await viewer.part("question-ask").click()
    await expect(viewer.part("question")).to_contain_text("Why a parser by hand?")
    await expect(viewer.part("question-vote")).to_be_disabled()

    await expect(other.part("side-questions")).to_have_text("Questions 1", timeout=20_000)
    await other.part("side-questions").click()
    await other.part("question-vote").click()
    await expect(viewer.part("question-vote")).to_have_text("1")

    await streamer.part("side-questions").click()
    await streamer.part("question-screen").click()
    await expect(other.part("on-screen")).to_contain_text("Why a parser by hand?")
    await streamer.part("question-answered").click()
    await expect(other.part("on-screen")).to_be_hidden()
    await expect(other.part("open-questions").get_by_test_id("question")).to_have_count(0)
    await expect(other.part("questions")).to_contain_text("Answered: 1")


async def test_who_is_here_is_told_by_name(people: PeopleFactory) -> None:
    streamer, viewer = await _room(people)
    guest = await people.guest()
    await guest.page.goto(viewer.page.url)
    await expect(viewer.part("viewers-count")).to_have_text("2", timeout=20_000)
    await viewer.part("who-is-here").click()
    here = viewer.part("people-here")
    await expect(here).to_contain_text(viewer.name)
    await expect(here.locator("li").filter(has_text=streamer.name)).to_contain_text("streamer")
    await expect(viewer.part("people-count")).to_contain_text("1 guest among them")


async def test_delayed_message_is_deleted_before_the_others_read_it(people: PeopleFactory) -> None:
    streamer, viewer = await _room(people)
    rules = {
        "slow_mode_s": 0,
        "followers_only_minutes": None,
        "signed_in_only": False,
        "unique_messages": False,
        "links_allowed": True,
        "delay_s": 30,
    }
    await streamer.ask_server("PUT", f"/channels/{streamer.name}/rules", rules)
    await viewer.part("chat-input").fill("regrettable")
    await viewer.part("chat-input").press("Enter")
    await streamer.part("upcoming-delete").click()
    await expect(streamer.part("upcoming-delete")).to_have_count(0)
    await streamer.ask_server("PUT", f"/channels/{streamer.name}/rules", {**rules, "delay_s": 0})
    gone = streamer.part("chat-message").filter(has_text="Message deleted")
    await expect(gone).to_have_count(1)
