"""Somebody with a browser: what they do on the pages, said in their words."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import ConsoleMessage, Locator, Page, expect

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Picture:
    """What a player has decoded so far."""

    frames: int
    lost: int
    width: int
    state: str


class Person:
    """One person in front of one page."""

    def __init__(self, name: str, page: Page) -> None:
        self.name = name
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        # A refused request is the server's answer, which the page shows; Chromium logs it as well.
        refused = message.text.startswith(("Failed to load resource", "WebSocket connection to"))
        if message.type == "error" and not refused:
            self.errors.append(message.text)

    def part(self, name: str) -> Locator:
        """Return a part of the page by its test id."""
        return self.page.get_by_test_id(name)

    async def sign_up(self) -> None:
        """Make an account through the page."""
        await self.page.goto("/signup")
        await self.page.get_by_label("User name").fill(self.name)
        await self.page.get_by_label("E-mail").fill(f"{self.name}@vibecast.example")
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Create account").click()
        await expect(self.page).not_to_have_url("/signup")

    async def go_live(self, title: str) -> str:
        """Go live with the fake camera from the studio and return the stream's id."""
        await self.page.goto("/studio")
        await self.page.get_by_label("Title").fill(title)
        await self.part("go-live").click()
        await expect(self.part("publisher-state")).to_have_attribute(
            "data-state", "live", timeout=30_000
        )
        stream_id = await self.part("publisher-state").get_attribute("data-stream-id")
        assert stream_id is not None
        return stream_id

    async def watch(self, stream_id: str) -> None:
        """Open a stream's room and wait until the picture moves."""
        await self.page.goto(f"/streams/{stream_id}")
        await self.see_the_picture_move()

    async def picture(self) -> Picture:
        """Return what the player of this page has decoded so far."""
        return Picture(
            **await self.page.evaluate(
                """() => {
                    const player = document.querySelector('[data-testid="player"]');
                    const video = player?.querySelector('video');
                    const quality = video?.getVideoPlaybackQuality();
                    return {
                        frames: quality?.totalVideoFrames ?? 0,
                        lost: quality?.droppedVideoFrames ?? 0,
                        width: video?.videoWidth ?? 0,
                        state: player?.dataset.state ?? '',
                    };
                }"""
            )
        )

    async def see_the_picture_move(self, *, frames: int = 15) -> None:
        """Wait until the player has shown `frames` more frames."""
        before = (await self.picture()).frames
        await self.page.wait_for_function(
            """before => (document.querySelector('[data-testid="player"] video')
                ?.getVideoPlaybackQuality().totalVideoFrames ?? 0) >= before""",
            arg=before + frames,
            timeout=30_000,
        )

    async def say(self, text: str) -> None:
        """Write into the chat and see it acknowledged."""
        await self.part("chat-input").fill(text)
        await self.part("chat-input").press("Enter")
        await self.hear(text)

    async def hear(self, text: str) -> None:
        """See a chat message that is on disk (not one that is still being sent)."""
        message = self.part("chat-message").filter(has_text=text)
        await expect(message).to_have_count(1)
        await expect(message).not_to_have_attribute("data-pending", "true")

    async def type_code(self, text: str) -> None:
        """Type at the end of the shared document."""
        editor = self.part("editor").locator(".cm-content")
        await editor.click()
        await self.page.keyboard.press("Control+End")
        await self.page.keyboard.type(text)

    async def read_code(self, text: str) -> None:
        """See `text` in the shared document."""
        await expect(self.part("editor").locator(".cm-content")).to_contain_text(text)
