"""Addresses that are not what they seem, bytes that come again, sessions that are only begun."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession, TCPConnector
from aioice import stun
from pylibsrtp import Policy

from media.ports import MediaOptions
from media.rtcp import write_nack
from media.srtp import FrameBuffer, SrtpKeys, SrtpReceiver, SrtpSender
from tests.runtime.light_peer import H264, OPUS, LightPeer, open_light_peer
from tests.runtime.media_clients import (
    HandPublisher,
    HandViewer,
    certificate,
    open_publisher,
    open_viewer,
    post_offer,
)
from tests.runtime.media_server import KEY, MediaServer, open_media_server
from tests.runtime.whip_whep_rows import SDP, WATCHING, WHEP, WHIP

PATIENCE_S = 20


@pytest.fixture
def elsewhere() -> Iterator[socket.socket]:
    """Another address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.setblocking(False)
        opened.bind(("127.0.0.1", 0))
        yield opened


async def _sound_arrives(publisher: HandPublisher, viewer: HandViewer) -> None:
    payload = publisher.send_audio()
    await viewer.peer.wait_until(lambda: any(p.payload == payload for p in viewer.audio()))


async def _next(sock: socket.socket) -> stun.Message:
    async with asyncio.timeout(PATIENCE_S):
        return stun.parse_message(await asyncio.get_running_loop().sock_recv(sock, 2048))


def _send(sock: socket.socket, datagram: bytes, server: MediaServer) -> None:
    sock.sendto(datagram, ("127.0.0.1", server.media.port))


async def test_who_moves_is_followed(elsewhere: socket.socket) -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
    ):
        await _sound_arrives(publisher, viewer)
        viewer.peer.move(elsewhere)
        heard = len(viewer.audio())
        async with asyncio.timeout(PATIENCE_S):
            while len(viewer.audio()) == heard:
                await viewer.peer.check()
                publisher.send_audio()
        await _sound_arrives(publisher, viewer)


async def test_a_publisher_who_moves_is_followed(elsewhere: socket.socket) -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
    ):
        await _sound_arrives(publisher, viewer)
        publisher.peer.move(elsewhere)
        heard = len(viewer.audio())
        async with asyncio.timeout(PATIENCE_S):
            while len(viewer.audio()) == heard:
                await publisher.peer.check()
                publisher.send_audio()
        await _sound_arrives(publisher, viewer)


async def test_a_check_that_is_sent_again_from_elsewhere_draws_no_media_there(
    elsewhere: socket.socket,
) -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
    ):
        await _sound_arrives(publisher, viewer)
        for _ in range(5):
            _send(elsewhere, viewer.peer.write_check(), server)
            answer, asked_back = await _next(elsewhere), await _next(elsewhere)
            assert answer.message_class is stun.Class.RESPONSE
            assert asked_back.message_class is stun.Class.REQUEST
            # Whoever listened does not know the viewer's password, so this is all they can say.
            forged = stun.Message(
                message_method=stun.Method.BINDING,
                message_class=stun.Class.RESPONSE,
                transaction_id=asked_back.transaction_id,
            )
            forged.attributes["XOR-MAPPED-ADDRESS"] = ("127.0.0.1", 9)
            forged.add_message_integrity(secrets.token_hex(12).encode())
            _send(elsewhere, bytes(forged), server)
            await _sound_arrives(publisher, viewer)
        with pytest.raises(BlockingIOError):
            elsewhere.recv(2048)


async def test_a_session_does_not_take_the_address_of_another() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
        open_viewer(server) as thief,
    ):
        await _sound_arrives(publisher, viewer)
        for victim in (publisher.peer, viewer.peer):
            for _ in range(5):
                # As if the thief had written the victim's address into its datagrams.
                victim.send_raw(thief.peer.write_check())
                await _sound_arrives(publisher, viewer)
                await _sound_arrives(publisher, thief)


async def test_a_session_that_is_only_begun_does_not_take_the_address_of_another() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
        open_light_peer(certificate()) as thief,
    ):
        offer = thief.write_offer("recvonly", OPUS, H264)
        answer, _ = await post_offer(server, WHEP, offer, None)
        thief.read_ice(answer)
        for victim in (publisher.peer, viewer.peer):
            for _ in range(5):
                victim.send_raw(thief.write_check())
                await _sound_arrives(publisher, viewer)


async def test_whoever_is_let_in_and_speaks_nonsense_instead_of_dtls_harms_nobody() -> None:
    async with (
        open_media_server() as server,
        open_publisher(server) as publisher,
        open_viewer(server) as viewer,
        _begun(server) as hostile,
    ):
        for kind in range(20, 64):
            for length in (0, 1, 12, 13, 400):
                hostile.send_raw(bytes((kind, 254, 253)) + secrets.token_bytes(length))
            await _sound_arrives(publisher, viewer)
        assert server.media.statistics().viewers == 1


@asynccontextmanager
async def _begun(server: MediaServer) -> AsyncIterator[LightPeer]:
    """Open a viewer's session that comes as far as ICE."""
    async with open_light_peer(certificate()) as peer:
        answer, _ = await post_offer(server, WHEP, peer.write_offer("recvonly", OPUS, H264), None)
        peer.aim(answer)
        await peer.check()
        yield peer


async def test_a_session_that_stays_at_ice_ends_in_time() -> None:
    options = MediaOptions(port=0, addresses=("127.0.0.1",), handshake_limit_s=0.5)
    async with open_media_server(options) as server, open_light_peer(certificate()) as peer:
        answer, _ = await post_offer(server, WHIP, peer.write_offer("sendonly", OPUS, H264), KEY)
        peer.aim(answer)
        async with asyncio.timeout(PATIENCE_S):
            while server.media.statistics().half_open:
                peer.send_check()
                async with server.client.get(server.url + WHIP) as response:
                    assert response.status == 204


async def test_one_address_cannot_take_every_place() -> None:
    options = MediaOptions(port=0, addresses=("127.0.0.1",), half_open_limit_per_address=2)
    async with open_media_server(options) as server, open_publisher(server):
        url = server.url + WHEP
        statuses = []
        for _ in range(3):
            async with server.client.post(url, data=WATCHING, headers=SDP) as response:
                statuses.append((response.status, "Retry-After" in response.headers))
        assert statuses == [(201, False), (201, False), (503, True)]
        other = TCPConnector(local_addr=("127.0.0.2", 0))
        async with (
            ClientSession(connector=other) as somebody_else,
            somebody_else.post(url, data=WATCHING, headers=SDP) as response,
        ):
            assert response.status == 201


def test_what_comes_again_is_taken_once() -> None:
    key = secrets.token_bytes(44)
    keys = SrtpKeys(Policy.SRTP_PROFILE_AEAD_AES_256_GCM, key, key)
    sender, receiver = SrtpSender(keys, FrameBuffer()), SrtpReceiver(keys)
    packet = sender.protect(bytes.fromhex("80600001000000000000002a") + b"picture")
    report = sender.protect_rtcp(write_nack(1, 42, [7]))
    assert packet is not None
    assert receiver.unprotect(packet) is not None
    assert receiver.unprotect_rtcp(report) is not None
    assert [receiver.unprotect(packet) for _ in range(3)] == [None] * 3
    assert [receiver.unprotect_rtcp(report) for _ in range(3)] == [None] * 3
