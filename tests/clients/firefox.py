"""Firefox publishes and watches, on a page of another site: `python -m tests.clients.firefox`.

No test of `make test`: Firefox (Debian's firefox-esr) is half a gigabyte that nobody has for it.
Any failure ends the program with a traceback. It speaks WebDriver BiDi, which Firefox has built in.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from media.ports import MediaOptions
from media.udp import own_addresses
from tests.runtime.media_server import KEY, STREAM_ID, open_media_server

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

_PUBLISH_AND_WATCH = """
async (whip, key, whep) => {
    const begin = async (peer, url, bearer) => {
        const offer = await peer.createOffer();
        const headers = { "Content-Type": "application/sdp" };
        if (bearer) headers.Authorization = `Bearer ${bearer}`;
        const response = await fetch(url, { method: "POST", headers, body: offer.sdp });
        if (response.status !== 201) throw new Error(await response.text());
        await peer.setLocalDescription(offer);
        await peer.setRemoteDescription({ type: "answer", sdp: await response.text() });
        while (peer.connectionState !== "connected")
            await new Promise((resolve) => setTimeout(resolve, 100));
    };
    const film = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const publisher = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    for (const track of film.getTracks())
        publisher.addTransceiver(track, { direction: "sendonly", streams: [film] });
    await begin(publisher, whip, key);
    const viewer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    for (const kind of ["video", "audio"]) viewer.addTransceiver(kind, { direction: "recvonly" });
    await begin(viewer, whep);
    for (;;) {
        const all = [...(await viewer.getStats()).values()];
        const heard = all.filter(({ type }) => type === "inbound-rtp");
        const picture = heard.find(({ kind }) => kind === "video");
        if (picture?.framesDecoded > 100) {
            const codecs = all.filter(({ type }) => type === "codec");
            return [
                codecs.map(({ mimeType }) => mimeType).join(", "),
                `${picture.framesDecoded} frames decoded`,
                ...heard.map((each) => `${each.kind}: ${each.packetsReceived} packets, `
                    + `${each.packetsLost} lost`),
            ].join("; ");
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
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


async def _empty_page(_: web.Request) -> web.Response:
    return web.Response(text="<!doctype html><title>Another site</title>", content_type="text/html")


async def main() -> None:
    """Publish, watch, and say what was seen."""
    app = web.Application()
    app.router.add_get("/", _empty_page)
    # Firefox sends nothing to loopback, but reaches the host's own address.
    address = own_addresses(loopback_only=False, ipv6=False)[0]
    async with (
        open_media_server(MediaOptions(port=0, addresses=(address,))) as server,
        TestServer(app) as site,
        open_firefox() as firefox,
    ):
        tab = await firefox.open(str(site.make_url("/")))
        whip, whep = (f"{server.url}/{each}/{STREAM_ID}" for each in ("whip", "whep"))
        seen = await firefox.run(tab, _PUBLISH_AND_WATCH, whip, KEY, whep)
        sys.stdout.write(f"{seen}\n")


if __name__ == "__main__":
    asyncio.run(main())
