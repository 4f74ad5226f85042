"""A viewer has the room as they like it, and reaches all of it with single keys."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _in_a_room(person: Person) -> str:
    stream = await person.ask_server("POST", "/streams", {"title": "My own arrangement"})
    session = {"title": "parser.py", "language": "python"}
    await person.ask_server("POST", f"/streams/{stream['id']}/code-sessions", session)
    await person.page.goto(f"/streams/{stream['id']}")
    await expect(person.editor).to_be_visible()
    return f"/streams/{stream['id']}"


async def _width(person: Person) -> int:
    return int(await person.page.evaluate("document.querySelector('.room-side').offsetWidth"))


async def test_panels_are_arranged_and_remembered(people: PeopleFactory) -> None:
    viewer = await people.member()
    await _in_a_room(viewer)
    side = viewer.page.locator(".room-side")
    designed = await _width(viewer)

    splitter = viewer.part("splitter-side")
    await splitter.focus()
    for _ in range(3):
        await viewer.page.keyboard.press("ArrowLeft")
    await expect(splitter).to_have_attribute("aria-valuenow", str(designed + 48))
    assert await _width(viewer) == designed + 48
    box = await splitter.bounding_box()
    assert box is not None
    await viewer.page.mouse.move(box["x"] + 4, box["y"] + 300)
    await viewer.page.mouse.down()
    await viewer.page.mouse.move(box["x"] - 46, box["y"] + 300, steps=4)
    await viewer.page.mouse.up()
    await expect(splitter).to_have_attribute("aria-valuenow", str(designed + 98))

    await viewer.part("splitter-picture").focus()
    await viewer.page.keyboard.press("Home")
    await expect(viewer.part("player")).to_have_css("height", "120px")

    await viewer.part("arrange").click()
    await viewer.part("side-left").check()
    await viewer.part("pollPlace-bottom").check()
    await viewer.part("show-code").uncheck()
    await viewer.page.keyboard.press("Escape")
    await expect(viewer.page.locator(".room > .code")).to_be_hidden()

    await viewer.page.reload()
    await expect(viewer.part("chat-input")).to_be_visible()
    await expect(viewer.page.locator(".room > .code")).to_be_hidden()
    await expect(splitter).to_have_attribute("aria-valuenow", str(designed + 98))
    placed = await side.bounding_box()
    assert placed is not None
    assert placed["x"] == 0

    await viewer.part("arrange").click()
    await viewer.part("arrangement-reset").click()
    await viewer.page.keyboard.press("Escape")
    await expect(viewer.page.locator(".room > .code")).to_be_visible()
    await expect(splitter).to_have_attribute("aria-valuenow", str(designed))


async def test_single_keys_do_what_the_sheet_says_but_never_while_somebody_types(
    people: PeopleFactory,
) -> None:
    viewer = await people.member()
    await _in_a_room(viewer)
    keys = viewer.page.keyboard
    await keys.press("?")
    await expect(viewer.part("shortcuts")).to_contain_text("Picture in picture")
    await keys.press("Escape")
    await expect(viewer.part("shortcuts")).to_have_count(0)

    await keys.press("c")
    await expect(viewer.part("chat-input")).to_be_focused()
    await keys.type("theatre? mute!")
    await expect(viewer.part("chat-input")).to_have_value("theatre? mute!")
    await expect(viewer.part("shortcuts")).to_have_count(0)
    await expect(viewer.part("arrange")).to_be_visible()

    await viewer.part("arrange").focus()
    await keys.press("t")
    await expect(viewer.part("arrange")).to_be_hidden()
    await expect(viewer.part("bell")).to_be_hidden()
    await expect(viewer.part("chat-input")).to_be_visible()
    await keys.press("Escape")
    await expect(viewer.part("bell")).to_be_visible()

    await viewer.part("arrange").focus()
    await keys.press("b")
    await expect(viewer.part("chat-input")).to_be_hidden()
    await keys.press("q")
    await expect(viewer.part("question-input")).to_be_focused()
    await viewer.part("arrange").focus()
    await keys.press("/")
    await expect(viewer.page.locator("#site-search")).to_be_focused()


async def test_single_keys_can_be_turned_off(people: PeopleFactory) -> None:
    viewer = await people.member()
    await _in_a_room(viewer)
    await viewer.page.keyboard.press("?")
    await viewer.part("shortcuts-on").uncheck()
    await viewer.page.keyboard.press("Escape")
    await viewer.page.reload()
    await expect(viewer.part("chat-input")).to_be_visible()
    for key in ("?", "c", "t", "/"):
        await viewer.page.keyboard.press(key)
    await expect(viewer.part("shortcuts")).to_have_count(0)
    await expect(viewer.part("bell")).to_be_visible()
    await expect(viewer.part("chat-input")).not_to_be_focused()
    await viewer.page.get_by_label(f"Account of {viewer.name}").click()
    await viewer.part("show-shortcuts").click()
    await viewer.part("shortcuts-on").check()
    await viewer.page.keyboard.press("Escape")
    await viewer.page.keyboard.press("?")
    await expect(viewer.part("shortcuts")).to_be_visible()


async def test_captions_are_shown_once_the_picture_has_a_text_track(
    people: PeopleFactory,
) -> None:
    viewer = await people.member()
    await _in_a_room(viewer)
    await expect(viewer.part("captions-toggle")).to_be_hidden()
    await viewer.page.evaluate(
        """async () => {
            const { Captions } = await import('/static/app/view/room/captions.js');
            const canvas = document.createElement('canvas');
            const ink = canvas.getContext('2d');
            setInterval(() => ink.fillRect(0, 0, 9, 9), 50);
            const video = document.createElement('video');
            video.muted = true;
            video.srcObject = canvas.captureStream(20);
            const captions = new Captions(video);
            captions.element.dataset.testid = 'own-captions';
            captions.toggle.dataset.testid = 'own-toggle';
            document.body.append(video, captions.element, captions.toggle);
            const track = video.addTextTrack('captions', 'English', 'en');
            track.addCue(new VTTCue(0, 1e6, 'Now we read <i>one</i> token.'));
            await video.play();
        }"""
    )
    captions = viewer.part("own-captions")
    await expect(captions).to_have_text("Now we read one token.")
    await expect(captions).to_have_attribute("lang", "en")
    await viewer.part("own-toggle").press("Enter")
    await expect(captions).to_be_hidden()


async def test_volume_is_remembered(people: PeopleFactory) -> None:
    viewer = await people.member()
    await _in_a_room(viewer)
    await viewer.part("arrange").focus()
    for _ in range(3):
        await viewer.page.keyboard.press("-")
    await viewer.page.reload()
    await expect(viewer.part("chat-input")).to_be_visible()
    video = viewer.part("player").locator("video")
    await expect(video).to_have_js_property("volume", 0.7)
