"""Anything at all sent to a document: it costs at most whoever sends it, and nobody else."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Text
from structlog.testing import capture_logs

from collab import protocol
from collab.protocol import PresenceEntry
from tests.documents import Person, Site

_HARMLESS = ("debug", "info", "warning")


def _updates() -> list[bytes]:
    """Return real edits to damage: typing, deleting, in several scripts, one on another."""
    doc: Doc[Text] = Doc(client_id=77)
    text = doc.get("code", type=Text)
    updates: list[bytes] = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    for number, word in enumerate(("héllo\n", "😀", "x" * 200, "界\n")):
        text.insert(len(text) // (number + 1), word)
    del text[0:8]
    doc.unobserve(subscription)
    return [*updates, doc.get_update()]


UPDATES = _updates()

_updates_damaged = st.builds(
    lambda update, at, put: update[: at % (len(update) + 1)] + put + update[at % len(update) :],
    st.sampled_from(UPDATES),
    st.integers(0, 500),
    st.binary(max_size=6),
)
_states = st.one_of(
    st.binary(max_size=64),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=8,
    ).map(lambda state: json.dumps(state).encode()),
)
_entries = st.lists(
    st.builds(
        PresenceEntry,
        client_id=st.integers(0, 2**53 - 1),
        clock=st.integers(0, 2**53 - 1),
        state=_states,
    ),
    max_size=3,
)
_messages = st.one_of(
    st.binary(max_size=200),
    st.one_of(st.sampled_from(UPDATES), _updates_damaged).map(protocol.sync_update),
    st.one_of(st.sampled_from(UPDATES), _updates_damaged).map(protocol.sync_step_2),
    st.binary(max_size=40).map(protocol.sync_step_1),
    _entries.map(protocol.awareness),
    st.just(b"\x03"),
    st.integers(4, 200).map(lambda kind: protocol.varuint(kind) + b"\x01\x02"),
    st.text(max_size=20),
)
# What is no WebSocket frame, or one that a client may not send.
_lines = st.one_of(
    st.binary(min_size=1, max_size=80),
    st.builds(
        lambda first, length, rest: bytes((first, length)) + rest,
        st.integers(0, 255),
        st.integers(0, 255),
        st.binary(max_size=40),
    ),
)


async def _send_raw(site: Site, session_id: int, person: Person, line: bytes) -> None:
    """Open a WebSocket by hand and send what no library would."""
    port = int(site.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /collab/{session_id} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {person.token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.write(line)
    writer.write_eof()
    await reader.read()
    writer.close()
    await writer.wait_closed()


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(messages=st.lists(_messages, max_size=12), line=st.none() | _lines)
async def test_whatever_is_sent_others_type_on(
    site: Site, messages: list[bytes | str], line: bytes | None
) -> None:
    unhandled: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: unhandled.append(what))
    owner = await site.person()
    session_id = await site.code_session(owner)
    good, watcher = await site.open(session_id, owner), await site.open(session_id)
    with capture_logs() as logs:
        hostile = await site.socket(session_id, owner)
        try:
            for message in messages:
                await (
                    hostile.send_str(message)
                    if isinstance(message, str)
                    else hostile.send_bytes(message)
                )
        except (ConnectionError, aiohttp.ClientError):
            pass  # ended already
        if line is not None:
            await _send_raw(site, session_id, owner, line)
        await good.type("still here")
        await good.wait_saved()
        await watcher.wait(lambda: "still here" in str(watcher.text))
        await hostile.close()
        # Whatever was accepted of it is everybody's.
        await good.type("!")
        await good.wait_saved()
        await watcher.wait(lambda: str(watcher.text) == str(good.text))
        late = await site.open(session_id)
        assert str(late.text) == str(good.text)
    assert unhandled == []
    assert [log for log in logs if log["log_level"] not in _HARMLESS] == []
    for client in (good, watcher, late):
        await client.socket.close()
