"""What people do beside the rooms: write, answer, like, follow, and tell who they are."""

from __future__ import annotations

import re
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import PASSWORD, Person
from tests.node import NodeProcess
from tests.pictures import picture as make_picture
from tests.yjs_client import wait_until

pytestmark = pytest.mark.asyncio(loop_scope="session")

POST = "Half the lines with `bisect` #parsing\n\n```python\ndef find(key):\n    return key\n```\n"


async def _write(person: Person, text: str) -> str:
    """Write a post and return its address."""
    await person.page.goto("/posts?feed=latest")
    await person.part("post-new-text").fill(text)
    await person.part("post-new-send").click()
    post = person.part("post").filter(has_text=text.split("`")[0].strip()).first
    address = await post.locator(".post-time").get_attribute("href")
    assert address is not None
    return address


async def test_post_is_read_answered_liked_and_its_author_followed(people: PeopleFactory) -> None:
    author, reader = await people.member(), await people.member(phone=True, dark=True)
    address = await _write(author, POST)

    await reader.page.goto("/tags/parsing")
    post = reader.part("post").filter(has_text=author.name)
    await expect(post.locator("pre .hl-k").first).to_have_text("def")
    await post.get_by_test_id("post-comments").click()
    await expect(reader.page).to_have_url(f"{address}#comments")

    await reader.part("like").first.click()
    await expect(reader.part("like").first).to_have_attribute("aria-pressed", "true")
    await reader.part("comment-new-text").fill("Which of *equal* keys?")
    await reader.part("comment-new-send").click()
    await expect(reader.part("comment-text").locator("em")).to_have_text("equal")

    await author.page.goto(address)
    await expect(author.part("like").first).to_have_accessible_name("Like, 1 like")
    await author.part("reply").click()
    await author.part("reply-text").fill("The first.")
    await author.part("reply-send").click()
    await expect(author.part("comment").nth(1)).to_have_attribute("data-depth", "1")

    await reader.page.reload()
    await expect(reader.part("comment-text").nth(1)).to_have_text("The first.")
    await reader.page.get_by_role("link", name=author.name, exact=True).first.click()
    await reader.part("follow").click()
    await expect(reader.part("followers")).to_have_text("1follower")
    await reader.page.goto("/")
    await expect(reader.part("post").filter(has_text="Half the lines")).to_have_count(1)


async def test_deleted_post_comes_back_with_undo_and_goes_without(people: PeopleFactory) -> None:
    author = await people.member()
    await _write(author, "Never mind")
    post = author.part("post").filter(has_text="Never mind")

    async def delete() -> None:
        await post.get_by_label("More about this post").click()
        await post.get_by_role("button", name="Delete").click()
        await expect(post).to_have_count(0)

    await delete()
    await author.part("toast").get_by_role("button", name="Undo").click()
    await expect(post).to_have_count(1)
    async with author.page.expect_response(
        lambda answer: answer.request.method == "DELETE"
    ) as sent:
        await delete()
        # One may look around meanwhile, and sees it nowhere.
        await author.page.get_by_role("link", name="Home", exact=True).click()
        await expect(author.page).to_have_url("/")
        await expect(author.page.get_by_text("Your feed is still empty")).to_be_visible()
    assert (await sent.value).status == 204


async def test_what_a_text_holds_never_becomes_markup_of_the_page(people: PeopleFactory) -> None:
    author = await people.member()
    await _write(author, 'Harmless <img src=x onerror="throw 1"> [link](javascript:alert(1))')
    text = author.part("post-text").filter(has_text="Harmless")
    await expect(text).to_contain_text("<img src=x")
    await expect(text.locator("img, script, a[href^=javascript]")).to_have_count(0)


async def test_guest_reads_and_is_brought_back_after_signing_in(people: PeopleFactory) -> None:
    author, guest = await people.member(), await people.guest()
    address = await _write(author, "For everybody")
    await guest.page.goto(address)
    await guest.part("like").click()
    await expect(guest.page).to_have_url(f"/signin?next={address.replace('/', '%2F')}")
    await guest.page.get_by_label("User name or e-mail").fill(author.name)
    await guest.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await guest.page.get_by_role("button", name="Sign in").click()
    await expect(guest.page).to_have_url(address)


