"""A stage: the streamer's camera and screen, a guest beside them, and who watches them all."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person
from tests.browser.test_accessibility import violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL = "360p"
PATIENCE_MS = 60_000
# Real devices, asked for little: without a graphics card every frame is drawn by the processor, and
# three people here look at three pictures each.
CALM = """
for (const name of ['getUserMedia', 'getDisplayMedia']) {
    const real = navigator.mediaDevices[name].bind(navigator.mediaDevices);
    const little = { width: { ideal: 320 }, height: { ideal: 180 }, frameRate: { max: 6 } };
    navigator.mediaDevices[name] = (wish) =>
        real(wish.video ? { ...wish, video: { ...wish.video, ...little } } : wish);
}
"""

# A picture whose publisher may come back keeps its place by a timer; this one's did not come back.
NOTHING_IS_WAITED_FOR = """() => {
    const later = window.setTimeout;
    window.setTimeout = (step, ms, ...more) => (ms === 3_000 ? 0 : later(step, ms, ...more));
}"""


def _tile(person: Person, of: Person, kind: str = "camera") -> Locator:
    """Return the picture of `of` among those that `person` sees."""
    return person.page.locator(f'.stage-tile[data-user="{of.name}"][data-kind="{kind}"]')


async def _calm(*people: Person) -> None:
    for person in people:
        person.page.set_default_timeout(PATIENCE_MS)
        await person.page.add_init_script(CALM)


async def _see_move(tile: Locator) -> None:
    """Wait until a picture, which may be the room's own player, has shown more frames."""
    await expect(tile).to_have_attribute("data-state", "playing", timeout=40_000)
    await tile.evaluate(
        """(tile) => new Promise((resolve) => {
            const own = tile.dataset.main === 'true';
            const video = own ? tile.closest('.player').querySelector(':scope > video')
                : tile.querySelector('video');
            const shown = () => video.getVideoPlaybackQuality().totalVideoFrames;
            const before = shown();
            const look = () => shown() >= before + 5 ? resolve() : setTimeout(look, 50);
            look();
        })"""
    )


async def _share_screen(streamer: Person) -> None:
    await streamer.part("second-add").click()
    await expect(streamer.part("second-picture")).to_have_attribute("data-state", "live")


async def _invite(streamer: Person, guest: Person) -> None:
    people = streamer.part("stage-people")
    # By keyboard: a click waits for frames to be drawn, of which a page full of video gets few.
    await people.locator("summary").press("Enter")
    await streamer.part("stage-invite-name").fill(guest.name)
    await streamer.part("stage-invite").click()
    await expect(people.get_by_test_id("stage-guest")).to_contain_text(guest.name)


async def _go_on_stage(guest: Person) -> None:
    """Answer the invitation, or the leave that was asked for, through the look at the devices."""
    await guest.part("stage-ready").click()
    await expect(guest.part("preview")).to_be_visible()
    await _choose_small(guest)
    await guest.part("stage-enter").click()
    await expect(guest.part("stage-bar")).to_have_attribute("data-state", "live")


async def _choose_small(person: Person) -> None:
    """Send a picture that does not keep this machine busy."""
    quality = person.part("quality")
    name = await quality.locator("option").filter(has_text=SMALL).inner_text()
    await quality.select_option(label=name)


