"""Firefox publishes from the studio and watches in the room: `python -m tests.clients.firefox`.

No test of `make test`: Firefox (Debian's firefox-esr) is half a gigabyte that nobody has for it.
Any failure ends the program with a traceback. It speaks WebDriver BiDi, which Firefox has built in.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import secrets
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from tests.node import open_node

_PATIENCE_S = 120.0
_PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "media.autoplay.default": 0,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}

_SIGN_UP = """
async (form) => {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("/api/v1/users", { method: "POST", headers, body: form });
    return response.status;
}
"""
_GO_LIVE = """
async () => {
    const until = async (find) => {
        for (;;) {
            const found = find();
            if (found) return found;
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    };
    const part = (name) => document.querySelector(`[data-testid="${name}"]`);
    const title = await until(() => document.querySelector("#title, [name=title]"));
    title.value = "From Firefox";
    title.dispatchEvent(new Event("input", { bubbles: true }));
    (await until(() => part("go-live"))).click();
    const state = await until(
        () => part("publisher-state")?.dataset.state === "live" && part("publisher-state"));
    return state.dataset.streamId;
}
"""
_SEE_IT_MOVE = """
async (frames) => {
    const shown = () => document.querySelector('[data-testid="player"] video')
        ?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
    const before = shown();
    while (shown() < before + frames) await new Promise((resolve) => setTimeout(resolve, 100));
    const player = document.querySelector('[data-testid="player"]');
    const { videoWidth, videoHeight } = player.querySelector("video");
    return `${player.dataset.state}, ${videoWidth} x ${videoHeight}`;
}
"""


class Firefox:
    """One browser, spoken to over WebDriver BiDi."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command and return its result."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                message: dict[str, Any] = await self._socket.receive_json()
                if message.get("id") == number:
                    if message["type"] == "error":
                        raise RuntimeError(message["message"])
                    result: dict[str, Any] = message["result"]
                    return result

    async def open(self, url: str) -> str:
        """Open a tab and return its name."""
        tab: str = (await self.ask("browsingContext.create", type="tab"))["context"]
        await self.ask("browsingContext.navigate", context=tab, url=url, wait="complete")
        return tab

    async def run(self, tab: str, function: str, *arguments: str | int) -> Any:
        """Call a function in a page and return what it resolves to."""
        answer = await self.ask(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[
                {"type": "string" if isinstance(each, str) else "number", "value": each}
                for each in arguments
            ],
            target={"context": tab},
            awaitPromise=True,
        )
        if answer["type"] != "success":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")


@asynccontextmanager
async def open_firefox(program: str = "firefox-esr") -> AsyncIterator[Firefox]:
    """Run Firefox without a window for the length of the block."""
    with TemporaryDirectory(prefix="vibecast-firefox-") as profile:
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in _PREFERENCES.items())
        (Path(profile) / "user.js").write_text("\n".join(lines), encoding="utf-8")
        process = await asyncio.create_subprocess_exec(
            *(program, "--headless", "--no-remote", "--profile", profile),
            *("--remote-debugging-port", "0"),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=PIPE,
        )
        assert process.stderr is not None
        try:
            async with asyncio.timeout(_PATIENCE_S):
                address = ""
                while not address:
                    line = (await process.stderr.readline()).decode()
                    found = re.search(r"listening on (ws://\S+)", line)
                    address = found[1] if found else ""
            async with (
                aiohttp.ClientSession() as http,
                http.ws_connect(address + "/session", max_msg_size=0) as socket,
            ):
                firefox = Firefox(socket)
                await firefox.ask("session.new", capabilities={})
                yield firefox
        finally:
            process.terminate()
            await process.wait()


async def main() -> None:
    """Go live, watch, reload what watches, and say what was seen."""
    name = f"firefox{secrets.token_hex(3)}"
    form = {"username": name, "email": f"{name}@example.org", "password": secrets.token_hex(12)}
    async with open_node() as node, open_firefox() as firefox:
        front = await firefox.open(node.url)
        assert await firefox.run(front, _SIGN_UP, json.dumps(form)) == 201
        studio = await firefox.open(f"{node.url}/studio")
        stream_id = await firefox.run(studio, _GO_LIVE)
        async with aiohttp.ClientSession() as http:
            room = await firefox.open(f"{node.url}/streams/{stream_id}")
            sys.stdout.write(f"watching: {await firefox.run(room, _SEE_IT_MOVE, 30)}\n")
            await firefox.ask("browsingContext.reload", context=studio, wait="complete")
            sys.stdout.write(f"after a reload: {await firefox.run(room, _SEE_IT_MOVE, 30)}\n")
            async with http.get(f"{node.url}/metrics") as response:
                text = await response.text()
        for line in text.splitlines():
            if line.startswith("vibecast_media_"):
                sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    asyncio.run(main())
