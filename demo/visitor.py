"""One person of the demonstration: a client of the site's REST API that does what anybody could."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

import aiohttp

from demo.story import PASSWORD

API = "/api/v1"
STATUS_TIMEOUT_S = 60.0
Json = Mapping[str, Any]


class Refused(Exception):
    """The site said no to something that the demonstration relies on."""


class Visitor:
    """Somebody who is signed in at a site."""

    def __init__(self, http: aiohttp.ClientSession, username: str, token: str) -> None:
        self._http = http
        self.username = username
        self.token = token

    async def ask(
        self, method: str, path: str, body: Json | None = None, **headers: str
    ) -> dict[str, Any]:
        """Send one request under /api/v1 and return the answer's JSON, {} for none."""
        async with self._http.request(
            method, API + path, json=body, headers=self._headers(headers)
        ) as answer:
            return await _json_of(answer)

    async def send(self, method: str, path: str, body: bytes, content_type: str) -> dict[str, Any]:
        """Send bytes, a picture for example."""
        headers = self._headers({"Content-Type": content_type})
        async with self._http.request(method, API + path, data=body, headers=headers) as answer:
            return await _json_of(answer)

    async def wait_for(self, status: str, path: str) -> None:
        """Ask until the thing at `path` has this status. TimeoutError after a minute."""
        async with asyncio.timeout(STATUS_TIMEOUT_S):
            while (await self.ask("GET", path))["status"] != status:  # noqa: ASYNC110
                await asyncio.sleep(0.25)

    async def upload(self, recording: bytes, content_type: str) -> str:
        """Upload a recording in one step of tus and return the upload's id."""
        kind = base64.b64encode(content_type.encode()).decode()
        begin = self._headers(
            {
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(len(recording)),
                "Upload-Metadata": f"filetype {kind}",
            }
        )
        async with self._http.post(f"{API}/uploads", headers=begin) as answer:
            await _json_of(answer)
            place = answer.headers["Location"]
        go_on = self._headers(
            {
                "Tus-Resumable": "1.0.0",
                "Upload-Offset": "0",
                "Content-Type": "application/offset+octet-stream",
            }
        )
        async with self._http.patch(place, data=recording, headers=go_on) as answer:
            await _json_of(answer)
        return place.rsplit("/", 1)[1]

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **more}


async def sign_up(http: aiohttp.ClientSession, username: str) -> Visitor:
    """Make an account."""
    body = {"username": username, "email": f"{username}@vibecast.example", "password": PASSWORD}
    return await _enter(http, "/users", username, body)


async def sign_in(http: aiohttp.ClientSession, username: str) -> Visitor:
    """Sign in to an account of an earlier run."""
    return await _enter(http, "/sessions", username, {"login": username, "password": PASSWORD})


async def _enter(http: aiohttp.ClientSession, path: str, username: str, body: Json) -> Visitor:
    async with http.post(API + path, json=body) as answer:
        entered = await _json_of(answer)
    # A cookie would make every visitor of this client the last one who signed in.
    http.cookie_jar.clear()
    return Visitor(http, username, entered["token"])


async def _json_of(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    if answer.status >= 400:
        raise Refused(f"{answer.method} {answer.url.path}: {answer.status} {await answer.text()}")
    return dict(await answer.json()) if answer.content_type == "application/json" else {}
