"""The editor: several tabs, a line that breaks, a streamer to follow, hands that know no mouse."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = "\n".join(f"line_{number} = {number}" for number in range(1, 201))


async def _room_with_code(people: PeopleFactory, text: str) -> tuple[Person, Person]:
    streamer, viewer = await people.member(), await people.member()
    stream = await streamer.ask_server("POST", "/streams", {"title": "An editor"})
    for person in (streamer, viewer):
        await person.page.goto(f"/streams/{stream['id']}")
    await streamer.open_code("main.py", "python")
    await streamer.type_code(text)
    await viewer.read_code(text.partition("\n")[0])
    return streamer, viewer


async def test_edits_made_offline_wait_and_are_merged(people: PeopleFactory) -> None:
    streamer, friend = await _room_with_code(people, "first\n")
    await streamer.add_collaborator(friend.name)
    await expect(friend.editor).to_have_attribute("contenteditable", "true")

    await streamer.page.context.set_offline(True)
    await expect(streamer.part("editor-saved")).to_have_attribute("data-state", "offline")
    await streamer.editor.click()
    await streamer.page.keyboard.press("Control+End")
    for text in ("mine", " alone", "\n"):
        await streamer.page.keyboard.insert_text(text)
    await expect(streamer.part("editor-saved")).to_have_text("Offline: 3 edits wait")
    await friend.editor.click()
    await friend.page.keyboard.press("Control+Home")
    await friend.page.keyboard.insert_text("theirs\n")
    await expect(friend.part("editor-saved")).to_have_attribute("data-state", "saved")

    await streamer.page.context.set_offline(False)
    await expect(streamer.part("editor-saved")).to_have_text("Saved", timeout=15_000)
    for person in (streamer, friend):
        await expect(person.editor).to_contain_text("theirs")
        await expect(person.editor).to_contain_text("mine alone")
        await expect(person.editor).to_contain_text("first")


async def test_file_with_windows_line_endings_is_edited_where_one_types(
    people: PeopleFactory,
) -> None:
    streamer, viewer = await _room_with_code(people, "")
    session = await streamer.ask_server("GET", viewer.page.url[viewer.page.url.index("/streams") :])
    await streamer.page.evaluate(
        """async id => {
            // The modules that the page has, not the same ones once more under another address.
            const { src } = document.querySelector('script[src$="/app/main.js"]');
            const { SharedDocument } = await import(new URL("wire/document.js", src));
            const quiet = () => {};
            const events = { status: quiet, waiting: quiet, denied: quiet, asked: quiet,
                closed: quiet, people: quiet };
            window.other = await new Promise(done => {
                const other = new SharedDocument(id, { canWrite: true, name: null, hue: 0 },
                    { ...events, synced: () => done(other) });
            });
            window.other.text.insert(0, "one\\r\\ntwo\\r\\nthree");
        }""",
        session["code_sessions"][0]["id"],
    )
    await streamer.read_code("three")
    await streamer.editor.click()
    await streamer.page.keyboard.press("Control+End")
    await streamer.page.keyboard.insert_text("!")
    await viewer.read_code("three!")
    await streamer.page.keyboard.press("Control+Home")
    await streamer.page.keyboard.press("ArrowDown")
    await streamer.page.keyboard.insert_text("> ")
    await streamer.page.wait_for_function(
        """() => window.other.text.toString() === "one\\r\\n> two\\r\\nthree!" """
    )
    await streamer.page.evaluate("window.other.leave()")


async def test_each_takes_back_only_their_own(people: PeopleFactory) -> None:
    streamer, friend = await _room_with_code(people, "start\n")
    await streamer.add_collaborator(friend.name)
    await expect(friend.editor).to_have_attribute("contenteditable", "true")
    await friend.type_code("by_friend\n")
    await streamer.read_code("by_friend")
    await streamer.editor.click()
    await streamer.page.keyboard.press("Control+z")
    await expect(friend.editor).not_to_contain_text("start")
    await expect(friend.editor).to_contain_text("by_friend")


async def test_viewer_follows_the_streamer_until_scrolling_themselves(
    people: PeopleFactory,
) -> None:
    streamer, viewer = await _room_with_code(people, LONG)
    await streamer.page.keyboard.press("Control+Home")
    await viewer.part("code-follow").click()
    await streamer.page.keyboard.press("Control+End")
    await expect(viewer.editor).to_contain_text("line_200")
    await streamer.page.keyboard.press("Control+Home")
    await expect(viewer.editor).to_contain_text("line_1 ")

    # Also into another file and back.
    await streamer.open_code("other.py", "python")
    await streamer.type_code("elsewhere = True")
    await viewer.read_code("elsewhere = True")
    await streamer.page.get_by_role("tab", name="main.py").click()
    await viewer.read_code("line_1 ")

    await viewer.editor.hover()
    await viewer.page.mouse.wheel(0, 100)
    await expect(viewer.part("code-follow")).to_have_attribute("aria-pressed", "false")
    await streamer.editor.click()
    await streamer.page.keyboard.press("Control+End")
    await expect(streamer.editor).to_contain_text("line_200")
    await expect(viewer.editor).not_to_contain_text("line_200")


async def test_owner_renames_and_closes_a_tab_for_everybody(people: PeopleFactory) -> None:
    streamer, viewer = await _room_with_code(people, "let = 1")
    await streamer.open_code("second.js", "javascript")
    await expect(viewer.page.get_by_role("tab", name="second.js")).to_be_visible()
    await _choose(streamer, "Rename")
    await streamer.part("code-title").fill("last.css")
    await streamer.part("code-language").select_option("css")
    await streamer.part("code-create").click()
    await viewer.page.get_by_role("tab", name="last.css").click()
    await expect(viewer.page.get_by_role("region", name="Code")).to_contain_text("CSS")

    ours = streamer.page.get_by_role("tab", name="last.css")
    await _choose(streamer, "Close")
    await expect(ours).to_have_count(0)
    await streamer.part("toast").get_by_role("button", name="Undo").click()
    await ours.click()
    await _choose(streamer, "Close")
    await expect(ours).to_have_count(0)
    # For everybody once there was time to think better of it.
    await expect(viewer.page.get_by_role("tab", name="last.css")).to_have_count(0)
    await viewer.read_code("let = 1")


async def _choose(person: Person, action: str) -> None:
    await person.page.get_by_label("More to do with this code").click()
    await person.page.locator(".menu-actions").get_by_role("button", name=action).click()


async def test_editor_is_used_and_left_without_a_mouse(people: PeopleFactory) -> None:
    streamer, viewer = await _room_with_code(people, "one = 1\ntwo = one")
    await streamer.editor.focus()
    await streamer.page.keyboard.press("Control+End")
    await streamer.page.keyboard.press("Tab")
    await expect(streamer.editor).to_be_focused()
    await streamer.page.keyboard.press("Escape")
    await streamer.page.keyboard.press("Tab")
    await expect(streamer.editor).not_to_be_focused()
    await expect(streamer.editor).to_have_attribute("aria-label", "Code: main.py")

    # Find and replace.
    await streamer.editor.focus()
    await streamer.page.keyboard.press("Control+f")
    search = streamer.part("editor").locator(".cm-search")
    await search.get_by_placeholder("Find").fill("one")
    await search.get_by_placeholder("Replace").fill("eins")
    await search.get_by_role("button", name="replace all").click()
    await viewer.read_code("two = eins")
    # A reader finds, and changes nothing.
    await expect(viewer.part("editor-access")).to_contain_text("Read only")
    await viewer.editor.focus()
    await viewer.page.keyboard.type("x")
    await expect(viewer.editor).to_contain_text("eins = 1")


async def test_code_is_downloaded_as_it_stands(people: PeopleFactory) -> None:
    _, viewer = await _room_with_code(people, "greeting = 'hé 😀'")
    async with viewer.page.expect_download() as download:
        await _choose(viewer, "Download")
    file = await download.value
    assert file.suggested_filename == "main.py"
    assert (await file.path()).read_text(encoding="utf-8") == "greeting = 'hé 😀'"


async def test_editor_looks_as_somebody_likes_it(people: PeopleFactory) -> None:
    _, viewer = await _room_with_code(people, "a = 1")
    await _choose(viewer, "How it looks")
    await viewer.part("editor-theme").select_option("dark")
    await viewer.part("editor-size").select_option("135")
    await viewer.page.keyboard.press("Escape")
    await viewer.page.reload()
    await viewer.read_code("a = 1")
    await expect(viewer.part("editor")).to_have_attribute("data-theme", "dark")
    await expect(viewer.part("editor").locator(".cm-editor")).to_have_css(
        "background-color", "rgb(19, 31, 32)"
    )
    await expect(viewer.part("editor").locator(".cm-editor")).to_have_css("font-size", "18.9px")


async def test_late_answer_does_not_take_away_code_that_was_shared_meanwhile(
    people: PeopleFactory,
) -> None:
    streamer, viewer = await people.member(), await people.member()
    stream = await streamer.ask_server("POST", "/streams", {"title": "A slow line"})
    address = f"**/api/v1/streams/{stream['id']}"
    held, shared = asyncio.Event(), asyncio.Event()

    async def hold_the_first(route: Route) -> None:
        # The page comes with what it begins with, and asks once more when it has joined the room.
        answer = await route.fetch()
        if not held.is_set():
            held.set()
            await shared.wait()
        await route.fulfill(response=answer)

    await viewer.page.route(address, hold_the_first)
    for person in (streamer, viewer):
        await person.page.goto(f"/streams/{stream['id']}")
    async with asyncio.timeout(20):
        await held.wait()
    await streamer.open_code("parser.py", "python")
    await expect(viewer.editor).to_be_visible()
    async with viewer.page.expect_response(address):
        shared.set()
    await streamer.type_code("def parse(text):")
    await viewer.read_code("def parse(text):")
