"""Somebody with a browser: what they do on the pages, said in their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

    def __init__(self, name: str, page: Page, *, has_phone: bool = False) -> None:
        self.name = name
        self.page = page
        self.has_phone = has_phone
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        # A refused request is the server's answer, which the page shows; Chromium logs it as well.
        # So is a socket that the server closes, at a sign-out, while the page is writing to it.
        refused = message.text.startswith(
            (
                "Failed to load resource",
                "WebSocket connection to",
                "WebSocket is already in CLOSING",
            )
        )
        if message.type == "error" and not refused:
            self.errors.append(message.text)

    def part(self, name: str) -> Locator:
        """Return a part of the page by its test id."""
        return self.page.get_by_test_id(name)

    async def turn_to(self, panel: str) -> None:
        """Have a panel of the room before one: on a phone it stands behind a tab."""
        if self.has_phone:
            await self.part(f"tab-{panel}").click()
        elif panel in ("chat", "questions"):
            await self.part(f"side-{panel}").click()

    async def sign_up(self) -> None:
        """Make an account through the page."""
        await self.page.goto("/signup")
        await self.page.get_by_label("User name").fill(self.name)
        await self.page.get_by_label("E-mail").fill(f"{self.name}@vibecast.example")
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Create account").click()
        await expect(self.page).not_to_have_url("/signup")

    async def sign_in(self) -> None:
        """Sign in through the page."""
        await self.page.goto("/signin")
        await self.page.get_by_label("User name or e-mail").fill(self.name)
        await self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        await self.page.get_by_role("button", name="Sign in").click()
        await expect(self.page).not_to_have_url("/signin")

    async def ask_server(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Do something over the REST API that is not what the test is about."""
        api = "/api/v1"
        me = await (await self.page.request.get(f"{api}/users/me")).json()
        answer = await self.page.request.fetch(
            api + path, method=method, data=body, headers={"X-CSRF-Token": me["csrf_token"]}
        )
        assert answer.ok, await answer.text()
        text = await answer.text()
        return dict(await answer.json()) if text else {}

    async def go_live(self, title: str, *, picture: str | None = None) -> str:
        """Go live with the fake camera from the studio and return the stream's id.

        `picture` is how the size to send begins in the studio's list.
        """
        await self.page.goto("/studio")
        if picture is not None:
            options = self.part("quality").locator("option")
            name = await options.filter(has_text=picture).inner_text()
            await self.part("quality").select_option(label=name)
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

    @property
    def editor(self) -> Locator:
        """The text of the shared document that is open."""
        return self.part("editor").locator(".cm-content")

    async def ask(self, question: str, *options: str) -> None:
        """Open a poll."""
        await self.part("poll-open").click()
        await self.part("poll-question").fill(question)
        fields = self.part("poll-form-option")
        for number, option in enumerate(options):
            if number >= 2:
                await self.page.get_by_role("button", name="Add an option").click()
            await fields.nth(number).fill(option)
        await self.part("poll-submit").click()
        await expect(self.part("poll")).to_have_attribute("data-state", "open")

    async def vote(self, option: str) -> None:
        """Vote in the open poll."""
        await self.part("poll-option").filter(has_text=option).click()

    async def open_code(self, title: str, language: str) -> None:
        """Share a new document in the room."""
        await self.part("code-new").filter(visible=True).click()
        await self.part("code-title").fill(title)
        await self.part("code-language").select_option(language)
        await self.part("code-create").click()
        await expect(self.editor).to_have_attribute("contenteditable", "true")

    async def add_collaborator(self, name: str) -> None:
        """Let somebody write in the open document."""
        await self.part("collaborators").click()
        await self.part("collaborator-name").fill(name)
        await self.part("collaborator-add").click()
        await expect(self.page.get_by_role("button", name=f"Remove {name}")).to_be_visible()
        await self.page.keyboard.press("Escape")

    async def type_code(self, text: str) -> None:
        """Type at the end of the shared document and see it saved."""
        await self.editor.click()
        await self.page.keyboard.press("Control+End")
        await self.page.keyboard.insert_text(text)
        await expect(self.part("editor-saved")).to_have_attribute("data-state", "saved")

    async def read_code(self, text: str) -> None:
        """See `text` in the shared document."""
        await expect(self.editor).to_contain_text(text)

    async def suggest(self, *, first: int, last: int, content: str) -> None:
        """Propose other lines in place of `first` to `last`."""
        await self.part("suggest-open").click()
        form = self.part("suggest-form")
        await form.get_by_label("From line").fill(str(first))
        await form.get_by_label("To line").fill(str(last))
        await self.part("suggest-content").fill(content)
        await self.part("suggest-submit").click()
        await expect(self.part("suggestion").filter(has_text=content.strip())).to_have_count(1)
