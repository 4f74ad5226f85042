"""What people bring along: pictures in their posts, and videos."""

from __future__ import annotations

import base64
import os
import re
import struct
from pathlib import Path

import pytest
from playwright.async_api import CDPSession, FilePayload, expect

from tests.browser.conftest import PeopleFactory
from tests.pictures import picture
from tests.videos import video

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


async def test_upload_goes_on_after_a_reload_and_the_video_is_watched_and_talked_about(
    people: PeopleFactory, tmp_path: Path
) -> None:
    author, reader = await people.member(), await people.member(phone=True, dark=True)
    file = tmp_path / "walk through.mp4"
    file.write_bytes(_large_video(5_000_000))
    page = author.page
    await page.goto("/videos")
    await author.part("open-upload").click()
    line = await page.context.new_cdp_session(page)
    await _throttle(line, bytes_per_s=1_000_000)
    await author.part("upload-file").set_input_files(file)
    await expect(page.get_by_label("Title")).to_have_value("walk through")
    await page.wait_for_function("() => document.querySelector('progress').value > 0.2")
    await page.reload()

    begun = author.part("unfinished")
    await expect(begun).to_contain_text(re.compile(r"walk through.mp4 · [1-9]\d? % of 5.0 MB"))
    await _throttle(line, bytes_per_s=-1)
    await begun.get_by_test_id("unfinished-file").set_input_files(file)
    await page.get_by_label("Title").fill("How the parser works")
    await page.get_by_label("Description").fill("0:01 the first token")
    await page.get_by_label("Tags", exact=True).fill("parsing, rust")
    await page.get_by_role("button", name="Publish").click()
    await author.part("upload-watch").click()
    await expect(author.part("video-title")).to_have_text("How the parser works")
    await expect(author.part("video-description")).to_have_text("0:01 the first token")

    await reader.page.goto("/videos")
    card = reader.part("video-card").filter(has_text="How the parser works")
    await expect(card).to_contain_text("0:02")
    await card.click()
    await reader.page.get_by_role("button", name="Play from 0:01").click()
    await expect(reader.part("video")).to_have_js_property("ended", True)
    await reader.part("video").evaluate("video => { video.muted = true; return video.play(); }")
    await expect(reader.part("video")).to_have_js_property("ended", True)
    await reader.part("like").first.click()
    await reader.part("comment-new-text").fill("That helped")
    await reader.part("comment-new-send").click()
    await expect(reader.part("comment-text")).to_have_text("That helped")
    await reader.part("follow").click()
    await expect(reader.part("follow")).to_have_attribute("aria-pressed", "true")

    await page.reload()
    await expect(author.part("like").first).to_have_accessible_name("Like, 1 like")
    await expect(author.part("views")).to_have_text("1 view · ")
    await expect(author.part("comment-text")).to_have_text("That helped")
    await page.goto(f"/users/{author.name}?part=videos")
    await expect(author.part("video-card")).to_have_count(1)


async def test_upload_is_paused_and_given_up(people: PeopleFactory, tmp_path: Path) -> None:
    author = await people.member()
    file = tmp_path / "long.mp4"
    file.write_bytes(_large_video(5_000_000))
    await author.page.goto("/upload")
    line = await author.page.context.new_cdp_session(author.page)
    await _throttle(line, bytes_per_s=500_000)
    await author.part("upload-file").set_input_files(file)
    await author.part("upload-pause").click()
    await expect(author.part("upload-state")).to_have_attribute("data-state", "paused")
    await author.part("upload-resume").click()
    await expect(author.page.get_by_label("Title")).to_have_value("long")
    # It goes on while one looks around.
    await author.page.get_by_role("link", name="Posts").click()
    await author.page.go_back()
    await expect(author.part("upload-state")).to_have_attribute("data-state", "sending")
    await author.part("upload-give-up").click()
    await expect(author.part("drop-zone")).to_be_visible()
    await author.part("toast").get_by_role("button", name="Undo").click()
    await expect(author.part("upload-state")).to_have_attribute("data-state", "sending")
    await author.part("upload-give-up").click()
    async with author.page.expect_response(
        lambda response: response.request.method == "DELETE" and "/videos/" in response.url
    ) as deleted:
        await author.part("toast").get_by_role("button", name="Dismiss").click()
    assert (await deleted.value).status == 204
    await expect(author.part("drop-zone")).to_be_visible()
    await author.page.goto(f"/users/{author.name}?part=videos")
    await expect(author.page.get_by_text("What you upload stands here.")).to_be_visible()


async def test_file_that_is_no_video_says_why(people: PeopleFactory, tmp_path: Path) -> None:
    author = await people.member(phone=True)
    await author.page.goto("/upload")
    file = tmp_path / "song.mp4"
    file.write_bytes(os.urandom(20_000))
    await author.part("upload-file").set_input_files(file)
    state = author.part("upload-state")
    await expect(state).to_have_attribute("data-video", "failed")
    await expect(author.part("upload-sentence")).to_have_text(
        "This file cannot be used: it is no MP4, QuickTime, WebM or Matroska video."
    )
    await state.get_by_role("button", name="Upload another").click()
    await author.part("upload-file").set_input_files([TEXT])
    await expect(author.part("toast")).to_contain_text("notes.txt is no MP4")


async def _throttle(line: CDPSession, *, bytes_per_s: int) -> None:
    await line.send("Network.enable")
    await line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": bytes_per_s,
        },
    )


def _large_video(size: int) -> bytes:
    """Return a video of two seconds with as many bytes that no player looks at."""
    playing = video(seconds=2)
    padding = size - len(playing) - 8
    return playing + struct.pack(">I4s", padding + 8, b"free") + os.urandom(padding)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
