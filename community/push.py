"""Telling people what they were notified of where no page of theirs is open: web push.

`Push.send_nowait` is called with what the inbox has just told, after the commit, and never waits.
The queue is bounded: what does not fit is not pushed, and stands in the inbox as everything does.
A browser shows nothing while one of its own pages is looked at; only it knows whether one is.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from yarl import URL

from community.fetching import Fetcher, FetchFailed, open_fetcher
from community.push_encryption import MESSAGE_LIMIT_BYTES, Voucher, encrypted
from errors import VibecastError
from persistence.notifications import Group
from persistence.web_push import Subscription, Subscriptions
from tasks import open_tasks

logger = structlog.get_logger(__name__)

QUEUED_LIMIT = 1_000
WORKERS = 4
# A push service that is busy is asked again twice, then left alone: the inbox has it anyway.
PAUSES_S = (2.0, 15.0)
DAY_S = 24 * 3600
# Who is told an hour later that somebody is live is told nothing.
LIVE_FOR_S = 3600
TOPIC_CHARS = 32
EXCERPT_CHARS = 300
_GONE = (404, 410)
_AGAIN = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class _Message:
    user_id: int
    group: Group


class Push:
    """The way from the inbox to browsers. Made by `open_push`."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        *,
        fetcher: Fetcher,
        voucher: Voucher,
        clock: Callable[[], float],
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._subscriptions = subscriptions
        self._fetcher = fetcher
        self._voucher = voucher
        self._clock = clock
        self._pause = pause
        self._queue: asyncio.Queue[_Message] = asyncio.Queue(QUEUED_LIMIT)

    def send_nowait(self, user_id: int, group: Group) -> None:
        """Send this to every browser of the user's that asked for it, soon."""
        try:
            self._queue.put_nowait(_Message(user_id, group))
        except asyncio.QueueFull:
            logger.warning("not pushed", reason="too much waits", user_id=user_id)

    async def wait_idle(self) -> None:
        """Wait until all that was to be sent has been tried."""
        await self._queue.join()

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(WORKERS):
                tasks.create_task(self._work())

    async def _work(self) -> None:
        while True:
            message = await self._queue.get()
            try:
                for subscription in await self._subscriptions.of_user(message.user_id):
                    await self._send(subscription, message.group)
            except VibecastError as error:
                logger.warning("not pushed", error=error.code, user_id=message.user_id)
            finally:
                self._queue.task_done()

    async def _send(self, subscription: Subscription, group: Group) -> None:
        body = encrypted(message_of(group), p256dh=subscription.p256dh, auth=subscription.auth)
        origin = str(URL(subscription.endpoint).origin())
        for pause_s in (*PAUSES_S, None):
            headers = {
                "Authorization": self._voucher.header(origin, now=self._clock()),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                **_urgency(group),
            }
            try:
                status = await self._fetcher.post(subscription.endpoint, body, headers=headers)
            except FetchFailed as failed:
                logger.info("not pushed", reason=str(failed), origin=origin)
                return
            if status in _GONE:
                await self._subscriptions.drop(subscription)
                return
            if status not in _AGAIN:
                if not 200 <= status < 300:
                    logger.warning("not pushed", status=status, origin=origin)
                return
            if pause_s is not None:
                await self._pause(pause_s)
        logger.info("not pushed", reason="busy", origin=origin)


def message_of(group: Group) -> bytes:
    """Return what the browser is told: the service worker makes a sentence of it in the language
    of the page that subscribed."""
    data = {key: _cut(value) for key, value in group.data.items()}
    message = {
        "id": str(group.id),
        "type": group.type,
        "kind": group.related_type,
        "actors": [actor.username for actor in group.actors],
        "actors_count": group.actors_count,
        "about": data.get("excerpt") or data.get("title") or data.get("name") or "",
        "path": path_of(group),
        "tag": group.group_key or str(group.id),
        "created_at": group.created_at.isoformat(),
    }
    text = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) <= MESSAGE_LIMIT_BYTES:
        return text
    return json.dumps({**message, "about": ""}, separators=(",", ":")).encode()


def path_of(group: Group) -> str:
    """Return the page where it leads."""
    room = group.data.get("stream_id")
    match group.type, group.related_type:
        case ("follow", _) if group.actors:
            return f"/users/{group.actors[0].username}"
        case "removal", _:
            return "/removed"
        case "badge", _:
            return "/leaderboards"
        case _, ("post" | "video" | "stream" | "challenge" | "comment" as kind):
            return f"/{kind}s/{group.related_id}"
        case _ if room is not None:
            return f"/streams/{room}"
    return "/notifications"


def _cut(value: Any) -> Any:
    return value[:EXCERPT_CHARS] if isinstance(value, str) else value


def _urgency(group: Group) -> dict[str, str]:
    """Return what the push service is to know of it; a topic replaces what still waits there."""
    key = hashlib.sha256((group.group_key or str(group.id)).encode()).digest()
    topic = base64.urlsafe_b64encode(key).decode()[:TOPIC_CHARS]
    if group.type == "live":
        return {"TTL": str(LIVE_FOR_S), "Urgency": "high", "Topic": topic}
    return {"TTL": str(DAY_S), "Urgency": "normal", "Topic": topic}


@asynccontextmanager
async def open_push(
    subscriptions: Subscriptions, *, voucher: Voucher, clock: Callable[[], float]
) -> AsyncIterator[Push]:
    """Push for the length of the block. What still waits at its end is not pushed."""
    async with open_fetcher() as fetcher:
        push = Push(subscriptions, fetcher=fetcher, voucher=voucher, clock=clock)
        async with open_tasks(push.run()):
            yield push
