"""The chat panel as people use it: by mouse, finger and keyboard, in a long and in a busy chat."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from persistence.database import open_database
from persistence.embedded import reach_embedded_postgres
from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person
from tests.node import NodeProcess
from tests.service.test_chat import write_history

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _room(people: PeopleFactory, *, phone: bool = False) -> tuple[Person, Person, str]:
    """A streamer and a viewer in a room that is not live yet: its chat is open all the same."""
    streamer, viewer = await people.member(), await people.member(phone=phone)
    made = await streamer.ask_server("POST", "/streams", {"title": "Building a parser"})
    for person in (streamer, viewer):
        await person.page.goto(f"/streams/{made['id']}")
        await expect(person.part("chat-input")).to_be_visible()
    return streamer, viewer, str(made["id"])


def _message(person: Person, text: str) -> Locator:
    return person.part("chat-message").filter(has_text=text)


async def test_message_is_answered_with_a_mention_and_its_author_is_told(
    people: PeopleFactory,
) -> None:
    streamer, viewer, stream_id = await _room(people)
    await viewer.say("which grammar is it?")
    await _message(streamer, "which grammar").hover()
    await streamer.page.get_by_role("button", name="Reply").click()
    await streamer.part("chat-input").press_sequentially(f"@{viewer.name[:4]}")
    await expect(streamer.part("name-list")).to_be_visible()
    await streamer.part("chat-input").press("Enter")
    await streamer.part("chat-input").press_sequentially("a small one")
    await streamer.part("chat-input").press("Enter")

    answer = _message(viewer, "a small one")
    await expect(answer).to_have_class("message is-for-me")
    await expect(answer.locator(".mention.is-me")).to_have_text(f"@{viewer.name}")
    await expect(answer.locator(".message-quote")).to_contain_text("which grammar is it?")
    await expect(viewer.part("chat-announcer")).to_contain_text("For you:")

    # The notification leads to the message.
    await viewer.page.goto("/notifications")
    await viewer.page.get_by_text("answered you in a chat").first.click()
    await expect(viewer.page).to_have_url(f"/streams/{stream_id}?message=2")
    await expect(_message(viewer, "a small one")).to_be_focused()


async def test_own_message_is_edited_and_deleted_and_may_be_kept(people: PeopleFactory) -> None:
    streamer, viewer, _ = await _room(people)
    await viewer.say("helo")
    await viewer.part("chat-input").press("ArrowUp")
    await expect(viewer.part("chat-input")).to_have_value("helo")
    await viewer.part("chat-input").fill("hello all")
    await viewer.part("chat-input").press("Enter")
    await expect(_message(streamer, "hello all").locator(".message-edited")).to_be_visible()

    await _message(viewer, "hello all").hover()
    await viewer.page.get_by_role("button", name="Delete").click()
    await expect(_message(viewer, "Message deleted")).to_have_count(1)
    await viewer.page.get_by_role("button", name="Undo").click()
    await viewer.hear("hello all")
    await _message(streamer, "hello all").hover()
    await streamer.page.get_by_role("button", name="Delete").click()
    # It goes for good when there is nobody any more who could undo it.
    await streamer.page.goto("/")
    await expect(_message(viewer, "Message deleted")).to_have_count(1)
    await expect(_message(viewer, "hello all")).to_have_count(0)


async def test_reactions_pins_and_code_are_seen_by_all(people: PeopleFactory) -> None:
    streamer, viewer, _ = await _room(people)
    await streamer.part("chat-input").fill("slides are at https://vibecast.example/slides")
    await streamer.part("chat-input").press("Enter")
    link = _message(viewer, "slides").get_by_role("link", name="vibecast.example/slides")
    await expect(link).to_have_attribute("rel", "nofollow ugc noopener noreferrer")
    await viewer.say("javascript:alert(1) https://bank.example@elsewhere.example/")
    await expect(_message(streamer, "javascript:").locator(".message-text a")).to_have_count(0)

    await _message(viewer, "slides").hover()
    await viewer.page.get_by_role("button", name="React with 👍").click()
    await expect(_message(streamer, "slides").get_by_test_id("reaction")).to_contain_text("1")
    await _message(streamer, "slides").get_by_test_id("reaction").click()
    await expect(_message(viewer, "slides").get_by_test_id("reaction")).to_contain_text("2")
    await viewer.page.reload()
    chip = _message(viewer, "slides").get_by_test_id("reaction")
    await expect(chip).to_have_attribute("aria-pressed", "true")

    await _message(streamer, "slides").hover()
    await streamer.page.get_by_role("button", name="Pin", exact=True).click()
    await expect(viewer.part("chat-pinned")).to_contain_text("slides are at")
    await streamer.part("chat-pinned").get_by_role("button", name="Unpin").click()
    await expect(viewer.part("chat-pinned")).to_be_hidden()

    await viewer.part("chat-input").fill("```python\ndef f():\n    return 'x'  # y\n```")
    await viewer.part("chat-input").press("Enter")
    code = _message(streamer, "def f():").locator("pre")
    await expect(code.locator(".hl-k").first).to_have_text("def")
    await expect(code.locator(".hl-c")).to_have_text("# y")


async def test_long_chat_is_read_backwards_without_jumping_and_searched(
    people: PeopleFactory, node: NodeProcess
) -> None:
    streamer, viewer = await people.member(), await people.member()
    stream_id = (await streamer.ask_server("POST", "/streams", {"title": "An evening"}))["id"]
    async with reach_embedded_postgres(node.data_dir) as url, open_database(url) as database:
        await write_history(database, int(stream_id), 330)
    for person in (streamer, viewer):
        await person.page.goto(f"/streams/{stream_id}")
        await person.hear("line 330")
    await viewer.page.evaluate(_WATCH_THE_ROW_IN_VIEW)
    await viewer.part("chat-log").hover()
    oldest = viewer.part("chat-message").filter(has_text=re.compile(r"line 1$"))
    for _ in range(80):
        await viewer.page.mouse.wheel(0, -600)
        if await oldest.is_visible():
            break
        await viewer.page.evaluate("() => new Promise(requestAnimationFrame)")
    await expect(oldest).to_be_attached()
    # Whenever rows were added above, the one in view stayed where it was.
    jumps = await viewer.page.evaluate("() => window.jumps_")
    assert jumps["fetched"] >= 2
    assert jumps["worst"] <= 2

    # While it is read, what comes is counted, and the newest are one click away.
    await streamer.say("something new")
    await expect(viewer.part("chat-newer")).to_have_text("1 new message")
    await viewer.part("chat-newer").click()
    await viewer.hear("something new")
    await expect(viewer.part("chat-newer")).to_be_hidden()

    await viewer.part("chat-search").click()
    await viewer.part("chat-search-input").fill("line 42")
    await viewer.part("chat-found").filter(has_text="line 42").click()
    await expect(_message(viewer, "line 42")).to_be_in_viewport()
    await expect(viewer.part("chat-newer")).to_have_text("Newest messages")
    await viewer.part("chat-newer").click()
    await expect(_message(viewer, "something new")).to_be_in_viewport()


async def test_phone_taps_a_message_to_react(people: PeopleFactory) -> None:
    streamer, viewer, _ = await _room(people, phone=True)
    await streamer.say("it compiles")
    await _message(viewer, "it compiles").locator(".message-text").tap()
    more = viewer.page.get_by_role("button", name="More reactions")
    await expect(more).to_be_visible()
    box = await more.bounding_box()
    assert box is not None and min(box["width"], box["height"]) >= 44
    await more.tap()
    await viewer.page.get_by_role("button", name="React with 🚀").tap()
    await expect(_message(streamer, "it compiles").get_by_test_id("reaction")).to_contain_text("🚀")
    width = await viewer.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 390


async def test_keyboard_alone_reaches_messages_and_what_can_be_done(people: PeopleFactory) -> None:
    streamer, viewer, _ = await _room(people)
    for text in ("one", "two", "three"):
        await streamer.say(text)
    await viewer.hear("three")
    await viewer.part("chat-log").focus()
    for key in ("ArrowUp", "ArrowUp"):
        await viewer.page.keyboard.press(key)
    await expect(_message(viewer, "two")).to_be_focused()
    await viewer.page.keyboard.press("Enter")
    await expect(viewer.page.get_by_role("button", name="React with 👍")).to_be_focused()
    await viewer.page.keyboard.press("ArrowRight")
    await viewer.page.keyboard.press("Enter")
    await expect(_message(streamer, "two").get_by_test_id("reaction")).to_contain_text("❤️")
    await expect(_message(viewer, "two")).to_be_focused()
    await viewer.page.keyboard.press("r")
    await expect(viewer.part("chat-input")).to_be_focused()
    await viewer.page.keyboard.type("about two")
    await viewer.page.keyboard.press("Enter")
    await expect(_message(streamer, "about two").locator(".message-quote")).to_contain_text("two")


async def test_ten_thousand_messages_leave_no_more_than_a_screenful(people: PeopleFactory) -> None:
    guest = await people.guest()
    # A room's address brings the style sheets of a room.
    await guest.page.goto("/streams/1")
    held: dict[str, Any] = await guest.page.evaluate(_TEN_THOUSAND_MESSAGES)
    assert held["followed"]["rows"] <= 125
    assert held["followed"]["kept"] <= 125
    assert held["followed"]["last"] == 5_000
    assert held["read"]["rows"] <= 400
    assert held["read"]["kept"] <= 400
    assert held["read"]["newer"] == "5000 new messages"
    assert abs(held["read"]["moved"]) <= 1
    assert held["newest"]["last"] == 10_000
    assert held["newest"]["rows"] <= 125
    # Fifty at a time for two hundred times, and somebody who listens hears few sentences.
    assert held["said"] <= 3


# Notes for each change of the log where the row in view is, before and after.
_WATCH_THE_ROW_IN_VIEW = """
() => {
    const scroller = document.querySelector('[data-testid="chat-log"]');
    const list = scroller.querySelector('ol');
    window.jumps_ = { fetched: 0, worst: 0 };
    const placeOf = (row) => row.offsetTop - scroller.scrollTop;
    let seen = null;
    const look = () => {
        const row = [...list.children].find((each) => placeOf(each) >= 0);
        seen = row ? { row, at: placeOf(row), first: list.firstElementChild } : null;
        requestAnimationFrame(look);
    };
    look();
    new MutationObserver(() => {
        if (!seen || !seen.row.isConnected || list.firstElementChild === seen.first) return;
        window.jumps_.fetched += 1;
        const { row, at } = seen;
        const top = scroller.scrollTop;
        queueMicrotask(() => {
            const moved = placeOf(row) - at;
            const scrolled = 0;
            window.jumps_.worst = Math.max(window.jumps_.worst, Math.abs(moved) - scrolled);
        });
    }).observe(list, { childList: true });
}
"""

# The room's own parts in a page of their own, fed faster than any server may.
_TEN_THOUSAND_MESSAGES = """
async () => {
    const { Room } = await import('/static/app/model/room.js');
    const { Session } = await import('/static/app/model/session.js');
    const { ChatLog } = await import('/static/app/view/room/chat-log.js');
    const room = new Room('1'), session = new Session(), { chat } = room;
    const nothing = () => {};
    const actions = Object.fromEntries(
        ['react', 'answer', 'edit', 'delete', 'pin', 'unpin', 'sayAgain', 'fetchEarlier',
         'fetchLater', 'goTo', 'write'].map((name) => [name, nothing]));
    const log = new ChatLog({ room, session }, actions, () => []);
    log.element.style = 'position: fixed; inset: 0; height: 600px; width: 360px; z-index: 99';
    document.body.append(log.element);
    const scroller = log.element.querySelector('[data-testid="chat-log"]');
    const announcer = log.element.querySelector('[data-testid="chat-announcer"]');
    let said = 0;
    new MutationObserver(() => said++).observe(announcer, { childList: true });
    const message = (seq) => ({
        id: String(seq), seq, kind: 'text', user: { id: '2', username: 'person' },
        content: `message ${seq} `.repeat(1 + (seq % 9)), language: null, reply_to: null,
        mentions: [], detail: null, reactions: {}, edited_at: null, deleted: false, change: 0,
        created_at: '2026-11-22T14:00:00.000Z', client_id: `c${seq}` });
    const frame = () => new Promise(requestAnimationFrame);
    const tick = async (from) => {
        chat.receive(Array.from({ length: 50 }, (_, n) => message(from + n)));
        await frame();
    };
    const held = () => ({
        rows: log.element.querySelectorAll('.message').length,
        kept: chat.messages.length,
        last: Number([...log.element.querySelectorAll('.message')].at(-1).dataset.seq) });
    chat.joined({ messages: [], epoch: 'e', seq: 0, recovered: false, change: 0 });
    for (let seq = 1; seq <= 5000; seq += 50) await tick(seq);
    const followed = held();
    scroller.scrollTop -= 1500;
    await frame(); await frame();
    const row = [...log.element.querySelectorAll('.message')]
        .find((each) => each.offsetTop >= scroller.scrollTop);
    const at = row.getBoundingClientRect().top;
    for (let seq = 5001; seq <= 10000; seq += 50) await tick(seq);
    const newer = log.element.querySelector('[data-testid="chat-newer"]');
    const read = { ...held(), newer: newer.textContent,
        moved: row.getBoundingClientRect().top - at };
    newer.click();
    await frame(); await frame();
    return { followed, read, newest: held(), said };
}
"""