async def test_a_viewer_sees_camera_screen_and_a_guest_until_each_goes(
    people: PeopleFactory,
) -> None:
    streamer, guest = await people.member(), await people.member()
    viewer = await people.guest()
    await _calm(streamer, guest)
    stream_id = await streamer.go_live("Two of us", picture=SMALL)
    await viewer.watch(stream_id)
    player = viewer.part("player")
    await expect(player).not_to_have_attribute("data-arrangement", "focus")
    await expect(viewer.part("stage-tile")).to_have_count(0)

    await _share_screen(streamer)
    await expect(viewer.part("stage-tile")).to_have_count(2)
    await _see_move(_tile(viewer, streamer, "screen"))
    # What began last and is to be read is large, by itself.
    await expect(_tile(viewer, streamer, "screen")).to_have_attribute("data-place", "large")
    await viewer.see_the_picture_move(frames=5)

    await guest.page.goto("/")
    await _invite(streamer, guest)
    await guest.part("bell").click()
    await guest.page.get_by_role("link", name="invites you on stage").click()
    await expect(guest.part("stage-bar")).to_have_attribute("data-state", "invited")
    await _go_on_stage(guest)
    await expect(viewer.part("stage-tile")).to_have_count(3)
    for tile in (_tile(viewer, streamer, "screen"), _tile(viewer, guest), _tile(viewer, streamer)):
        await _see_move(tile)
    await _see_move(_tile(streamer, guest))

    await viewer.page.hover('[data-testid="player"]')
    await viewer.part("stage-layout").select_option("grid")
    await expect(player).to_have_attribute("data-arrangement", "grid")
    await expect(_tile(viewer, guest)).to_have_attribute("data-place", "small")
    await viewer.page.get_by_role("button", name=f"Show {guest.name} large").click()
    await expect(player).to_have_attribute("data-arrangement", "focus")
    await expect(_tile(viewer, guest)).to_have_attribute("data-place", "large")
    await viewer.part("stage-layout").select_option("corner")
    await viewer.page.reload(wait_until="commit")
    await expect(player).to_have_attribute("data-arrangement", "corner")
    await _see_move(_tile(viewer, guest))

    await streamer.page.get_by_role("button", name=f"Remove {guest.name}").click()
    await expect(_tile(viewer, guest)).to_have_count(0)
    await expect(guest.part("stage-bar")).to_be_hidden()
    await expect(viewer.part("stage-said")).to_contain_text(guest.name)

    await streamer.part("second-stop").click()
    await expect(viewer.part("stage-tile")).to_have_count(0)
    await viewer.see_the_picture_move(frames=5)


async def test_who_asks_is_let_in_mutes_and_leaves(people: PeopleFactory) -> None:
    streamer, guest = await people.member(), await people.member()
    await _calm(streamer, guest)
    stream_id = await streamer.go_live("Ask me", picture=SMALL)
    await guest.watch(stream_id)
    await guest.page.get_by_label("More about this stream").click()
    await guest.page.get_by_role("button", name="Ask to come on stage").click()
    await expect(guest.part("stage-bar")).to_have_attribute("data-state", "requested")
    await streamer.part("stage-admit").click()
    await _go_on_stage(guest)
    await _see_move(_tile(streamer, guest))

    await expect(guest.part("own-health")).to_contain_text("OPUS")
    await guest.part("stage-microphone").click()
    await expect(guest.part("stage-text")).to_contain_text("muted")
    await guest.part("stage-screen").click()
    await _see_move(_tile(streamer, guest, "screen"))
    await streamer.page.evaluate(NOTHING_IS_WAITED_FOR)
    await guest.part("stage-screen").click()
    await expect(_tile(streamer, guest, "screen")).to_have_count(0)

    await guest.page.reload(wait_until="commit")
    await expect(guest.part("stage-bar")).to_have_attribute("data-state", "live")
    await guest.part("stage-leave").click()
    await expect(guest.part("stage-bar")).to_be_hidden()
    await expect(_tile(streamer, guest)).to_have_count(0)
    await expect(streamer.part("stage-guest")).to_have_count(0)


async def test_who_is_on_stage_in_two_tabs_is_told_and_stays_in_the_newer(
    people: PeopleFactory,
) -> None:
    streamer, guest = await people.member(), await people.member()
    await _calm(streamer, guest)
    stream_id = await streamer.go_live("Twice", picture=SMALL)
    await guest.watch(stream_id)
    await _invite(streamer, guest)
    await _go_on_stage(guest)
    second = Person(guest.name, await guest.page.context.new_page())
    await _calm(second)
    await second.page.goto(f"/streams/{stream_id}")
    await _go_on_stage(second)
    await expect(guest.part("stage-bar")).to_have_attribute("data-state", "interrupted")
    await expect(guest.part("stage-text")).to_contain_text("another tab")
    await _see_move(_tile(streamer, guest))
    await expect(second.part("stage-bar")).to_have_attribute("data-state", "live")

    await _go_on_stage(guest)
    await expect(second.part("stage-bar")).to_have_attribute("data-state", "interrupted")
    await _see_move(_tile(streamer, guest))
    assert second.errors == []


