"""Computers that sleep while they watch or send: their pages go on alone when they wake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.conftest import PeopleFactory
from tests.browser.laptop import Laptop, open_laptop
from tests.browser.own_line import own_line
from tests.browser.person import Person
from tests.node import NodeProcess
from tests.room_node import visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Longer than the server keeps a session that it hears nothing of, by far.
_PATIENCE_S = 60

_NOTE_STATES = """
(name) => {
    const part = document.querySelector(`[data-testid="${name}"]`);
    window.states = [];
    new MutationObserver(() => window.states.push(part.dataset.state))
        .observe(part, { attributeFilter: ['data-state'] });
}
"""


@pytest_asyncio.fixture(loop_scope="session")
async def laptop(chromium: Browser) -> AsyncIterator[Laptop]:
    """A computer that can sleep."""
    async with open_laptop(chromium) as laptop:
        yield laptop


@pytest_asyncio.fixture(loop_scope="session")
async def laptop_people(
    laptop: Laptop, node: NodeProcess, tmp_path: Path
) -> AsyncIterator[PeopleFactory]:
    """Make people who sit at the laptop."""
    factory = PeopleFactory(laptop.browser, node, tmp_path)
    yield factory
    await factory.leave()


async def _see_it_go_on(person: Person, state: str) -> None:
    """Wait until the page has said that the connection was lost, and is in `state` again."""
    await person.page.wait_for_function(
        """(state) => window.states.includes('reconnecting') && window.states.at(-1) === state""",
        arg=state,
        timeout=_PATIENCE_S * 1000,
    )


async def _wait_given_up(http: aiohttp.ClientSession, session_url: str) -> None:
    """Read the events of a viewer's session to their end, which is the session's."""
    async with http.post(session_url + "/events", json=["active"]) as subscribed:
        events = subscribed.headers["Location"]
    async with http.get(events) as stream:
        await stream.read()


async def test_who_watches_and_sleeps_sees_the_picture_again_on_waking(
    people: PeopleFactory, laptop_people: PeopleFactory, laptop: Laptop, node: NodeProcess
) -> None:
    streamer, viewer = await people.member(), await laptop_people.guest()
    async with own_line(viewer, node) as line, aiohttp.ClientSession(node.url) as http:
        await viewer.watch(await streamer.go_live("Late at night", picture="360p"))
        await viewer.page.evaluate(_NOTE_STATES, "player")
        with laptop.closed(line):
            await _wait_given_up(http, line.sessions[-1])
        await _see_it_go_on(viewer, "playing")
        await viewer.see_the_picture_move()


async def test_who_sends_and_sleeps_is_live_again_on_waking(
    people: PeopleFactory, laptop_people: PeopleFactory, laptop: Laptop, node: NodeProcess
) -> None:
    streamer, viewer = await laptop_people.member(), await people.guest()
    async with own_line(streamer, node) as line, visit(node) as room:
        stream_id = await streamer.go_live("A closed lid", picture="360p")
        await viewer.watch(stream_id)
        await room.join(int(stream_id))
        await streamer.page.evaluate(_NOTE_STATES, "publisher-state")
        with laptop.closed(line):
            await expect(viewer.part("player")).to_contain_text("right back")
            await room.wait_until(
                lambda: any(not each["publishing"] for each in room.heard.get("stream:state", [])),
                wait_s=_PATIENCE_S,
            )
        await _see_it_go_on(streamer, "live")
        await viewer.see_the_picture_move()
        await expect(viewer.part("player")).to_have_attribute("data-state", "playing")
        publisher = streamer.part("publisher-state")
        assert await publisher.get_attribute("data-stream-id") == stream_id
