"""The studio says how the stream arrives at the server and how it reaches those who watch."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PeopleFactory

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_keeper_of_the_node_sees_how_every_player_is_doing(
    people: PeopleFactory,
) -> None:
    # Whoever signs up first is the site's admin.
    keeper, streamer, viewer = [await people.member() for _ in range(3)]
    await viewer.watch(await streamer.go_live("Watched closely"))
    await keeper.page.goto("/admin?part=media")
    feed = keeper.part("node-media").locator("details").filter(has_text="Camera")
    await expect(feed).to_contain_text("players")
    # The streamer's page watches as well.
    await expect(keeper.part("node-viewer")).to_have_count(2)
    await keeper.page.get_by_role("button", name="Look again").click()
    await expect(keeper.part("node-viewer").first).to_contain_text("b/s")


async def test_streamer_sees_how_the_stream_is_doing_and_nobody_else_does(
    people: PeopleFactory,
) -> None:
    streamer, viewer = await people.member(), await people.member()
    stream_id = await streamer.go_live("Health")
    await viewer.watch(stream_id)

    numbers = streamer.part("health-numbers")
    await expect(numbers).to_contain_text("b/s", timeout=20_000)
    await expect(numbers).to_contain_text("OPUS")
    health = await streamer.ask_server("GET", f"/streams/{stream_id}/health")
    assert health["publishing"]
    assert health["bitrate_bps"] > 0
    # The player, and the streamer's own monitor beside the numbers.
    assert health["viewers"] >= 1

    refused = await viewer.page.request.get(f"/api/v1/streams/{stream_id}/health")
    assert (refused.status, (await refused.json())["code"]) == (403, "forbidden")


async def test_studio_gives_no_advice_before_something_has_lasted(people: PeopleFactory) -> None:
    guest = await people.guest()
    await guest.page.goto("/")
    given = await guest.page.evaluate(
        """async () => {
            const { Steady } = await import('/static/app/model/steady.js');
            const advice = new Steady(3);
            const beginning = [['few'], ['few', 'thin'], ['few', 'thin']];
            const given = beginning.map((found) => advice.next(found));
            given.push(advice.next(['thin']), advice.next(['few', 'thin']));
            advice.forget();
            given.push(advice.next(['thin']));
            return given;
        }"""
    )
    assert given == [[], [], ["few"], ["thin"], ["thin"], []]
