"""The studio and a room in Firefox: `python -m tests.clients.firefox_studio`.

Somebody goes live from the studio, somebody watches in the room, and both pages are told that the
network is another one. Like `tests.clients.firefox` no test of `make test`; a failure ends it with
a traceback.
"""

from __future__ import annotations

import asyncio
import sys

from media.udp import own_addresses
from tests.clients.firefox import Firefox, open_firefox
from tests.node import open_node

_UNTIL = """
    const until = async (look) => {
        for (;;) {
            const seen = look();
            if (seen) return seen;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    };
    const part = (name) => document.querySelector(`[data-testid="${name}"]`);
"""

_SIGN_UP = """
async () => {
    const response = await fetch("/api/v1/users", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
            username: "fox", email: "fox@vibecast.example", password: "correct horse battery",
        }),
    });
    return response.status;
}
"""

_GO_LIVE = f"""
async () => {{
    {_UNTIL}
    (await until(() => part("go-live"))).click();
    const state = await until(() => part("publisher-state"));
    const id = await until(() => state.dataset.state === "live" && state.dataset.streamId);
    return id;
}}
"""

_SEE_IT_MOVE = f"""
async (network) => {{
    {_UNTIL}
    const frames = () => Number(part("player")?.dataset.frames ?? 0);
    await until(() => part("player")?.dataset.state === "playing");
    if (network === "another") window.dispatchEvent(new Event("online"));
    const before = frames();
    await until(() => frames() > before + 60);
    const asked = performance.getEntriesByType("resource").map(({{ name }}) => name);
    const sessions = asked.filter((name) => /\\/wh[ei]p\\/sessions\\/[^/]+$/.test(name));
    const begun = asked.filter((name) => /\\/wh[ei]p\\/\\d+$/.test(name));
    return `${{frames()}} frames; ${{begun.length}} sessions, ${{sessions.length}} restarts`;
}}
"""


async def _walk_through(firefox: Firefox, url: str) -> None:
    """Say each step as it is done, so that the one which is missing is known."""
    studio = await firefox.open(url + "/")
    _say(f"signed up: {await firefox.run(studio, _SIGN_UP)}")
    await firefox.ask(
        "browsingContext.navigate", context=studio, url=url + "/studio", wait="complete"
    )
    stream_id = await firefox.run(studio, _GO_LIVE)
    _say(f"live from the studio: stream {stream_id}")
    room = await firefox.open(f"{url}/streams/{stream_id}")
    _say(f"watching: {await firefox.run(room, _SEE_IT_MOVE, 'same')}")
    _say(f"after a change of networks: {await firefox.run(room, _SEE_IT_MOVE, 'another')}")
    _say(f"the studio after one: {await firefox.run(studio, _SEE_IT_MOVE, 'another')}")
    _say(f"the room meanwhile: {await firefox.run(room, _SEE_IT_MOVE, 'same')}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


async def main() -> None:
    """Walk through with a node and a browser of their own."""
    # Firefox sends nothing to loopback, but reaches the host's own address.
    address = own_addresses(loopback_only=False, ipv6=False)[0]
    async with open_node(VIBECAST_MEDIA_ADDRESSES=address) as node, open_firefox() as firefox:
        await _walk_through(firefox, node.url)


if __name__ == "__main__":
    asyncio.run(main())
