"""A simulcast from the studio, and viewers who get the size that suits their line or themselves."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.camera import CLOCK_CAMERA
from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person
from tests.node import NodeProcess
from tests.relay import Relay, open_relay

pytestmark = pytest.mark.asyncio(loop_scope="session")

# How soon is measured by `python -m bench browser`; here it counts that it happens.
PATIENCE_S = 60
NARROW_BPS = 400_000


@asynccontextmanager
async def _line_of(page: Page, node: NodeProcess) -> AsyncIterator[Relay]:
    """Lead what a page watches over a line that can be made bad."""
    async with open_relay(("127.0.0.1", node.media_port)) as relay:

        async def redirect(route: Route) -> None:
            response = await route.fetch()
            await route.fulfill(response=response, body=relay.redirect(await response.text()))

        await page.route(re.compile(r"/whep/\d+$"), redirect)
        yield relay
        await page.unroute_all()


async def _wait_height(person: Person, condition: str) -> int:
    """Return the picture's height once it is as `condition` says."""
    seen = await person.page.wait_for_function(
        f"""() => {{
            const video = document.querySelector('[data-testid="player"] video');
            const height = video?.videoHeight ?? 0;
            return {condition} && height;
        }}""",
        timeout=PATIENCE_S * 1000,
    )
    return int(await seen.json_value())


async def test_a_narrow_line_gets_a_smaller_picture_and_the_large_one_again(
    people: PeopleFactory, node: NodeProcess
) -> None:
    streamer, viewer = await people.member(), await people.guest()
    await streamer.page.add_init_script(CLOCK_CAMERA)
    stream_id = await streamer.go_live("In two sizes", picture="480p")
    async with _line_of(viewer.page, node) as line:
        await viewer.watch(stream_id)
        large = await _wait_height(viewer, "height >= 400")
        line.down.rate_bps = NARROW_BPS
        await _wait_height(viewer, f"height < {large}")
        await viewer.see_the_picture_move(frames=45)
        small = await _wait_height(viewer, "height > 0")
        line.down.rate_bps = None
        await _wait_height(viewer, f"height > {small}")
        await viewer.see_the_picture_move()


async def test_a_viewer_chooses_a_size(people: PeopleFactory) -> None:
    streamer, viewer = await people.member(), await people.guest()
    await streamer.page.add_init_script(CLOCK_CAMERA)
    stream_id = await streamer.go_live("Choose", picture="480p")
    await viewer.watch(stream_id)
    large = await _wait_height(viewer, "height >= 400")
    quality = viewer.part("player-quality")
    await expect(quality.locator("option")).to_have_count(3)
    smallest = await quality.locator("option").last.get_attribute("value")
    await quality.select_option(smallest)
    small = await _wait_height(viewer, f"height < {large}")
    await viewer.see_the_picture_move()
    await quality.select_option("")
    await _wait_height(viewer, f"height > {small}")
