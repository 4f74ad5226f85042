"""The README's pictures of the product, taken of a `make demo` that runs: `make screenshots`.

Needs the tests' Chromium; writes docs/screenshots/.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright

from demo.node import ROOT
from demo.story import PASSWORD

FOLDER = ROOT / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
# Faces, pictures and the editor come after the page's own words.
SETTLE_MS = 2_500
ROOM_SETTLE_MS = 8_000


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: who looks at what, on what."""

    name: str
    path: str
    scheme: Literal["light", "dark"]
    phone: bool = False
    username: str = "kaveh"


SHOTS = (
    Shot("home", "/", "dark"),
    Shot("room", "{live}", "dark"),
    Shot("room-light", "{live}", "light"),
    Shot("room-phone", "{live}", "dark", phone=True),
    Shot("posts", "/posts", "light"),
    Shot("posts-phone", "/posts", "light", phone=True),
    Shot("videos", "/videos", "dark"),
    Shot("challenges", "/challenges", "light"),
    Shot("profile", "/users/lena", "dark"),
    Shot("leaderboards-phone", "/leaderboards", "dark", phone=True),
    Shot("studio", "/studio", "dark", username="lena"),
    Shot("moderation", "/moderation", "light", username="mira"),
)


async def take(url: str) -> None:
    """Take every picture of the site at `url`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", CHROMIUM),
            args=[
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                "--autoplay-policy=no-user-gesture-required",
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
            ],
        )
        for shot in SHOTS:
            await _take(browser, url, shot)
        await browser.close()


async def _take(browser: Browser, url: str, shot: Shot) -> None:
    context = await browser.new_context(
        base_url=url,
        viewport={"width": 390, "height": 844} if shot.phone else {"width": 1366, "height": 860},
        device_scale_factor=2 if shot.phone else 1,
        is_mobile=shot.phone,
        has_touch=shot.phone,
        color_scheme=shot.scheme,
        permissions=["camera", "microphone"],
    )
    page = await context.new_page()
    await _sign_in(page, shot.username)
    is_room = shot.path == "{live}"
    await page.goto(await _live(page) if is_room else shot.path)
    await page.wait_for_timeout(ROOM_SETTLE_MS if is_room else SETTLE_MS)
    await page.screenshot(path=FOLDER / f"{shot.name}.jpg", type="jpeg", quality=82)
    await context.close()


async def _sign_in(page: Page, username: str) -> None:
    await page.goto("/signin")
    await page.get_by_label("User name or e-mail").fill(username)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda address: not address.endswith("/signin"))


async def _live(page: Page) -> str:
    answer = await page.request.get("/api/v1/streams?status=live")
    [live, *_] = (await answer.json())["items"]
    return f"/streams/{live['id']}"


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.screenshots")
    parser.add_argument("--url", default="http://localhost:8080")
    asyncio.run(take(parser.parse_args().url))
    return 0


if __name__ == "__main__":
    sys.exit(main())
