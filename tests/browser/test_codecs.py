"""Every codec that Chromium has, published by plain WHIP and watched by plain WHEP: what is
forwarded is decoded, and its size is known. And sound that goes out twice where it is lost."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PeopleFactory
from tests.browser.plain_peers import (
    HEIGHT,
    PATIENCE_MS,
    WIDTH,
    line_of,
    publish,
    wait_until_it_plays,
    watch,
)
from tests.browser.waiting import wait_for_answer
from tests.node import NodeProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODEC = """
    async () => {
        const all = [...(await window.watching.getStats()).values()];
        const picture = all.find((each) => each.type === 'inbound-rtp' && each.kind === 'video');
        return all.find((each) => each.id === picture.codecId).mimeType;
    }
"""


@pytest.mark.parametrize(
    ("mime_type", "scalability"),
    [
        ("video/AV1", None),
        ("video/AV1", "L1T3"),
        ("video/VP9", None),
        ("video/VP9", "L3T3_KEY"),
        ("video/VP8", None),
        ("video/H264", None),
    ],
)
async def test_what_chromium_publishes_chromium_plays_and_its_size_is_known(
    people: PeopleFactory, mime_type: str, scalability: str | None
) -> None:
    streamer, viewer = await people.member(), await people.guest()
    stream_id = await publish(streamer, mime_type, scalability=scalability)
    await watch(viewer, stream_id)
    await wait_until_it_plays(viewer.page)
    assert await viewer.page.evaluate(CODEC) == mime_type
    sizes = await wait_for_answer(
        viewer.page,
        """async () => {
            const { layers } = await (await fetch(`${window.session}/layer`)).json();
            return layers[0]?.width && layers.map((each) => [each.width, each.height]);
        }""",
    )
    assert sizes == [[WIDTH, HEIGHT]]


# Of ten packets of sound lost in a row of looks, Chromium had to make up three at most.
LOST_AND_HEARD = """
    async () => {
        const all = [...(await window.watching.getStats()).values()];
        const sound = all.find((each) => each.type === 'inbound-rtp' && each.kind === 'audio');
        const before = (window.before ??= sound);
        const lost = sound.packetsLost - before.packetsLost;
        const madeUp = sound.concealmentEvents - before.concealmentEvents;
        if (madeUp * 3 > lost) delete window.before;
        return lost >= 10 && madeUp * 3 <= lost;
    }
"""


async def test_where_sound_is_lost_chromium_hears_it_from_the_packet_after(
    people: PeopleFactory, node: NodeProcess
) -> None:
    streamer, viewer = await people.member(), await people.guest()
    stream_id = await publish(streamer, "video/VP8")
    async with line_of(viewer, node) as line:
        await watch(viewer, stream_id)
        await viewer.page.wait_for_function(
            "() => window.player.videoWidth > 0", timeout=PATIENCE_MS
        )
        # Enough to be answered with RED, and too little to be taken for a line that is full.
        line.down.loss = 0.04
        await wait_for_answer(viewer.page, LOST_AND_HEARD)


FRAMES = "() => window.player.getVideoPlaybackQuality().totalVideoFrames"


async def test_a_network_that_changes_under_chromium_leaves_its_session_alive(
    people: PeopleFactory, node: NodeProcess
) -> None:
    streamer, viewer = await people.member(), await people.guest()
    async with line_of(streamer, node) as up, line_of(viewer, node) as down:
        stream_id = await publish(streamer, "video/VP8")
        await watch(viewer, stream_id)
        await wait_until_it_plays(viewer.page)
        for line in (down, up):
            line.move()
            frames = await viewer.page.evaluate(FRAMES)
            # Nobody here asks for a new session: these come once the node has followed.
            await viewer.page.wait_for_function(
                f"before => ({FRAMES})() >= before + 90", arg=frames, timeout=PATIENCE_MS
            )
