"""What people write, made ready to be stored: rendered, with its tags and the people it mentions.

Also keeps stored HTML up to date: what another version of the renderer made is made anew when it is
read, and kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from community.markdown import RENDERER_VERSION, possible_mentions
from community.rendering import Rendering
from errors import NotRenderable
from persistence.comments import Comment, keep_comment_html
from persistence.database import Database
from persistence.posts import Person, Post, keep_html, people_named

# Who is named after so many others is not looked up: a list of everybody mentions nobody.
LOOKED_UP_NAMES = 100


@dataclass(frozen=True, slots=True)
class PreparedText:
    """A text that can be stored."""

    content: str
    html: str
    version: int
    """Of the renderer."""
    tags: tuple[str, ...]
    mentioned: tuple[Person, ...]


class Texts:
    """Prepares texts."""

    def __init__(self, database: Database, rendering: Rendering) -> None:
        self._database = database
        self._rendering = rendering

    async def prepare(self, content: str) -> PreparedText:
        """Return `content` ready to be stored. Raises NotRenderable."""
        names = possible_mentions(content)[:LOOKED_UP_NAMES]
        known = await people_named(self._database, names) if names else []
        rendered = await self._rendering.render(content, people=[each.username for each in known])
        by_name = {each.username: each for each in known}
        mentioned = tuple(by_name[name] for name in rendered.mentions)
        return PreparedText(content, rendered.html, RENDERER_VERSION, rendered.tags, mentioned)

    async def current_posts(self, posts: Sequence[Post]) -> list[Post]:
        """Return the posts with HTML of this version."""
        made = [
            (post, await self._html(post.content, instead_of=post.content_html))
            for post in posts
            if post.html_version != RENDERER_VERSION
        ]
        if not made:
            return list(posts)
        await keep_html(self._database, made, html_version=RENDERER_VERSION)
        html = {post.id: html for post, html in made}
        return [replace(post, content_html=html.get(post.id, post.content_html)) for post in posts]

    async def current_comments(self, comments: Sequence[Comment]) -> list[Comment]:
        """Return the comments with HTML of this version."""
        made = [
            (comment, await self._html(comment.content, instead_of=comment.content_html))
            for comment in comments
            if comment.html_version != RENDERER_VERSION and not comment.is_deleted
        ]
        if not made:
            return list(comments)
        await keep_comment_html(self._database, made, html_version=RENDERER_VERSION)
        html = {comment.id: html for comment, html in made}
        return [
            replace(each, content_html=html.get(each.id, each.content_html)) for each in comments
        ]

    async def _html(self, content: str, *, instead_of: str) -> str:
        try:
            return (await self.prepare(content)).html
        except NotRenderable:
            # It was safe when it was made; the new version only finds it too expensive.
            return instead_of
