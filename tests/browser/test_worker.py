"""The service worker: the page for when the server is away, and pushed notifications."""

from __future__ import annotations

import json
import re

import pytest
from playwright.async_api import Page, Worker, expect

from tests.browser.conftest import PeopleFactory
from tests.browser.person import Person
from tests.node import NodeProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Chromium's own push service is somewhere on the network; what the browser gives is stood in for.
SUBSCRIBING = """() => {
  const keys = { p256dh: "P256DH", auth: "BTBZMqHH6r4Tts7J_aSIgg" };
  const made = {
    endpoint: "https://push.example/ann",
    options: { applicationServerKey: null },
    toJSON: () => ({ endpoint: "https://push.example/ann", expirationTime: null, keys }),
    unsubscribe: async () => { localStorage.removeItem("pushed"); return true; },
  };
  const { prototype } = PushManager;
  prototype.subscribe = async () => { localStorage.setItem("pushed", "1"); return made; };
  prototype.getSubscription = async () => (localStorage.getItem("pushed") ? made : null);
}""".replace(
    "P256DH",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
)
TOLD = {
    "id": "1",
    "type": "live",
    "kind": "stream",
    "actors": ["grace"],
    "actors_count": 1,
    "about": "A parser",
    "path": "/videos",
    "tag": "live:7",
    "created_at": "2026-11-22T14:00:00+00:00",
}


async def with_worker(person: Person, path: str = "/") -> Page:
    """Open a page and wait until the worker looks after the site."""
    await person.page.goto(path)
    await person.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return person.page


async def test_page_says_that_the_server_is_away_and_comes_back_by_itself(
    people: PeopleFactory, node: NodeProcess
) -> None:
    guest = await people.guest()
    page = await with_worker(guest, "/challenges")
    await node.kill()
    await page.goto("/videos")
    await expect(page.get_by_role("heading", name="The server cannot be reached")).to_be_visible()
    await expect(page.get_by_role("heading", name="nicht zu erreichen")).to_be_hidden()
    colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour != "rgba(0, 0, 0, 0)", "the page is styled, although nothing can be fetched"
    await node.start()
    await expect(page.get_by_role("heading", level=1, name="Videos")).to_be_attached(timeout=40_000)
    await expect(page).to_have_url(re.compile("/videos$"))


async def test_worker_keeps_no_file_of_the_app(people: PeopleFactory) -> None:
    guest = await people.guest()
    page = await with_worker(guest)
    await expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    kept = await page.evaluate("""async () => {
      const names = await caches.keys();
      const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return all.flat().map(({ url }) => new URL(url).pathname);
    }""")
    assert "/offline" in kept
    others = [path for path in kept if path != "/offline"]
    assert all(
        re.search(r"/(tokens|base|controls|shell|offline)\.css$", path)
        or re.search(r"/(theme-at-once|offline)\.js$", path)
        for path in others
    ), kept


async def test_device_is_told_while_nobody_looks(people: PeopleFactory) -> None:
    member = await people.member()
    page, context = member.page, member.page.context
    await context.grant_permissions(["notifications"])
    await context.add_init_script(f"({SUBSCRIBING})()")
    await with_worker(member, "/settings")
    switch = page.get_by_role("switch", name="Tell me on this device")
    await expect(member.part("push-state")).to_have_text("Off.")
    await switch.click()
    await expect(member.part("push-state")).to_have_text("On. This device is told.")
    await page.reload()
    await expect(switch).to_be_checked()

    # While a page is looked at nothing is shown; when none is, the words are those of its language.
    worker = context.service_workers[0]
    assert await shown_after(worker, TOLD) == []
    await page.goto("about:blank")
    assert await shown_after(worker, TOLD) == ["grace is live\nA parser"]

    await page.goto("/settings")
    await switch.click()
    await expect(member.part("push-state")).to_have_text("Off.")
    seen = await member.ask_server("GET", "/push/subscription")
    assert seen["is_subscribed"] is False


async def shown_after(worker: Worker, message: dict[str, object]) -> list[str]:
    """Push to the worker, and return what stands on the screen afterwards."""
    shown: list[str] = await worker.evaluate(
        """async (text) => {
          const waited = [];
          const event = new ExtendableEvent("push");
          Object.defineProperty(event, "data", { value: { json: () => JSON.parse(text) } });
          event.waitUntil = (work) => waited.push(work);
          self.dispatchEvent(event);
          await Promise.all(waited);
          return (await self.registration.getNotifications()).map(({ body }) => body);
        }""",
        json.dumps(message),
    )
    return shown
