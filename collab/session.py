"""One connected client, from its first frame to its close.

The read loop is the whole session: the way out needs no task (see `connection.py`). It ends when
the client hangs up, says something that is no message, or is ended by the document, which brings
the loop's deadline forward.
"""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import WSMsgType, web

from collab.connection import BAD_MESSAGE, Connection
from collab.document import DocumentBroken
from collab.live_document import LiveDocument
from collab.protocol import read_message
from errors import BadMessage

logger = structlog.get_logger(__name__)

# The largest honest message is a client's whole offline work in one step 2.
MESSAGE_LIMIT_BYTES = 2 * 1024 * 1024
HEARTBEAT_S = 25.0
CLOSE_TIMEOUT_S = 2.0
# aiohttp hands over frames that are already there without a turn of the loop: one client that
# floods must let the others have theirs.
MESSAGES_A_TURN = 64


def new_socket() -> web.WebSocketResponse:
    """Return a socket for a document. Not compressed: updates are small and deflate is not free."""
    return web.WebSocketResponse(
        compress=False,
        max_msg_size=MESSAGE_LIMIT_BYTES,
        heartbeat=HEARTBEAT_S,
        timeout=CLOSE_TIMEOUT_S,
    )


async def serve_client(
    socket: web.WebSocketResponse, connection: Connection, live: LiveDocument
) -> None:
    """Run one client's session on an open socket. A failing client ends alone."""
    live.join(connection)
    try:
        async with asyncio.timeout(None) as deadline:
            connection.end_within(deadline)
            await _read(socket, connection, live)
    except BadMessage as error:
        logger.info("a client sent a bad message", connection_id=connection.id, error=str(error))
        connection.closed = connection.closed or BAD_MESSAGE
    except DocumentBroken:
        connection.closed = connection.closed or BAD_MESSAGE
    except TimeoutError:
        # Ended by the document; the reason is in `closed`.
        pass
    finally:
        connection.left()
        live.leave(connection)
    await _close(socket, connection)


async def _read(socket: web.WebSocketResponse, connection: Connection, live: LiveDocument) -> None:
    messages = 0
    async for frame in socket:
        if frame.type is not WSMsgType.BINARY:
            raise BadMessage("Messages are binary.")
        message = read_message(frame.data)
        await live.wait_ready()
        live.receive(connection, message)
        await connection.wait_caught_up()
        messages += 1
        if messages % MESSAGES_A_TURN == 0:
            await asyncio.sleep(0)


async def _close(socket: web.WebSocketResponse, connection: Connection) -> None:
    """Say why, within a time limit: one who does not read will not read the close either."""
    if connection.closed is None or socket.closed:
        return
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await socket.close(
                code=connection.closed.code, message=connection.closed.reason.encode()
            )
    except TimeoutError:
        connection.abort()
