"""Every codec that Chromium has, published by plain WHIP and watched by plain WHEP: what is
forwarded is decoded, and its size is known. And sound that goes out twice where it is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, Route

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person
from tests.node import NodeProcess
from tests.relay import open_relay

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDTH, HEIGHT = 640, 360
PATIENCE_MS = 60_000

_EXCHANGE = """
    const exchange = async (peer, url, headers) => {
        await peer.setLocalDescription();
        const answer = await fetch(url, {
            method: 'POST',
            headers: { 'Content-Type': 'application/sdp', ...headers },
            body: peer.localDescription.sdp,
        });
        if (answer.status !== 201) throw new Error(await answer.text());
        await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
        return answer.headers.get('Location');
    };
"""

PUBLISH = f"""
    async ([url, key, mimeType, scalabilityMode, width, height]) => {{
        {_EXCHANGE}
        const canvas = document.createElement('canvas');
        Object.assign(canvas, {{ width, height }});
        const pen = canvas.getContext('2d');
        let hue = 0;
        setInterval(() => {{
            hue = (hue + 7) % 360;
            pen.fillStyle = `hsl(${{hue}} 80% 50%)`;
            pen.fillRect(0, 0, width, height);
        }}, 1000 / 30);
        const [picture] = canvas.captureStream(30).getVideoTracks();
        const sound = new AudioContext();
        const tone = new OscillatorNode(sound);
        const out = sound.createMediaStreamDestination();
        tone.connect(out);
        tone.start();
        const peer = (window.publishing = new RTCPeerConnection());
        const media = new MediaStream([picture, ...out.stream.getAudioTracks()]);
        const [spoken] = media.getAudioTracks();
        peer.addTransceiver(spoken, {{ direction: 'sendonly', streams: [media] }});
        const video = peer.addTransceiver(picture, {{
            direction: 'sendonly',
            streams: [media],
            sendEncodings: [scalabilityMode ? {{ scalabilityMode }} : {{}}],
        }});
        const codecs = RTCRtpSender.getCapabilities('video').codecs;
        video.setCodecPreferences(codecs.filter((each) => each.mimeType === mimeType));
        await exchange(peer, url, {{ Authorization: `Bearer ${{key}}` }});
    }}
"""

WATCH = f"""
    async (url) => {{
        {_EXCHANGE}
        const peer = (window.watching = new RTCPeerConnection());
        peer.addTransceiver('audio', {{ direction: 'recvonly' }});
        peer.addTransceiver('video', {{ direction: 'recvonly' }});
        const video = (window.player = document.createElement('video'));
        Object.assign(video, {{ muted: true, autoplay: true, srcObject: new MediaStream() }});
        document.body.append(video);
        peer.ontrack = ({{ track }}) => video.srcObject.addTrack(track);
        for (;;) {{
            try {{
                window.session = await exchange(peer, url, {{}});
                return;
            }} catch (refused) {{
                if (!String(refused).includes('no-publisher')) throw refused;
            }}
        }}
    }}
"""

CODEC = """
    async () => {
        const all = [...(await window.watching.getStats()).values()];
        const picture = all.find((each) => each.type === 'inbound-rtp' && each.kind === 'video');
        return all.find((each) => each.id === picture.codecId).mimeType;
    }
"""


async def _publish(streamer: Person, mime_type: str, *, scalability: str | None = None) -> str:
    """Publish from a page of the node; return the stream's id."""
    made: dict[str, Any] = await streamer.page.evaluate(
        """async (title) => {
            const me = await (await fetch('/api/v1/users/me')).json();
            const response = await fetch('/api/v1/streams', {
                method: 'POST',
                headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': me.csrf_token },
                body: JSON.stringify({ title }),
            });
            return response.json();
        }""",
        mime_type,
    )
    await streamer.page.evaluate(
        PUBLISH,
        [f"/whip/{made['id']}", made["stream_key"], mime_type, scalability, WIDTH, HEIGHT],
    )
    return str(made["id"])


async def _wait_until_it_plays(page: Page) -> None:
    await page.wait_for_function(
        f"() => window.player.videoWidth === {WIDTH} && window.player.videoHeight === {HEIGHT}",
        timeout=PATIENCE_MS,
    )
    await page.wait_for_function(
        "() => window.player.getVideoPlaybackQuality().totalVideoFrames > 30", timeout=PATIENCE_MS
    )


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
    stream_id = await _publish(streamer, mime_type, scalability=scalability)
    await viewer.page.goto("/")
    await viewer.page.evaluate(WATCH, f"/whep/{stream_id}")
    await _wait_until_it_plays(viewer.page)
    assert await viewer.page.evaluate(CODEC) == mime_type
    sizes = await viewer.page.wait_for_function(
        """async () => {
            const { layers } = await (await fetch(`${window.session}/layer`)).json();
            return layers[0]?.width && layers.map((each) => [each.width, each.height]);
        }"""
    )
    assert await sizes.json_value() == [[WIDTH, HEIGHT]]


async def test_where_sound_is_lost_chromium_hears_it_from_the_packet_after(
    people: PeopleFactory, node: NodeProcess
) -> None:
    streamer, viewer = await people.member(), await people.guest()
    stream_id = await _publish(streamer, "video/VP8")
    async with open_relay(("127.0.0.1", node.media_port)) as line:

        async def lead_over_the_line(route: Route) -> None:
            response = await route.fetch()
            body = await response.text()
            await route.fulfill(response=response, body=line.redirect(body))

        await viewer.page.goto("/")
        await viewer.page.route(re.compile(r"/whep/\d+$"), lead_over_the_line)
        await viewer.page.evaluate(WATCH, f"/whep/{stream_id}")
        await viewer.page.wait_for_function(
            "() => window.player.videoWidth > 0", timeout=PATIENCE_MS
        )
        line.down.loss = 0.1
        await viewer.page.wait_for_function(
            """async () => {
                const all = [...(await window.watching.getStats()).values()];
                const sound = all.find(
                    (each) => each.type === 'inbound-rtp' && each.kind === 'audio',
                );
                return sound.fecPacketsReceived > 0 && sound.totalAudioEnergy > 0;
            }""",
            timeout=PATIENCE_MS,
        )
        await viewer.page.unroute_all()
