"""What people bring along: pictures in their posts, and videos."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.async_api import FilePayload, expect

from tests.browser.conftest import PeopleFactory
from tests.pictures import picture

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDE = FilePayload(name="wide.png", mimeType="image/png", buffer=picture("PNG", (1_600, 900)))
SQUARE = FilePayload(name="square.png", mimeType="image/png", buffer=picture("PNG", (400, 400)))
TEXT = FilePayload(name="notes.txt", mimeType="text/plain", buffer=b"no picture")
# Dropping a file, which the browser's own input cannot do.
DROP = """form => {
    const bytes = Uint8Array.from(atob('%s'), (each) => each.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
    form.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
}"""


async def test_pictures_are_attached_to_a_post_described_and_seen_in_full_size(
    people: PeopleFactory,
) -> None:
    author, reader = await people.member(), await people.guest(phone=True, dark=True)
    await author.page.goto("/posts?feed=latest")
    await author.part("post-new-text").fill("Before and after")
    await author.part("attach-file").set_input_files([WIDE, SQUARE, TEXT])
    await expect(author.part("toast")).to_contain_text("notes.txt is no PNG")
    attachments = author.part("attachment")
    await expect(attachments).to_have_count(2)
    await expect(attachments.first).to_have_attribute("data-state", "ready")
    await author.part("attachment-alt").first.click()
    await author.page.get_by_label("In words").fill("A red half and a blue half")
    await author.part("alt-form").get_by_role("button", name="Save").click()
    await expect(author.part("alt-form")).to_have_count(0)
    await author.part("post-new-send").click()
    await expect(attachments).to_have_count(0)
    post = author.part("post").filter(has_text="Before and after")
    await expect(post.get_by_test_id("post-picture")).to_have_count(2)

    await reader.page.goto("/posts?feed=latest")
    seen = reader.part("post").filter(has_text="Before and after")
    await expect(
        seen.get_by_role("button", name="Picture 1 of 2: A red half and a blue half")
    ).to_be_visible()
    await seen.get_by_test_id("post-picture").nth(1).click()
    large = reader.part("lightbox-picture")
    await expect(large).to_have_js_property("naturalWidth", 400)
    await reader.page.keyboard.press("ArrowRight")
    await expect(large).to_have_js_property("naturalWidth", 1_600)
    await expect(reader.part("lightbox")).to_contain_text("A red half and a blue half")
    await reader.page.keyboard.press("Escape")
    await expect(reader.part("lightbox")).to_have_count(0)


async def test_pictures_of_a_post_are_changed_by_dropping_and_removing(
    people: PeopleFactory,
) -> None:
    author = await people.member()
    await author.page.goto("/posts?feed=latest")
    await author.part("post-new-text").fill("One picture")
    await author.part("attach-file").set_input_files([WIDE])
    await author.part("post-new-send").click()
    # Its text is no text while it is edited.
    post = author.part("post").first
    await expect(post).to_contain_text("One picture")
    await post.get_by_label("More about this post").click()
    await post.get_by_role("button", name="Edit").click()
    form = post.locator("form")
    await form.evaluate(DROP % _base64(picture("PNG", (300, 300))))
    await expect(post.get_by_test_id("attachment")).to_have_count(2)
    await expect(post.get_by_test_id("attachment").nth(1)).to_have_attribute("data-state", "ready")
    await post.get_by_role("button", name="Remove this picture").first.click()
    await post.get_by_role("button", name="Save").click()
    shown = post.get_by_test_id("post-picture")
    await expect(shown).to_have_count(1)
    await expect(shown.locator("img")).to_have_attribute("width", "300")
    await expect(shown.locator("img")).to_have_attribute("src", re.compile(r"^/media/pictures/"))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
