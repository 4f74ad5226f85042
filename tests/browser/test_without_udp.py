"""Networks that let no UDP out: the pages publish and watch through TURN over TCP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person
from tests.node import NodeProcess, open_node
from tests.relay import Relay, open_relay
from tests.turn import open_turn_server

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What a firewall does to a page, without one: nothing but relayed candidates, and the only relay
# there is listens on TCP alone. What becomes of the page's peers is kept for the test to look at.
_RELAY_ONLY = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
        super({ ...configuration, iceTransportPolicy: 'relay' });
        window.peers.push(this);
    }
};
"""

_ANY_WAY = _RELAY_ONLY.replace("'relay'", "'all'")
_NO_MORE_UDP = """
() => {
    for (const peer of window.peers)
        peer.setConfiguration({ ...peer.getConfiguration(), iceTransportPolicy: 'relay' });
}
"""

_WAYS = """
async () => {
    const ways = [];
    for (const peer of window.peers.filter((each) => each.connectionState === 'connected')) {
        const all = await peer.getStats();
        const transport = [...all.values()].find((each) => each.type === 'transport');
        const local = all.get(all.get(transport.selectedCandidatePairId).localCandidateId);
        const { candidateType, relayProtocol } = local;
        ways.push(relayProtocol ? `${candidateType} over ${relayProtocol}` : candidateType);
    }
    return [...new Set(ways)];
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node_with_turn() -> AsyncIterator[NodeProcess]:
    """A node that tells players of a TURN server."""
    async with (
        open_turn_server() as turn,
        open_node(VIBECAST_TURN_URLS=turn.url, VIBECAST_TURN_SECRET=turn.secret) as node,
    ):
        yield node


@pytest_asyncio.fixture(loop_scope="session")
async def people_without_udp(
    chromium: Browser, node_with_turn: NodeProcess, tmp_path: Path
) -> AsyncIterator[PeopleFactory]:
    """Make people on the node with a TURN server."""
    factory = PeopleFactory(chromium, node_with_turn, tmp_path)
    yield factory
    await factory.leave()


async def _ways(person: Person) -> list[str]:
    ways: list[str] = await person.page.evaluate(_WAYS)
    return ways


async def test_without_udp_a_stream_goes_out_and_comes_in_over_tcp(
    people_without_udp: PeopleFactory,
) -> None:
    streamer, viewer = await people_without_udp.member(), await people_without_udp.guest()
    for person in (streamer, viewer):
        await person.page.add_init_script(_RELAY_ONLY)
    stream_id = await streamer.go_live("Out of the library", picture="360p")
    await viewer.watch(stream_id)
    assert await _ways(streamer) == ["relay over tcp"]
    assert await _ways(viewer) == ["relay over tcp"]


async def test_with_a_turn_server_the_straight_way_is_still_taken(
    people_without_udp: PeopleFactory,
) -> None:
    streamer, viewer = await people_without_udp.member(), await people_without_udp.guest()
    await viewer.page.add_init_script(_ANY_WAY)
    stream_id = await streamer.go_live("Straight on", picture="360p")
    await viewer.watch(stream_id)
    assert await _ways(viewer) == ["host"]


async def test_who_comes_into_a_network_without_udp_after_hours_has_fresh_credentials(
    people_without_udp: PeopleFactory, node_with_turn: NodeProcess
) -> None:
    streamer, viewer = await people_without_udp.member(), await people_without_udp.guest()
    await viewer.page.add_init_script(_ANY_WAY)
    async with open_relay(("127.0.0.1", node_with_turn.media_port)) as line:

        async def begin_hours_ago(route: Route) -> None:
            response = await route.fetch()
            links = re.sub(r'username="\d+:', 'username="1000000000:', response.headers["link"])
            await route.fulfill(
                response=response,
                headers={**response.headers, "link": links},
                body=line.redirect(await response.text()),
            )

        await viewer.page.route(re.compile(r"/whep/\d+$"), begin_hours_ago)
        await viewer.watch(await streamer.go_live("A long evening", picture="360p"))
        assert await _ways(viewer) != ["relay over tcp"]
        await viewer.page.evaluate(_NO_MORE_UDP)
        _close(line)
        await expect(viewer.part("player")).to_have_attribute("data-state", "reconnecting")
        await expect(viewer.part("player")).to_have_attribute("data-state", "playing")
        assert await _ways(viewer) == ["relay over tcp"]
        await viewer.page.unroute_all()


def _close(line: Relay) -> None:
    line.up.loss = line.down.loss = 1.0
