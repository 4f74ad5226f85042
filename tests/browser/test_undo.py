"""Undo rather than confirm: what can be taken back is done at once, and nobody is asked."""

from __future__ import annotations

import datetime

import pytest
from playwright.async_api import FilePayload, Locator, Page, Response, expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person
from tests.videos import video

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAST_THE_TIME_MS = 12_000
LONG_MS = 60_000


async def _write_a_post(author: Person, words: str) -> Locator:
    await author.ask_server("POST", "/posts", {"content": words})
    await author.page.goto("/posts?feed=latest")
    return author.part("post").filter(has_text=words)


async def _delete(author: Person, post: Locator) -> None:
    await post.get_by_label("More about this post").click()
    await post.get_by_role("button", name="Delete").click()
    await expect(post).to_have_count(0)


def _is_deletion(answer: Response) -> bool:
    return answer.request.method == "DELETE"


def _undo(person: Person) -> Locator:
    return person.part("toast").get_by_role("button", name="Undo", exact=True)


async def _stop_the_clock(page: Page) -> None:
    now = datetime.datetime.now(datetime.UTC)
    await page.clock.install(time=now)
    await page.clock.pause_at(now + datetime.timedelta(seconds=1))


async def test_notice_waits_for_whoever_has_the_focus_in_it(people: PeopleFactory) -> None:
    author = await people.member()
    post = await _write_a_post(author, "Thought better of")
    await _stop_the_clock(author.page)
    await _delete(author, post)
    await expect(author.page.get_by_role("log", name="Notices")).to_contain_text("Post deleted.")
    # By keyboard alone, and in no hurry.
    await author.part("toast").get_by_role("button", name="Dismiss").focus()
    await author.page.keyboard.press("Shift+Tab")
    await expect(_undo(author)).to_be_focused()
    await author.page.clock.run_for(LONG_MS)
    await author.page.keyboard.press("Enter")
    await expect(post).to_have_count(1)

    await _delete(author, post)
    await _undo(author).hover()
    await author.page.clock.run_for(LONG_MS)
    await expect(_undo(author)).to_be_visible()
    async with author.page.expect_response(_is_deletion) as sent:
        await author.page.mouse.move(600, 300)
        await author.page.clock.run_for(PAST_THE_TIME_MS)
    assert (await sent.value).status == 204
    await expect(author.part("toast")).to_have_count(0)


async def test_last_deed_is_undone_by_one_chord_but_not_while_typing(
    people: PeopleFactory,
) -> None:
    author = await people.member()
    post = await _write_a_post(author, "Typed in haste")
    await _delete(author, post)
    await author.part("post-new-text").press("Control+z")
    await expect(_undo(author)).to_be_visible()
    await author.part("post-new-text").blur()
    await author.page.keyboard.press("Control+z")
    await expect(post).to_have_count(1)
    await expect(author.part("toast")).to_have_count(0)


async def test_what_the_server_refuses_comes_back_and_is_said(people: PeopleFactory) -> None:
    author = await people.member()
    post = await _write_a_post(author, "Hard to get rid of")
    await author.page.route("**/api/v1/posts/*", lambda route: route.abort())
    await _delete(author, post)
    await author.part("toast").get_by_role("button", name="Dismiss").click()
    await expect(post).to_have_count(1)
    await expect(author.part("toast")).to_contain_text("It was not done:")