async def test_settings_change_what_others_see(people: PeopleFactory, tmp_path: Path) -> None:
    person, other = await people.member(), await people.guest()
    picture = tmp_path / "me.png"
    picture.write_bytes(make_picture())
    await person.page.goto("/settings")
    await person.part("avatar-file").set_input_files(picture)
    await expect(person.part("own-avatar")).to_have_attribute("src", re.compile("/media/"))
    form = person.part("profile-form")
    await form.get_by_label("About you").fill("Parsers in the open.")
    await form.get_by_role("button", name="Save profile").click()
    await expect(form.get_by_role("status")).to_have_text("Saved.")

    await other.page.goto(f"/users/{person.name}")
    await expect(other.part("profile-bio")).to_have_text("Parsers in the open.")
    await expect(other.part("profile-avatar")).to_be_visible()


async def test_picture_that_is_none_is_refused_where_it_was_chosen(
    people: PeopleFactory, tmp_path: Path
) -> None:
    person = await people.member()
    fake = tmp_path / "me.png"
    fake.write_bytes(b"not a picture")
    await person.page.goto("/settings")
    await person.part("avatar-file").set_input_files(fake)
    await expect(
        person.page.get_by_role("alert").filter(has_text="not the picture")
    ).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/posts", "/settings", "/users/{name}"])
async def test_phone_of_360_pixels_shows_it_without_scrolling_sideways(
    people: PeopleFactory, path: str
) -> None:
    person = await people.member(phone=True)
    await person.page.set_viewport_size({"width": 360, "height": 740})
    await person.page.goto(path.format(name=person.name))
    await person.page.wait_for_load_state("networkidle")
    overflow = await person.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0


async def test_second_factor_is_set_up_and_asked_for(people: PeopleFactory) -> None:
    person = await people.member()
    page = person.page
    await page.goto("/settings")
    await person.part("second-factor-begin").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Your password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Go on").click()
    app = pyotp.TOTP(await dialog.get_by_label("Secret", exact=True).input_value())
    await dialog.get_by_label("Code", exact=True).fill(app.now())
    await dialog.get_by_role("button", name="Switch it on").click()
    codes = dialog.locator(".recovery-codes li")
    await expect(codes).to_have_count(10)
    recovery_code = await codes.first.inner_text()
    await page.keyboard.press("Escape")

    await page.get_by_label(f"Account of {person.name}").click()
    await person.part("sign-out").click()
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_label("User name or e-mail").fill(person.name)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await person.part("second-step").get_by_label("Code").fill(recovery_code)
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_label(f"Account of {person.name}")).to_be_visible()


async def test_forgotten_password_is_replaced_through_the_letter(
    people: PeopleFactory, node: NodeProcess
) -> None:
    person, elsewhere = await people.member(), await people.guest()
    page = elsewhere.page
    await page.goto("/signin")
    await page.get_by_role("link", name="Forgot your password?").click()
    await expect(page.get_by_role("heading", name="Forgot your password?")).to_be_visible()
    await page.get_by_label("User name or e-mail").fill(person.name)
    await page.get_by_role("button", name="Send me a letter").click()
    await expect(page.get_by_text("Look into your mail")).to_be_visible()
    # A node without a mail server writes its letters into its log.
    link = re.compile(r"/reset-password#token=[\w-]+")
    await wait_until(lambda: link.search(node.log_path.read_text()) is not None)
    found = link.search(node.log_path.read_text())
    assert found is not None

    await page.goto(found[0])
    await expect(page).to_have_url(re.compile(r"/reset-password$"))
    await page.get_by_label("New password").fill("another long sentence")
    await page.get_by_role("button", name="Set the password").click()
    await page.get_by_label("User name or e-mail").fill(person.name)
    await page.get_by_label("Password", exact=True).fill("another long sentence")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label(f"Account of {person.name}")).to_be_visible()
