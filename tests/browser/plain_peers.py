"""Plain WHIP and WHEP in a page, without this project's own: no second try hides what happens."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, Route

from tests.browser.person import Person
from tests.node import NodeProcess
from tests.relay import Relay, open_relay

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


async def publish(streamer: Person, mime_type: str, *, scalability: str | None = None) -> str:
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


async def watch(viewer: Person, stream_id: str) -> None:
    """Watch from a page of the node."""
    await viewer.page.goto("/")
    await viewer.page.evaluate(WATCH, f"/whep/{stream_id}")


async def wait_until_it_plays(page: Page) -> None:
    await page.wait_for_function(
        f"() => window.player.videoWidth === {WIDTH} && window.player.videoHeight === {HEIGHT}",
        timeout=PATIENCE_MS,
    )
    await page.wait_for_function(
        "() => window.player.getVideoPlaybackQuality().totalVideoFrames > 30", timeout=PATIENCE_MS
    )


@asynccontextmanager
async def line_of(person: Person, node: NodeProcess) -> AsyncIterator[Relay]:
    """Lead what a page publishes or watches over a line that can be made bad, or another."""
    async with open_relay(("127.0.0.1", node.media_port)) as line:

        async def lead_over_it(route: Route) -> None:
            response = await route.fetch()
            body = await response.text()
            await route.fulfill(response=response, body=line.redirect(body))

        await person.page.route(re.compile(r"/wh[ei]p/\d+$"), lead_over_it)
        yield line
        await person.page.unroute_all()
