"""A moderator's bad day: what was reported is found, decided and told, and the log knows it all."""

from __future__ import annotations

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import PASSWORD, Person
from tests.node import NodeProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

SPAM = "Buy followers at follow.example, cheap and quick"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site_admin(node: NodeProcess) -> str:
    """The name of the installation's first account, which is its admin."""
    form = {"username": "first_of_all", "email": "first@mail.example", "password": PASSWORD}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{node.url}/api/v1/users", json=form) as answer,
    ):
        assert answer.status == 201
    return form["username"]


async def admin_of(people: PeopleFactory, name: str) -> Person:
    """Return the admin, signed in."""
    admin = await people.guest()
    admin.name = name
    await admin.sign_in()
    return admin


async def report(person: Person, what: str) -> None:
    """Report what the page's menu is about."""
    await person.page.get_by_label(what).first.click()
    await person.page.get_by_role("button", name="Report").click()
    await person.page.get_by_label("Insults or harassment").check()
    await person.page.get_by_label("More about it").fill("this is not what we are here for")
    await person.page.get_by_role("button", name="Send report").click()
    await expect(person.part("report-thanks")).to_contain_text("Thank you")
    await person.page.get_by_role("button", name="Done").click()


async def decide_with_the_keyboard(moderator: Person) -> None:
    """Go down the queue to the first, remove it, dismiss the other."""
    await moderator.page.goto("/")
    await moderator.page.get_by_label(f"Account of {moderator.name}").click()
    await moderator.page.get_by_role("link", name="Moderation").click()
    queued = moderator.part("queued")
    await expect(queued).to_have_count(2)
    await expect(moderator.part("queued-words").first).to_have_text(SPAM)
    await moderator.page.keyboard.press("j")
    await expect(queued.first).to_be_focused()
    await moderator.page.keyboard.press("r")
    reason = moderator.page.get_by_label("Reason")
    await reason.fill("This is advertising.")
    await moderator.page.get_by_role("button", name="Remove", exact=True).last.click()
    await expect(queued).to_have_count(1)
    await expect(queued.first).to_be_focused()
    await moderator.page.keyboard.press("d")
    await expect(queued).to_have_count(0)


async def object_to_removal(author: Person, post_id: str) -> None:
    """Be told of it, read why, and object."""
    await author.page.goto("/notifications")
    told = author.page.get_by_text("A moderator removed your post")
    await expect(told.first).to_be_visible()
    await author.page.goto(f"/posts/{post_id}")
    await expect(author.part("removal-reason")).to_have_text("This is advertising.")
    await author.page.get_by_text("Object to it").click()
    await author.page.get_by_label("Why it should come back").fill("It was a joke.")
    await author.page.get_by_role("button", name="Object").click()
    await expect(author.part("appeal-state")).to_contain_text("waits for a moderator")


async def turn_the_appeal_down(moderator: Person, author: Person) -> None:
    """Uphold the removal with a reason, which its author reads."""
    await moderator.page.goto("/moderation?part=appeals")
    await moderator.part("uphold").click()
    await moderator.page.get_by_label("Reason").fill("It was not funny.")
    await moderator.page.get_by_role("button", name="Turn the appeal down").click()
    await expect(moderator.part("appeal")).to_have_count(0)
    await author.page.goto("/removed")
    await expect(author.part("appeal-state")).to_contain_text("It was not funny.")


async def suspend(moderator: Person, author: Person) -> None:
    """Shut somebody out from their page; they read why when they sign in."""
    await moderator.page.goto(f"/users/{author.name}")
    await moderator.page.get_by_label(f"More about {author.name}").click()
    await moderator.page.get_by_role("button", name="Suspend").click()
    await moderator.page.get_by_label("Reason").fill("Advertising, again and again.")
    await moderator.page.get_by_label("For how long").select_option("1 day")
    await moderator.page.get_by_role("button", name="Suspend", exact=True).last.click()
    await expect(moderator.part("toast")).to_contain_text("is suspended")
    await author.page.goto("/signin")
    await author.page.get_by_label("User name or e-mail").fill(author.name)
    await author.page.get_by_label("Password", exact=True).fill(PASSWORD)
    await author.page.get_by_role("button", name="Sign in").click()
    await expect(author.page.get_by_text("Advertising, again and again.")).to_be_visible()