async def test_deleted_video_is_gone_everywhere_and_comes_back_everywhere(
    people: PeopleFactory,
) -> None:
    author = await people.member()
    page = author.page
    await page.goto("/upload")
    await author.part("upload-file").set_input_files(
        FilePayload(name="short.mp4", mimeType="video/mp4", buffer=video())
    )
    await page.get_by_role("button", name="Publish").click()
    await author.part("upload-watch").click()
    for _ in range(2):
        await page.get_by_label("More about this video").click()
        await page.get_by_role("button", name="Delete").click()
        await _undo(author).hover()
        await expect(page.get_by_text("Your video is deleted")).to_be_visible()
        await expect(author.part("video")).to_have_count(0)
        # Without the pointer, which holds the notice.
        await page.get_by_role("link", name="To your videos").dispatch_event("click")
        await expect(page.get_by_text("What you upload stands here.")).to_be_visible()
        await _undo(author).click()
        await author.part("video-card").click()
        await expect(author.part("video-title")).to_have_text("short")

    await page.get_by_label("More about this video").click()
    await page.get_by_role("button", name="Delete").click()
    async with page.expect_response(_is_deletion) as sent:
        await author.part("toast").get_by_role("button", name="Dismiss").click()
    assert (await sent.value).status == 204
    await expect(page.get_by_text("It is gone for good")).to_be_visible()


async def test_what_was_held_back_is_done_when_the_page_is_left(people: PeopleFactory) -> None:
    author, reader = await people.member(), await people.guest()
    post = await _write_a_post(author, "Gone with its author")
    address = await post.locator(".post-time").get_attribute("href")
    await _delete(author, post)
    await author.page.goto("about:blank")
    for _ in range(20):
        answer = await reader.page.goto(str(address))
        if answer is not None and answer.status == 404:
            return
        await expect(reader.page.locator("#page")).not_to_be_empty()
    pytest.fail("the post is still there")


async def test_stream_goes_on_until_there_is_no_way_back(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.guest()
    stream_id = await streamer.go_live("Not yet the end")
    await viewer.watch(stream_id)
    end, state = streamer.part("end-stream"), streamer.part("publisher-state")
    await end.click()
    await _undo(streamer).hover()
    await expect(end).to_have_text("Ending …")
    await expect(end).to_be_focused()
    await expect(streamer.part("toast")).to_contain_text("You are still live.")
    await viewer.see_the_picture_move()
    await _undo(streamer).click()
    await expect(end).to_have_text("End stream")
    await expect(state).to_have_attribute("data-state", "live")

    # Who leaves has made up their mind.
    await end.click()
    await streamer.page.get_by_role("link", name="Posts", exact=True).click()
    await expect(viewer.part("player")).to_have_attribute("data-state", "ended")


async def test_cancelled_announcement_is_undone(people: PeopleFactory) -> None:
    streamer = await people.member()
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    plan = {"title": "Tomorrow, perhaps", "scheduled_at": soon.isoformat()}
    announced = await streamer.ask_server("POST", "/streams", plan)
    await streamer.page.goto("/studio")
    row = streamer.page.locator(".own-stream")
    await row.get_by_role("button", name="Cancel it").click()
    await expect(row).to_have_count(0)
    await _undo(streamer).click()
    await row.get_by_role("button", name="Cancel it").click()
    await expect(row).to_have_count(0)
    async with streamer.page.expect_response("**/end") as ended:
        await streamer.part("toast").get_by_role("button", name="Dismiss").click()
    assert (await ended.value).status == 200
    stream = await streamer.ask_server("GET", f"/streams/{announced['id']}")
    assert stream["status"] == "ended"


async def test_notice_is_within_reach_of_a_dialog(people: PeopleFactory) -> None:
    streamer = await people.member()
    stream = await streamer.ask_server("POST", "/streams", {"title": "Tidy"})
    await streamer.page.goto(f"/streams/{stream['id']}")
    await streamer.say("to be cleared")
    await streamer.hear("to be cleared")
    await streamer.part("moderation-open").click()
    await streamer.part("moderation").get_by_role("tab", name="Waiting").click()
    await streamer.part("clear-chat").click()
    await expect(streamer.part("toast")).to_contain_text("1 message deleted.")
    async with streamer.page.expect_response(_is_deletion) as undone:
        await _undo(streamer).click()
    assert (await undone.value).ok
    await expect(streamer.page.get_by_role("dialog")).to_be_visible()
    await streamer.page.keyboard.press("Escape")
    # Where it is looked for when there is no dialog.
    await expect(streamer.page.locator(".shell > .toasts")).to_have_count(1)