async def test_the_screen_goes_on_when_the_camera_stops(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.guest()
    await _calm(streamer)
    stream_id = await streamer.go_live("Only the screen", picture=SMALL)
    await viewer.watch(stream_id)
    await _share_screen(streamer)
    await _see_move(_tile(viewer, streamer, "screen"))
    await streamer.part("first-stop").click()
    # The one picture that is left is the room's own again.
    await viewer.see_the_picture_move(frames=5)
    await expect(viewer.part("player")).to_have_attribute("data-state", "playing")
    await expect(streamer.part("second-picture")).to_have_attribute("data-state", "live")
    await streamer.part("capture-again").click()
    await expect(streamer.part("publisher-state")).to_have_attribute("data-state", "live")
    await expect(viewer.part("stage-tile")).to_have_count(2)
    for kind in ("camera", "screen"):
        await _see_move(_tile(viewer, streamer, kind))


async def test_a_camera_comes_beside_a_screen_that_was_first(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.guest()
    await _calm(streamer)
    await streamer.page.goto("/studio")
    await streamer.part("source-screen").click()
    await _choose_small(streamer)
    await streamer.page.get_by_label("Title").fill("First the screen")
    await streamer.part("go-live").click()
    state = streamer.part("publisher-state")
    await expect(state).to_have_attribute("data-state", "live")
    await viewer.watch(await state.get_attribute("data-stream-id") or "")
    await streamer.part("second-add").click()
    await expect(streamer.part("second-picture")).to_have_attribute("data-state", "live")
    await expect(viewer.part("stage-tile")).to_have_count(2)
    for kind in ("camera", "screen"):
        await _see_move(_tile(viewer, streamer, kind))
    await expect(_tile(viewer, streamer, "camera")).to_have_attribute("data-main", "true")
    await streamer.part("second-stop").click()
    await expect(viewer.part("stage-tile")).to_have_count(0)
    await viewer.see_the_picture_move(frames=5)


async def test_what_the_browser_stops_sharing_is_noticed(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.guest()
    await _calm(streamer)
    stream_id = await streamer.go_live("Stop sharing", picture=SMALL)
    await viewer.watch(stream_id)
    await _share_screen(streamer)
    await expect(viewer.part("stage-tile")).to_have_count(2)
    # What the browser's own bar does: the track ends, and says so.
    await streamer.part("second-preview").evaluate(
        """(video) => {
            const [track] = video.srcObject.getVideoTracks();
            track.stop();
            track.dispatchEvent(new Event('ended'));
        }"""
    )
    await expect(streamer.part("second-add")).to_be_visible()
    await expect(viewer.part("stage-tile")).to_have_count(0)
    await expect(streamer.part("publisher-state")).to_have_attribute("data-state", "live")
    await viewer.see_the_picture_move(frames=5)


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (True, True)])
async def test_a_stage_can_be_used_by_everybody(
    people: PeopleFactory, *, phone: bool, dark: bool
) -> None:
    streamer, guest = await people.member(dark=dark), await people.member(phone=phone, dark=dark)
    await _calm(streamer, guest)
    stream_id = await streamer.go_live("For everybody", picture=SMALL)
    await guest.watch(stream_id)
    await _share_screen(streamer)
    await _invite(streamer, guest)
    await expect(guest.part("stage-bar")).to_have_attribute("data-state", "invited")
    await expect(guest.part("stage-tile")).to_have_count(2)
    assert await violations(guest.page) == []
    await guest.part("stage-ready").click()
    await expect(guest.part("preview")).to_be_visible()
    assert await violations(guest.page) == []
    await _choose_small(guest)
    await guest.part("stage-enter").click()
    await expect(guest.part("stage-bar")).to_have_attribute("data-state", "live")
    await _see_move(_tile(streamer, guest))
    assert await violations(guest.page) == []
    assert await violations(streamer.page) == []
    sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await guest.page.evaluate(sideways) <= 0
