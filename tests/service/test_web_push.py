"""Web push from the notification to the browser that reads it, by a push service of ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from community.fetching import open_fetcher
from community.notifications import Inbox
from community.push import Push
from community.push_routes import PushRoutes
from persistence.database import Database
from persistence.notifications import Notice, Notifications
from persistence.web_push import Subscriptions
from tasks import open_tasks
from tests.edge import PASSWORD, Client, Edge, open_edge
from tests.push_receiver import Browser, PushService, open_push_service, unpadded
from tests.recognition import VOUCHER, Pages

PATH = "/api/v1/push/subscription"


@dataclass
class PushSite:
    """A served node that pushes."""

    edge: Edge
    database: Database
    service: PushService
    inbox: Inbox
    pauses: list[float]

    async def subscribed(self, username: str) -> tuple[Client, Browser]:
        """Return somebody whose browser is pushed to."""
        person, browser = await self.edge.person(username), Browser()
        wanted = browser.subscription(self.service.endpoint(username))
        answer = await person.ask("PUT", PATH, wanted)
        assert (answer.status, answer.body["is_subscribed"]) == (200, True)
        return person, browser

    async def notify(self, notice: Notice) -> None:
        """Let something happen, as whoever causes it does."""
        async with self.database.transaction() as connection:
            woken = await Notifications(self.database).add(connection, [notice])
        self.inbox.wake(woken)
        await self.inbox.tell_woken()


@asynccontextmanager
async def open_site(database: Database, service: PushService) -> AsyncIterator[PushSite]:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    subscriptions = Subscriptions(database)
    routes = PushRoutes(subscriptions, voucher=VOUCHER, also_allow=[service.place]).routes()
    async with (
        open_fetcher(also_allow=[service.place]) as fetcher,
        open_edge(database, extra_routes=routes) as edge,
    ):
        push = Push(subscriptions, fetcher=fetcher, voucher=VOUCHER, clock=time.time, pause=pause)
        inbox = Inbox(Notifications(database), tell_user=Pages(), push=push.send_nowait)
        async with open_tasks(push.run()):
            yield PushSite(edge, database, service, inbox, pauses)


@pytest_asyncio.fixture
async def push_site(database: Database) -> AsyncIterator[PushSite]:
    """A node that pushes, and the push service that it pushes to."""
    async with open_push_service() as service, open_site(database, service) as site:
        yield site


def followed(person: Client, *, by: Client) -> Notice:
    return Notice(
        user_id=int(person.user_id),
        actor_id=int(by.user_id),
        type="follow",
        group_key="follow",
    )


def live(person: Client, *, who: Client, title: str = "A parser") -> Notice:
    return Notice(
        user_id=int(person.user_id),
        actor_id=int(who.user_id),
        type="live",
        related_type="stream",
        related_id=7,
        data={"title": title},
    )


async def test_browser_reads_what_its_owner_was_notified_of(push_site: PushSite) -> None:
    ann, browser = await push_site.subscribed("ann")
    bob = await push_site.edge.person("bob")
    await push_site.notify(live(ann, who=bob))
    request, body = await push_site.service.next()
    assert request.headers["Content-Encoding"] == "aes128gcm"
    assert (request.headers["TTL"], request.headers["Urgency"]) == ("3600", "high")
    assert request.headers["Authorization"].startswith("vapid t=")
    assert "User-Agent" in request.headers and "Cookie" not in request.headers
    assert b"A parser" not in body
    said = browser.read(body)
    assert b'"type":"live"' in said and b'"about":"A parser"' in said
    assert b'"actors":["bob"]' in said and b'"path":"/streams/7"' in said


async def test_page_learns_what_to_subscribe_with(push_site: PushSite) -> None:
    ann = await push_site.edge.person("ann")
    seen = await ann.ask("GET", PATH)
    assert seen.body == {"public_key": VOUCHER.public_key, "is_subscribed": False}
    assert len(unpadded(seen.body["public_key"])) == 65


async def test_every_browser_of_a_person_is_told_and_nobody_elses(push_site: PushSite) -> None:
    ann, _ = await push_site.subscribed("ann")
    bob, bobs = await push_site.subscribed("bob")
    again = await push_site.edge.nobody.ask(
        "POST", "/api/v1/sessions", {"login": "ann", "password": PASSWORD}
    )
    second = replace(ann, token=again.body["token"])
    await second.ask("PUT", PATH, Browser().subscription(push_site.service.endpoint("phone")))
    await push_site.notify(followed(ann, by=bob))
    told = {(await push_site.service.next())[0].path for _ in range(2)}
    assert told == {"/push/ann", "/push/phone"}
    await push_site.notify(followed(bob, by=ann))
    assert (await push_site.service.read_next(bobs))["path"] == "/users/ann"
    assert push_site.service.sent.empty()


async def test_signing_out_ends_it(push_site: PushSite) -> None:
    ann, _ = await push_site.subscribed("ann")
    bob, bobs = await push_site.subscribed("bob")
    await ann.ask("DELETE", "/api/v1/sessions/current")
    await push_site.notify(followed(ann, by=bob))
    await push_site.notify(followed(bob, by=ann))
    assert (await push_site.service.read_next(bobs))["actors"] == ["ann"]
    assert push_site.service.sent.empty()
    assert await push_site.database.fetchval("SELECT count(*) FROM push_subscriptions") == 1


async def test_switched_off_is_off(push_site: PushSite) -> None:
    ann, _ = await push_site.subscribed("ann")
    assert (await ann.ask("DELETE", PATH)).status == 204
    assert (await ann.ask("GET", PATH)).body["is_subscribed"] is False
    assert await push_site.database.fetchval("SELECT count(*) FROM push_subscriptions") == 0


async def test_type_that_is_not_wanted_is_not_pushed(push_site: PushSite) -> None:
    ann, browser = await push_site.subscribed("ann")
    bob = await push_site.edge.person("bob")
    await Notifications(push_site.database).set_preferences(int(ann.user_id), {"live": False})
    await push_site.notify(live(ann, who=bob))
    await push_site.notify(followed(ann, by=bob))
    assert (await push_site.service.read_next(browser))["type"] == "follow"
    assert push_site.service.sent.empty()


@pytest.mark.parametrize("status", [404, 410])
async def test_subscription_that_is_gone_is_forgotten(push_site: PushSite, status: int) -> None:
    ann, _ = await push_site.subscribed("ann")
    bob, bobs = await push_site.subscribed("bob")
    push_site.service.statuses = [status]
    await push_site.notify(followed(ann, by=bob))
    await push_site.service.next()
    async with asyncio.timeout(10):
        while (await ann.ask("GET", PATH)).body["is_subscribed"]:
            pass
    await push_site.notify(followed(bob, by=ann))
    assert (await push_site.service.read_next(bobs))["type"] == "follow"


async def test_busy_push_service_is_asked_again_twice_and_then_left_alone(
    push_site: PushSite,
) -> None:
    ann, browser = await push_site.subscribed("ann")
    bob = await push_site.edge.person("bob")
    push_site.service.statuses = [503, 429, 500]
    await push_site.notify(followed(ann, by=bob))
    for _ in range(3):
        assert (await push_site.service.read_next(browser))["type"] == "follow"
    await push_site.notify(live(ann, who=bob))
    assert (await push_site.service.read_next(browser))["type"] == "live"
    assert push_site.pauses == [2.0, 15.0]
    assert (await ann.ask("GET", PATH)).body["is_subscribed"] is True


async def test_browser_belongs_to_whoever_signed_in_there_last(push_site: PushSite) -> None:
    ann, browser = await push_site.subscribed("ann")
    bob = await push_site.edge.person("bob")
    same = browser.subscription(push_site.service.endpoint("ann"))
    assert (await bob.ask("PUT", PATH, same)).status == 200
    assert (await ann.ask("GET", PATH)).body["is_subscribed"] is False


async def test_long_words_still_fit(push_site: PushSite) -> None:
    ann, browser = await push_site.subscribed("ann")
    bob = await push_site.edge.person("bob")
    await push_site.notify(live(ann, who=bob, title="\N{GRINNING FACE}" * 5_000))
    assert (await push_site.service.read_next(browser))["path"] == "/streams/7"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/1",
        "https://127.0.0.1/1",
        "https://[::1]/1",
        "https://10.0.0.1/1",
        "https://push.example:8443/1",
        "https://user:word@push.example/1",
        "ftp://push.example/1",
        "javascript:alert(1)",
    ],
)
async def test_what_is_no_push_service_is_refused(database: Database, endpoint: str) -> None:
    routes = PushRoutes(Subscriptions(database), voucher=VOUCHER).routes()
    async with open_edge(database, extra_routes=routes) as edge:
        ann = await edge.person("ann")
        answer = await ann.ask("PUT", PATH, Browser().subscription(endpoint))
        assert answer.status in (400, 422)
        assert (await ann.ask("GET", PATH)).body["is_subscribed"] is False


async def test_name_that_leads_inside_is_never_connected_to(
    push_site: PushSite, database: Database
) -> None:
    """The address is looked at again when it is connected to: a name may lead anywhere by then."""
    ann, _ = await push_site.subscribed("ann")
    bob = await push_site.edge.person("bob")
    # As if the name had been an honest one when it was given.
    inside = push_site.service.endpoint("ann").replace("127.0.0.1", "localhost")
    async with open_fetcher() as strict:
        push = Push(Subscriptions(database), fetcher=strict, voucher=VOUCHER, clock=time.time)
        await database.execute(
            "UPDATE push_subscriptions SET endpoint = $1", inside.replace("http:", "https:")
        )
        inbox = Inbox(Notifications(database), tell_user=Pages(), push=push.send_nowait)
        async with open_tasks(push.run()):
            async with database.transaction() as connection:
                woken = await Notifications(database).add(connection, [followed(ann, by=bob)])
            inbox.wake(woken)
            await inbox.tell_woken()
            async with asyncio.timeout(10):
                await push.wait_idle()
    assert push_site.service.sent.empty()
