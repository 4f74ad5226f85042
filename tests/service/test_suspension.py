"""A suspension on a whole node: what the account had open ends at once."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
import socketio

from tests.site import Site

WAIT_S = 10.0


async def test_open_sockets_of_a_suspended_account_end_at_once(whole_site: Site) -> None:
    ann, mod = await whole_site.person("ann"), await whole_site.person("mod", "moderator")
    stream = (await ann.ask("POST", "/api/v1/streams", {"title": "s"})).body
    code = {"title": "c", "language": "python"}
    session = await ann.ask("POST", f"/api/v1/streams/{stream['id']}/code-sessions", code)

    told: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    room = socketio.AsyncClient(reconnection=False, http_session=whole_site.http)
    room.on("server:closing", told.put)
    await room.connect(
        whole_site.url, transports=["websocket"], auth={"token": ann.token}, wait_timeout=20
    )
    document = await whole_site.http.ws_connect(
        f"{whole_site.url}/collab/{session.body['id']}",
        headers={"Authorization": f"Bearer {ann.token}"},
    )

    path = "/api/v1/users/ann/suspension"
    assert (await mod.ask("PUT", path, {"reason": "spam"})).status == 200
    async with asyncio.timeout(WAIT_S):
        assert (await told.get())["code"] == "session-ended"
        await room.wait()
        while not document.closed:
            await document.receive()
    with pytest.raises(socketio.exceptions.ConnectionError):
        await room.connect(
            whole_site.url, transports=["websocket"], auth={"token": ann.token}, wait_timeout=20
        )
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        await whole_site.http.ws_connect(
            f"{whole_site.url}/collab/{session.body['id']}",
            headers={"Authorization": f"Bearer {ann.token}"},
        )
    await room.shutdown()
