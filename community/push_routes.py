"""The REST edge of web push: one subscription for the session that asks."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from typing import Annotated

from pydantic import Field, StringConstraints
from yarl import URL

from community.fetching import FetchFailed, Place, check_url
from community.push_encryption import AUTH_BYTES, Voucher, is_point
from errors import Unprocessable
from persistence.web_push import Subscription, Subscriptions
from server.gate import Access
from server.routing import Call, Route
from server.wire import Given, Told

ENDPOINT_MAX_CHARS = 1_000
_Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+={0,2}$", max_length=100)]


class Keys(Given):
    """The browser's keys, base64url."""

    p256dh: _Base64
    auth: _Base64


class Wanted(Given):
    """What `PushSubscription.toJSON()` gives."""

    endpoint: Annotated[
        str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=ENDPOINT_MAX_CHARS)
    ]
    keys: Keys
    expiration_time: Annotated[float | None, Field(alias="expirationTime")] = None


class PushJson(Told):
    """What to subscribe with, and whether this session has."""

    public_key: str
    is_subscribed: bool


class PushRoutes:
    """See, make and end the subscription of one's own session."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        *,
        voucher: Voucher,
        also_allow: Collection[Place] = (),
    ) -> None:
        self._subscriptions = subscriptions
        self._voucher = voucher
        self._also_allow = also_allow

    def routes(self) -> list[Route]:
        """Return the table."""
        path = "/api/v1/push/subscription"
        return [
            Route(
                "GET",
                path,
                self._see,
                summary="See whether this session is pushed to, and what to subscribe with",
                access=Access.SIGNED_IN,
            ),
            Route(
                "PUT",
                path,
                self._subscribe,
                summary="Push what you are notified of to this browser, until the session ends",
                access=Access.SIGNED_IN,
                errors=(Unprocessable,),
            ),
            Route(
                "DELETE",
                path,
                self._unsubscribe,
                summary="Push nothing to this session any more",
                access=Access.SIGNED_IN,
                status=204,
            ),
        ]

    async def _see(self, call: Call[None, None]) -> PushJson:
        session_hash = call.signed_in.session_hash
        is_subscribed = await self._subscriptions.is_subscribed(session_hash)
        return PushJson(public_key=self._voucher.public_key, is_subscribed=is_subscribed)

    async def _subscribe(self, call: Call[Wanted, None]) -> PushJson:
        given = call.body
        self._check(given.endpoint)
        p256dh, auth = _decoded(given.keys.p256dh), _decoded(given.keys.auth)
        if not is_point(p256dh) or len(auth) != AUTH_BYTES:
            raise Unprocessable("these are not the keys of a push subscription")
        subscription = Subscription(given.endpoint, p256dh, auth)
        who = call.signed_in
        await self._subscriptions.subscribe(who.session_hash, subscription, user_id=who.user_id)
        return PushJson(public_key=self._voucher.public_key, is_subscribed=True)

    async def _unsubscribe(self, call: Call[None, None]) -> None:
        await self._subscriptions.unsubscribe(call.signed_in.session_hash)

    def _check(self, endpoint: str) -> None:
        """Refuse what is no push service. Looked at again at each sending, address and all."""
        try:
            url = URL(endpoint)
            check_url(url, also_allow=self._also_allow)
        except (ValueError, FetchFailed) as error:
            raise Unprocessable("the endpoint is no address of a push service") from error
        if url.scheme != "https" and not self._also_allow:
            raise Unprocessable("the endpoint is no address of a push service")


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return b""
