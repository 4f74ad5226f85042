"""The REST edge of previews: what a text will look like, before anybody else sees it."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from community.post_json import POST_MAX_CHARS, Markdown
from community.texts import Texts
from errors import NotRenderable
from server.gate import Access, Gate
from server.limits import Policy
from server.routing import Call, Route
from server.wire import Given, Told

# Somebody who looks after each sentence, and no more: rendering is dear.
PREVIEWS = Policy("previews", 60, 60)


class NewPreview(Given):
    """A text that nobody has sent yet."""

    content: Annotated[Markdown, StringConstraints(max_length=POST_MAX_CHARS)]


class PreviewJson(Told):
    """What it would look like; `content_html` is safe, as that of a post is."""

    content_html: str


class PreviewRoutes:
    """Renders without keeping anything."""

    def __init__(self, texts: Texts, *, gate: Gate, previews: Policy = PREVIEWS) -> None:
        self._texts = texts
        self._gate = gate
        self._previews = previews

    def routes(self) -> list[Route]:
        """Return the table."""
        return [
            Route(
                "POST",
                "/api/v1/previews",
                self._preview,
                summary="See what a text would look like",
                access=Access.SIGNED_IN,
                errors=(NotRenderable,),
            )
        ]

    async def _preview(self, call: Call[NewPreview, None]) -> PreviewJson:
        key = f"user:{call.signed_in.user_id}"
        await self._gate.spend(call.request, self._previews, key)
        text = await self._texts.prepare(call.body.content)
        return PreviewJson(content_html=text.html)