async def test_moderators_bad_day(people: PeopleFactory, site_admin: str) -> None:
    moderator = await admin_of(people, site_admin)
    author, reader = await people.member(), await people.member(phone=True, dark=True)
    made = await author.ask_server("POST", "/posts", {"content": SPAM})
    harmless = await author.ask_server("POST", "/posts", {"content": "I only ask questions"})
    for post in (made, harmless):
        await reader.page.goto(f"/posts/{post['id']}")
        await report(reader, "More about this post")

    await decide_with_the_keyboard(moderator)
    await object_to_removal(author, made["id"])
    await turn_the_appeal_down(moderator, author)
    await suspend(moderator, author)

    await moderator.page.goto("/moderation?part=log")
    log = moderator.part("log-entry")
    await expect(log.first).to_contain_text("suspended")
    assert [line.split("·")[0] for line in await log.all_inner_texts()]
    await expect(log.filter(has_text="removed a post of")).to_have_count(1)
    await expect(log.filter(has_text="turned down an appeal")).to_have_count(1)


async def test_admin_finds_people_and_gives_them_roles_and_badges(
    people: PeopleFactory, site_admin: str
) -> None:
    helper = await people.member()
    admin = await admin_of(people, site_admin)
    await admin.page.goto("/admin")
    await expect(admin.part("figures")).to_contain_text("accounts")
    await admin.page.get_by_role("link", name="People").click()
    await admin.part("account-search").fill(helper.name)
    row = admin.part("account").filter(has_text=helper.name)
    await expect(row).to_have_count(1)
    await row.get_by_label(f"Role of {helper.name}").select_option("moderator")
    await expect(admin.part("toast")).to_contain_text("is a moderator now")
    await helper.page.goto("/moderation")
    await expect(helper.part("queue")).to_be_visible()

    await admin.page.goto("/admin?part=badges")
    await admin.part("badge-new").click()
    await admin.page.get_by_label("Name", exact=True).fill("Gardener")
    await admin.page.get_by_role("button", name="Save").click()
    badge = admin.part("badge-row").filter(has_text="Gardener")
    await badge.get_by_test_id("award").click()
    await admin.page.get_by_label("To whom").fill(helper.name)
    await admin.page.get_by_role("button", name="Award", exact=True).last.click()
    await expect(badge).to_contain_text("1 holder")
    await helper.page.goto(f"/users/{helper.name}")
    await expect(helper.page.get_by_text("Gardener")).to_be_visible()


async def test_admin_blocks_a_word_in_every_chat(people: PeopleFactory, site_admin: str) -> None:
    admin, streamer = await admin_of(people, site_admin), await people.member()
    made = await streamer.ask_server("POST", "/streams", {"title": "Words"})
    await streamer.page.goto(f"/streams/{made['id']}")
    await expect(streamer.part("chat-input")).to_be_visible()

    await admin.page.goto("/admin?part=words")
    await admin.page.get_by_label("Word or words").fill("roulettewheel")
    await admin.page.get_by_role("button", name="Block").click()
    word = admin.part("site-term").filter(has_text="roulettewheel")
    await expect(word).to_contain_text("Refused")
    await streamer.part("chat-input").fill("r.o.u.l.e.t.t.e wheel, or roulettewheel")
    await streamer.part("chat-input").press("Enter")
    refused = streamer.part("chat-message").filter(has_text="are not wanted in this channel")
    await expect(refused).to_have_count(1)

    await admin.page.goto("/moderation?part=log")
    line = admin.part("log-entry").filter(has_text="roulettewheel")
    await expect(line).to_contain_text("blocked a word on the whole site")
    await admin.page.goto("/admin?part=words")
    await word.get_by_role("button", name="Allow").click()
    await expect(word).to_have_count(0)
    await streamer.say("the roulettewheel again")


async def test_pages_of_moderators_are_not_for_others(people: PeopleFactory) -> None:
    member = await people.member()
    for path in ("/moderation", "/admin"):
        await member.page.goto(path)
        await expect(member.page.get_by_text("This page is for")).to_be_visible()
