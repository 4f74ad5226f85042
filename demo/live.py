"""The live stream of the demonstration: a drawn camera, code being typed, people chatting."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count, cycle
from typing import Any

import aiohttp
from pycrdt import Doc, Text, create_sync_message, create_update_message, handle_sync_message

from demo import story
from demo.node import ROOT
from demo.room_client import RoomClient, open_room_client
from demo.visitor import Visitor

Visitors = Mapping[str, Visitor]
CHAT_PAUSE_S = (2.0, 6.0)
# Whoever looks first finds a stream that has been going on for a while.
SAID_AT_ONCE = 8
TYPED_AT_ONCE = len(story.CODE) * 2 // 3
LETTER_PAUSE_S = (0.04, 0.16)


async def go_live(
    http: aiohttp.ClientSession, url: str, visitors: Visitors, *, on_begun: Callable[[], None]
) -> None:
    """Stream until cancelled; `on_begun` is called when there is something to be seen."""
    streamer = visitors[story.STREAMER]
    about = {"title": story.LIVE_TITLE, "description": story.LIVE_DESCRIPTION}
    stream = await streamer.ask("POST", "/streams", about)
    stream_id, key = stream["id"], stream["stream_key"]
    try:
        async with open_camera(f"{url}/whip/{stream_id}", key):
            await streamer.wait_for("live", f"/streams/{stream_id}")
            await _hold_the_room(http, visitors, stream_id, on_begun=on_begun)
    finally:
        await asyncio.shield(streamer.ask("POST", f"/streams/{stream_id}/end"))


@asynccontextmanager
async def open_camera(whip_url: str, key: str) -> AsyncIterator[None]:
    """Publish the drawn screen for the length of the block."""
    with tempfile.TemporaryDirectory() as folder:
        camera = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "demo.camera",
            whip_url,
            folder,
            cwd=ROOT,
            stdin=PIPE,
            start_new_session=True,
        )
        assert camera.stdin is not None
        camera.stdin.write(f"{key}\n".encode())
        try:
            yield
        finally:
            camera.stdin.close()
            await camera.wait()


async def _hold_the_room(
    http: aiohttp.ClientSession,
    visitors: Visitors,
    stream_id: str,
    *,
    on_begun: Callable[[], None],
) -> None:
    streamer = visitors[story.STREAMER]
    made = {"title": "bucket.py", "language": "python"}
    session = await streamer.ask("POST", f"/streams/{stream_id}/code-sessions", made)
    session_id = session["id"]
    async with AsyncExitStack() as room:
        people = {
            name: await room.enter_async_context(open_room_client(http, visitor))
            for name, visitor in visitors.items()
        }
        for person in people.values():
            await person.call("room:join", {"stream_id": stream_id})
        written = asyncio.Event()
        async with asyncio.TaskGroup() as evening:
            evening.create_task(_type(http, streamer, session_id, written=written))
            evening.create_task(_chat(people, stream_id, on_begun=on_begun))
            evening.create_task(_ask_everybody(people, stream_id))
            evening.create_task(_suggest(people, session_id, after=written))


async def _chat(
    people: Mapping[str, RoomClient], stream_id: str, *, on_begun: Callable[[], None]
) -> None:
    for number, (username, content) in zip(count(), cycle(story.CHAT), strict=False):
        if number == SAID_AT_ONCE:
            on_begun()
        message = {"stream_id": stream_id, "content": content, "client_id": f"{username}-{number}"}
        await people[username].call("chat:send", message)
        await asyncio.sleep(random.uniform(*CHAT_PAUSE_S) if number >= SAID_AT_ONCE else 0)


async def _ask_everybody(people: Mapping[str, RoomClient], stream_id: str) -> None:
    question, options = story.POLL
    opened = await people[story.STREAMER].call(
        "poll:open", {"stream_id": stream_id, "question": question, "options": list(options)}
    )
    poll: Mapping[str, Any] = opened["poll"]
    choices = [option["id"] for option in poll["options"]]
    for place, (username, person) in enumerate(people.items()):
        if username != story.STREAMER:
            await asyncio.sleep(random.uniform(*CHAT_PAUSE_S))
            vote = {"poll_id": poll["id"], "option_id": choices[(place * place) % len(choices)]}
            await person.call("poll:vote", vote)


async def _suggest(
    people: Mapping[str, RoomClient], session_id: str, *, after: asyncio.Event
) -> None:
    await after.wait()
    first, last = story.SUGGESTION_LINES
    lines = {"line_start": first, "line_end": last, "content": story.SUGGESTION}
    made = await people[story.SUGGESTER].call(
        "suggestion:create", {"session_id": session_id, "client_id": "guard", **lines}
    )
    for username, person in people.items():
        if username not in (story.SUGGESTER, story.STREAMER):
            vote = {"suggestion_id": made["suggestion"]["id"], "value": 1}
            await person.call("suggestion:vote", vote)


async def _type(
    http: aiohttp.ClientSession, streamer: Visitor, session_id: str, *, written: asyncio.Event
) -> None:
    """Type the story's code as a person would, then go on with remarks at its end."""
    ticket = (await streamer.ask("POST", f"/code-sessions/{session_id}/tickets"))["ticket"]
    code = Text()
    document: Doc[Text] = Doc({"code": code})
    async with http.ws_connect(f"/collab/{session_id}?ticket={ticket}") as socket:
        await socket.send_bytes(create_sync_message(document))
        async with asyncio.TaskGroup() as typing:
            typing.create_task(_follow(socket, document))
            edits: asyncio.Queue[bytes] = asyncio.Queue(maxsize=100)
            watching = document.observe(lambda event: edits.put_nowait(event.update))
            try:
                await _press_keys(code, edits, socket, written=written)
            finally:
                document.unobserve(watching)


async def _follow(socket: aiohttp.ClientWebSocketResponse, document: Doc[Text]) -> None:
    async for message in socket:
        # y-websocket: 0 is sync, the only kind that this typist answers.
        if message.type is aiohttp.WSMsgType.BINARY and message.data[0] == 0:
            answer = handle_sync_message(message.data[1:], document)
            if answer is not None:
                await socket.send_bytes(answer)


async def _press_keys(
    code: Text,
    edits: asyncio.Queue[bytes],
    socket: aiohttp.ClientWebSocketResponse,
    *,
    written: asyncio.Event,
) -> None:
    remarks = (f"\n# next: {remark}\n" for remark in cycle(("two nodes", "a test clock", "names")))
    code += story.CODE[:TYPED_AT_ONCE]
    await _type_text(story.CODE[TYPED_AT_ONCE:], code, edits, socket)
    written.set()
    for remark in remarks:
        await asyncio.sleep(20)
        typed = await _type_text(remark, code, edits, socket)
        await asyncio.sleep(6)
        end = len(code)
        del code[end - typed : end]
        await _send(edits, socket)


async def _type_text(
    text: str, code: Text, edits: asyncio.Queue[bytes], socket: aiohttp.ClientWebSocketResponse
) -> int:
    for letter in text:
        code += letter
        await _send(edits, socket)
        await asyncio.sleep(random.uniform(*LETTER_PAUSE_S))
    return len(text)


async def _send(edits: asyncio.Queue[bytes], socket: aiohttp.ClientWebSocketResponse) -> None:
    while not edits.empty():
        await socket.send_bytes(create_update_message(edits.get_nowait()))
