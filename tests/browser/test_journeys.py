"""Five people's ways through the product. The README's pictures are of these."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from demo import story
from tests.browser.conftest import PeopleFactory
from tests.browser.filmed import filming
from tests.browser.person import Person
from tests.browser.town import LOOKS, Album, Look, Town, Townspeople, open_town
from tests.node import NodeProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Between them both devices and both themes, whenever the tests run.
OWN_LOOKS = {
    "streamer": Look(phone=False, dark=True),
    "viewer": Look(phone=True, dark=True),
    "collaborator": Look(phone=False, dark=False),
    "challenger": Look(phone=True, dark=False),
    "moderator": Look(phone=False, dark=False),
}
DATES = '''from datetime import date


def week_of(day: date) -> str:
    """Return the ISO week, such as 2026-W48."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


print(week_of(date(2026, 12, 31)))
'''
BUCKET = """// A token bucket: bursts are fine, floods are not.
class Bucket {
  constructor(rate, burst) {
    Object.assign(this, { rate, burst, tokens: burst, filledAt: performance.now() });
  }

  take() {
    const now = performance.now();
    const gained = ((now - this.filledAt) / 1000) * this.rate;
    this.tokens = Math.min(this.burst, this.tokens + gained);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

const limiter = new Bucket(5, 3);
console.log([1, 2, 3, 4].map(() => limiter.take()));
"""
MENU = """<button popovertarget="account">Account</button>

<nav id="account" popover>
  <a href="/settings">Settings</a>
  <a href="/signout">Sign out</a>
</nav>

<style>
  #account {
    opacity: 0;
    transition: opacity 0.2s, display 0.2s allow-discrete;
  }
  #account:popover-open {
    opacity: 1;
    @starting-style { opacity: 0; }
  }
</style>
"""
SUGGESTED = """    const elapsed = Math.max(0, now - this.filledAt) / 1000;
    const gained = elapsed * this.rate;"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town(node: NodeProcess) -> AsyncIterator[Town]:
    """The demonstration's community, on a node of the journeys' own."""
    async with open_town(node) as town:
        yield town


@pytest.fixture
def townspeople(request: pytest.FixtureRequest, people: PeopleFactory, town: Town) -> Townspeople:
    """People of the town, with the device of the journey that asks for them."""
    journey = request.node.name.removeprefix("test_").split("s_")[0]
    wanted, folder = request.config.getoption("look"), request.config.getoption("pictures")
    look = LOOKS[wanted] if wanted else OWN_LOOKS[journey]
    album = Album(look, folder=Path(folder) if folder else None, journey=journey)
    return Townspeople(people, town, look, album=album)


async def _end_stream(streamer: Person) -> None:
    await streamer.part("end-stream").click()
    await streamer.part("toast-now").click()


async def _stream_on(streamer: Person, title: str, code: str) -> str:
    """Go live with what people of the town show: a screen, with a voice."""
    await streamer.page.add_init_script(filming(title, code))
    await streamer.page.goto("/studio")
    await streamer.part("source-screen-microphone").click()
    await streamer.page.get_by_label("Title").fill(title)
    return await _on_air(streamer)


async def _on_air(streamer: Person) -> str:
    # Small enough to be encoded beside everything else that a machine of tests does.
    small = streamer.part("quality").locator("option", has_text="480p")
    await streamer.part("quality").select_option(label=await small.inner_text())
    await streamer.part("go-live").click()
    state = streamer.part("publisher-state")
    await expect(state).to_have_attribute("data-state", "live")
    return await state.get_attribute("data-stream-id") or ""


async def test_streamers_first_ten_minutes(townspeople: Townspeople, town: Town) -> None:
    album, nadia = townspeople.album, await townspeople.stranger("nadia")
    await nadia.page.add_init_script(filming("Dates without tears", DATES, camera_apart=True))
    await nadia.page.goto("/")
    await expect(nadia.page.get_by_role("heading", level=1)).to_contain_text("Watch software")
    await expect(nadia.part("post").first).to_be_visible()
    await album.see(nadia, "arrives")
    await nadia.sign_up()

    await nadia.page.goto("/studio")
    await expect(nadia.part("preview")).to_have_js_property("videoWidth", 1280)
    await nadia.page.get_by_label("What is it about?").fill("Weeks, months, and why they disagree.")
    await nadia.page.get_by_label("Title").fill("Dates without tears")
    await album.see(nadia, "before-going-live")
    stream_id = await _on_air(nadia)

    async with town.audience(stream_id, "bosse", "amara", "ines", "kaveh"):
        await town.chat(
            stream_id,
            ("bosse", "hello! is this your first stream?"),
            ("ines", "finally somebody who says that weeks are hard"),
        )
        await nadia.hear("weeks are hard")
        await nadia.say("It is. Say so when I mumble!")
        await nadia.part("second-add").click()
        await expect(nadia.part("second-picture")).to_have_attribute("data-state", "live")
        await town.chat(stream_id, ("amara", "we see you and your screen, all good"))
        await nadia.hear("we see you and your screen")
        await album.see(nadia, "on-air")

        await nadia.turn_to("code")
        await nadia.open_code("weeks.py", "python")
        await nadia.type_code(DATES)
        await album.see(nadia, "shares-code")

        await nadia.turn_to("poll")
        await nadia.ask("What shall we break next?", "Time zones", "Leap seconds", "Durations")
        await town.vote(stream_id, bosse=0, amara=0, ines=1, kaveh=0)
        await expect(nadia.part("poll-total")).to_contain_text("4 votes")
        await album.see(nadia, "asks-everybody")
        await town.visitors["bosse"].ask("PUT", "/users/nadia/follow")

    await _end_stream(nadia)
    await expect(nadia.part("summary-messages")).to_contain_text("4")
    await expect(nadia.part("summary-followers")).to_contain_text("1")
    await expect(nadia.part("summary-polls")).to_contain_text("4 votes")
    await album.see(nadia, "what-it-came-to")


async def test_viewers_evening(townspeople: Townspeople, town: Town) -> None:
    album, bosse = townspeople.album, await townspeople.walker("bosse")
    mira = await townspeople.other("mira")
    # The studio shows everybody who looks around what it looks like.
    async with mira.page.expect_response(lambda answer: answer.url.endswith("/snapshots")):
        stream_id = await _stream_on(mira, story.LIVE_TITLE, story.CODE)
    await mira.open_code("bucket.py", "python")
    await mira.type_code(story.CODE)

    async with town.audience(stream_id, "amara", "sol", "kaveh", "ines", "lena", "yuki"):
        # The evening begins on the first page: somebody one follows is on air.
        await bosse.page.goto("/")
        card = bosse.part("stream-card").filter(has_text=story.LIVE_TITLE)
        await expect(card).to_contain_text("mira")
        await expect(card.get_by_test_id("live-picture")).to_be_visible()
        await album.see(bosse, "somebody-is-live")
        await card.get_by_role("link").first.click()
        await bosse.see_the_picture_move()
        await bosse.part("unmute").click()

        await town.chat(stream_id, *story.CHAT[1:10])
        await bosse.hear("monotonic clock, good")
        await bosse.say("and with the bucket there is no border at all?")
        await mira.say("none. that is the whole trick, bosse")
        await bosse.hear("the whole trick")
        await album.see(bosse, "watches")

        question, options = story.POLL
        await mira.ask(question, *options)
        await town.vote(stream_id, amara=0, sol=1, kaveh=0, ines=0, lena=2)
        await bosse.turn_to("poll")
        await bosse.vote("Write the tests")
        await expect(bosse.part("poll-total")).to_contain_text("6 votes")
        await album.see(bosse, "votes")

        await bosse.turn_to("code")
        await bosse.read_code("class Bucket")
        await bosse.suggest(
            first=17, last=17, content="        self.filled_at = max(self.filled_at, now)"
        )
        await album.see(bosse, "suggests")

        await bosse.turn_to("questions")
        await bosse.part("question-input").fill("What happens when the clock goes backwards?")
        await bosse.part("question-ask").click()
        await mira.turn_to("questions")
        await mira.part("question-screen").click()
        await expect(bosse.part("on-screen")).to_contain_text("clock goes backwards")
        await album.see(bosse, "is-answered")
        await _end_stream(mira)
    await expect(bosse.part("player")).to_have_attribute("data-state", "ended")
    await album.see(bosse, "the-end")

    # Not tired yet: a recording, and a word to who made it.
    await bosse.page.goto("/videos")
    await (
        bosse.part("video-card")
        .filter(has_text="blades of grass")
        .get_by_role("link")
        .first.click()
    )
    await expect(bosse.part("video-title")).to_have_text("Two million blades of grass")
    await bosse.part("like").first.click()
    await bosse.part("comment-new-text").fill("I would watch two *hours* of this.")
    await bosse.part("comment-new-send").click()
    await expect(bosse.part("comment-text").locator("em")).to_have_text("hours")
    await bosse.page.evaluate("scrollTo(0, 0)")
    await album.see(bosse, "a-recording")


async def test_collaborators_session(townspeople: Townspeople, town: Town) -> None:
    album, ines = townspeople.album, await townspeople.walker("ines")
    tomasz = await townspeople.other("tomasz")
    stream_id = await _stream_on(tomasz, "The same bucket, in a browser", BUCKET)
    await tomasz.open_code("bucket.js", "javascript")
    await tomasz.type_code(BUCKET)

    await ines.watch(stream_id)
    await ines.part("unmute").click()
    await town.chat(
        stream_id,
        ("yuki", "so the browser has buckets, too"),
        ("tomasz", "it is the same nine lines. ines, take over where it gets slow?"),
        ("ines", "gladly. it wants a comment first"),
    )
    if ines.has_phone:
        await ines.turn_to("code")
    else:
        await ines.page.get_by_label("Give the code more room").click()
    await ines.read_code("class Bucket")
    await expect(ines.editor).to_have_attribute("contenteditable", "false")
    await tomasz.add_collaborator("ines")
    await expect(ines.editor).to_have_attribute("contenteditable", "true")
    await ines.type_code("\n// One row per bucket: an UPDATE that returns is the whole lock.\n")
    await tomasz.read_code("is the whole lock")
    await expect(tomasz.editor).to_contain_text("ines")  # the cursor's name
    await tomasz.type_code("// ines is right, and it needs no Redis.\n")
    await ines.read_code("it needs no Redis")
    await ines.part("toast").get_by_role("button", name="Dismiss").click()
    await album.see(ines, "writes-together")

    await town.suggest(stream_id, "kaveh", lines=(9, 9), content=SUGGESTED)
    suggestion = ines.part("suggestion")
    await expect(suggestion).to_contain_text("Math.max(0")
    await suggestion.get_by_test_id("suggestion-up").click()
    await expect(ines.part("suggestion-upvotes")).to_have_text("1")
    await album.see(ines, "weighs-a-suggestion")
    await tomasz.part("suggestion-accept").click()
    await ines.read_code("const elapsed")

    await ines.part("code-run").click()
    await expect(ines.part("run-output")).to_contain_text("true, true, true, false")
    await album.see(ines, "runs-it")
    await ines.part("run-close").click()

    await ines.page.get_by_label("More to do with this code").click()
    await ines.page.locator(".menu-actions").get_by_role("button", name="History").click()
    await expect(ines.part("history-when")).to_contain_text("kaveh")
    await expect(ines.page.locator('.cm-blame[title^="ines"]').first).to_be_visible()
    await album.see(ines, "who-wrote-what")
    await _end_stream(tomasz)


async def test_challengers_week(townspeople: Townspeople, town: Town) -> None:
    album, yuki = townspeople.album, await townspeople.walker("yuki")
    await yuki.page.goto("/challenges")
    card = yuki.part("challenge-card").filter(has_text="Tiny tools week")
    await expect(card).to_contain_text("4 challengers")
    await album.see(yuki, "what-is-on")
    challenge = await card.get_by_role("link").first.get_attribute("href") or ""
    await card.get_by_role("link").first.click()
    await yuki.part("join").click()
    await expect(yuki.part("part-state")).to_have_text("You are in")
    await album.see(yuki, "takes-part")
    await yuki.part("submission-url").fill("https://git.example/yuki/sundial")
    await yuki.part("submit").click()
    await expect(yuki.part("part-state")).to_have_text("Submitted")

    await yuki.page.goto("/posts")
    await yuki.part("post-new-text").fill(
        "`sundial`: tells the time of day as a drawing, 183 lines with its tests."
        " For the tiny tools week. #creative-coding"
    )
    await yuki.part("post-new-send").click()
    await expect(yuki.part("post").first).to_contain_text("tells the time of day")
    await album.see(yuki, "shows-it")

    mira, place = town.visitors["mira"], challenge.removeprefix("/challenges/")
    accepted = {"points": 90, "note": "The drawing of noon made my day."}
    await mira.ask("POST", f"/challenges/{place}/submissions/yuki/accept", accepted)
    await yuki.part("bell").click()
    accepted_notice = yuki.part("notification").filter(has_text="submission was accepted")
    await expect(accepted_notice).to_be_visible()
    await album.see(yuki, "is-told")
    await yuki.page.goto(challenge)
    await expect(yuki.part("part-state")).to_have_text("Accepted")
    await expect(yuki.part("board-entry")).to_contain_text("yuki")
    await album.see(yuki, "stands-on-the-board")
    await yuki.page.goto("/leaderboards")
    standing = yuki.part("standing").filter(has_text="yuki")
    await expect(standing).to_contain_text("points")
    await expect(standing.locator("img.avatar")).to_be_visible()
    await album.see(yuki, "among-the-others")
    await yuki.page.goto("/users/yuki")
    await expect(yuki.part("post").first).to_contain_text("sundial")
    await album.see(yuki, "on-her-page")


async def test_moderators_bad_day(townspeople: Townspeople, town: Town) -> None:
    album, mira = townspeople.album, await townspeople.walker("mira")
    spammer, lena = await townspeople.other(story.SPAMMER), await townspeople.other("lena")

    # The morning: three people have reported the same post.
    await mira.page.goto("/moderation")
    queued = mira.part("queued")
    await expect(queued).to_have_count(1)
    await expect(queued).to_contain_text("3 reports")
    await album.see(mira, "what-was-reported")
    await queued.get_by_role("button", name="Remove").click()
    await mira.page.get_by_label("Reason").fill("Advertising is not what tags are for.")
    await album.see(mira, "says-why")
    await mira.page.get_by_role("button", name="Remove", exact=True).last.click()
    await expect(queued).to_have_count(0)

    # Noon: its author sees it otherwise.
    await spammer.page.goto("/removed")
    await spammer.page.get_by_text("Object to it").click()
    await spammer.page.get_by_label("Why it should come back").fill("Everybody wants followers!")
    await spammer.page.get_by_role("button", name="Object").click()
    await expect(spammer.part("appeal-state")).to_contain_text("waits for a moderator")
    await mira.page.goto("/moderation?part=appeals")
    await expect(mira.part("appeal")).to_contain_text("Everybody wants followers!")
    await album.see(mira, "somebody-objects")
    await mira.part("uphold").click()
    await mira.page.get_by_label("Reason").fill("Not by being paid for it.")
    await mira.page.get_by_role("button", name="Turn the appeal down").click()
    await expect(mira.part("appeal")).to_have_count(0)

    # The evening: the same person, in somebody's room.
    stream_id = await _stream_on(lena, "Menus without a framework", MENU)
    await mira.watch(stream_id)
    await mira.part("unmute").click()
    await spammer.page.goto(f"/streams/{stream_id}", wait_until="commit")
    await town.chat(stream_id, ("dara", "Escape closes it, focus comes back. Lovely."))
    await spammer.say("boring!!! 10 000 followers, write me")
    await town.chat(stream_id, ("yuki", "oh no"), ("dara", "could somebody, please?"))
    await mira.hear("could somebody")
    name = mira.part("chat-message").locator(".message-author", has_text=story.SPAMMER)
    await name.click()
    await album.see(mira, "in-the-room")
    await mira.part("person-menu").get_by_text("10 minutes").click()
    await expect(spammer.part("house-line")).to_contain_text("You are timed out for")
    await name.click()
    await mira.part("person-menu").get_by_text("Delete their messages").click()
    await expect(mira.part("chat-message").filter(has_text="boring")).to_have_count(0)

    # Enough is enough.
    await mira.page.goto(f"/users/{story.SPAMMER}")
    await mira.page.get_by_label(f"More about {story.SPAMMER}").click()
    await mira.page.get_by_role("button", name="Suspend").click()
    await mira.page.get_by_label("Reason").fill("Advertising, again and again.")
    await mira.page.get_by_label("For how long").select_option("1 week")
    await mira.page.get_by_role("button", name="Suspend", exact=True).last.click()
    await expect(mira.part("toast")).to_contain_text("is suspended")
    await mira.page.goto("/moderation?part=log")
    await expect(mira.part("log-entry").first).to_contain_text("suspended")
    log = mira.part("log-entry")
    for act in ("turned down an appeal", "timed out fast_", "cleared the messages of fast_"):
        await expect(log.filter(has_text=act)).to_have_count(1)
    await album.see(mira, "what-was-done")
    await _end_stream(lena)
