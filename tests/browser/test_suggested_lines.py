"""Suggestions beside code that goes on moving, from the page."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODE = "def parse(text):\n    return text\n\nprint(parse('a'))"


async def _room_with_code(people: PeopleFactory) -> tuple[Person, Person]:
    streamer, viewer = await people.member(), await people.member()
    stream = await streamer.ask_server("POST", "/streams", {"title": "A parser"})
    for person in (streamer, viewer):
        await person.page.goto(f"/streams/{stream['id']}")
    await streamer.open_code("parser.py", "python")
    await streamer.type_code(CODE)
    await viewer.read_code("print(parse")
    return streamer, viewer


async def test_suggestion_for_edited_lines_is_stale_and_compared_three_ways(
    people: PeopleFactory,
) -> None:
    streamer, viewer = await _room_with_code(people)
    await viewer.suggest(first=2, last=2, content="    return text.strip()")
    card = streamer.part("suggestion")
    await expect(card).to_have_attribute("data-stale", "false")

    # Lines put in above move it at once; it is not stale for that.
    await streamer.editor.click()
    await streamer.page.keyboard.press("Control+Home")
    await streamer.page.keyboard.insert_text("# one\n# two\n")
    await expect(card).to_contain_text("Line 4")
    await expect(viewer.part("suggestion")).to_contain_text("Line 4")
    await expect(card).to_have_attribute("data-stale", "false")

    await streamer.page.keyboard.press("ArrowDown")
    await streamer.page.keyboard.press("End")
    await streamer.page.keyboard.insert_text(" or ''")
    for person in (streamer, viewer):
        await expect(person.part("suggestion")).to_have_attribute("data-stale", "true")
    await expect(streamer.part("suggestion-accept")).to_be_hidden()
    await streamer.part("suggestion-compare").click()
    comparison = streamer.part("comparison")
    for text in ("    return text", "return text.strip()", "return text or ''"):
        await expect(comparison).to_contain_text(text)
    await streamer.part("compare-accept").click()
    await viewer.read_code("return text.strip()")
    await expect(viewer.part("suggestion")).to_have_attribute("data-status", "accepted")
    await expect(streamer.editor).not_to_contain_text("or ''")


async def test_changes_of_different_lines_are_taken_together(people: PeopleFactory) -> None:
    streamer, viewer = await _room_with_code(people)
    await viewer.suggest(first=1, last=4, content=CODE.replace("parse(text)", "parse(source)", 1))
    await streamer.editor.click()
    await streamer.page.keyboard.press("Control+End")
    await streamer.page.keyboard.insert_text("  # first")
    await streamer.part("suggestion-compare").click()
    await streamer.part("compare-both").click()
    await viewer.read_code("def parse(source):")
    await viewer.read_code("print(parse('a'))  # first")


async def test_author_suggests_anew_what_was_overtaken(people: PeopleFactory) -> None:
    streamer, viewer = await _room_with_code(people)
    await viewer.suggest(first=4, last=4, content="print(parse('b'))")
    await streamer.editor.click()
    await streamer.page.keyboard.press("Control+End")
    await streamer.page.keyboard.insert_text("  # now")
    await viewer.part("suggestion-compare").click()
    await viewer.part("compare-renew").click()
    await expect(viewer.part("suggest-content")).to_have_value("print(parse('b'))")
    await viewer.part("suggest-content").fill("print(parse('b'))  # now")
    await viewer.part("suggest-submit").click()
    for person in (streamer, viewer):
        fresh = person.part("suggestion").filter(has_text="# now")
        await expect(fresh).to_have_attribute("data-stale", "false")
        await expect(person.part("suggestion").last).to_have_attribute("data-status", "withdrawn")


async def test_rejection_comes_with_a_word_and_ones_own_can_be_taken_back(
    people: PeopleFactory,
) -> None:
    streamer, viewer = await _room_with_code(people)
    await viewer.suggest(first=1, last=1, content="def parse(source):")
    await streamer.part("suggestion-reject").click()
    await streamer.part("reject-note").fill("The name is part of the interface.")
    await streamer.part("reject-submit").click()
    await expect(viewer.part("suggestion-note")).to_contain_text("part of the interface")
    await viewer.page.goto("/notifications")
    await expect(viewer.page.get_by_text("did not take your suggestion")).to_be_visible()
    await viewer.page.go_back()

    await viewer.suggest(first=4, last=4, content="print(parse('b'))")
    await viewer.part("suggestion").first.get_by_test_id("suggestion-withdraw").click()
    await expect(streamer.part("suggestion").filter(has_text="parse('b')")).to_have_attribute(
        "data-status", "withdrawn"
    )


async def test_suggestions_stand_in_the_order_of_their_votes(people: PeopleFactory) -> None:
    streamer, viewer = await _room_with_code(people)
    await viewer.suggest(first=1, last=1, content="def first(text):")
    await viewer.suggest(first=4, last=4, content="print('second')")
    await expect(streamer.part("suggestion")).to_have_count(2)
    await viewer.page.mouse.move(10, 10)
    last = streamer.part("suggestion").filter(has_text="second")
    await last.get_by_test_id("suggestion-up").click()
    await expect(viewer.part("suggestion").first).to_contain_text("second")
    # Nothing moves under the pointer that voted.
    await expect(streamer.part("suggestion").last).to_contain_text("second")
    await streamer.page.mouse.move(10, 10)
    await expect(streamer.part("suggestion").first).to_contain_text("second")
