"""What other sites show of a page: a title, a few words and Open Graph tags, everything escaped.
What has no words of its own is spoken of in the language of the page.

Those who make previews run no scripts, so the page carries them when it is served.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import quote

from community.plain_text import plain_text
from persistence.challenges import Challenge
from persistence.posts import Post
from persistence.profiles import Profile
from persistence.streams import Stream
from persistence.tags import Tag
from persistence.videos import Video
from server.shell_words import say_of

SITE_NAME = "Vibecast"
DESCRIPTION_CHARS = 200
TITLE_CHARS = 70
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a page is about."""

    title: str
    description: str
    path: str
    kind: str = "website"
    """The Open Graph type."""
    image: str | None = None
    """Where its picture is, on this site."""
    is_listed: bool = True
    """Whether search engines may keep it."""


def stream_preview(stream: Stream, *, language: str) -> Preview:
    """Return what a room shows of itself."""
    return Preview(
        title=stream.title,
        description=stream.description or say_of("stream", language=language, name=stream.username),
        path=f"/streams/{stream.id}",
        is_listed=stream.visibility == "public",
    )


def challenge_preview(challenge: Challenge, *, language: str) -> Preview:
    """Return what a challenge shows of itself."""
    return Preview(
        title=challenge.title,
        description=challenge.description
        or say_of("challenge", language=language, points=challenge.reward_points),
        path=f"/challenges/{challenge.id}",
    )


def post_preview(post: Post, *, language: str) -> Preview:
    """Return what a post shows of itself: its text begins both the title and the description."""
    text = plain_text(post.content_html) or post.content.strip()
    shown = post.media[0].alt_text if post.media and not text else None
    words = text or shown or say_of("picture", language=language)
    return Preview(
        title=f"{post.username}: {_cut(words, TITLE_CHARS)}",
        description=words,
        path=f"/posts/{post.id}",
        kind="article",
        image=f"/media/{post.media[0].object_key}" if post.media else None,
    )


def video_preview(video: Video, *, language: str) -> Preview:
    """Return what a video shows of itself."""
    return Preview(
        title=video.title,
        description=video.description or say_of("video", language=language, name=video.username),
        path=f"/videos/{video.id}",
        kind="video.other",
        # A private one's picture is there for its owner only, who gets no preview from elsewhere.
        image=video.thumbnail_url if video.visibility != "private" else None,
        is_listed=video.visibility == "public",
    )


def profile_preview(profile: Profile, *, language: str) -> Preview:
    """Return what somebody's page shows of itself."""
    name = f"{profile.full_name} ({profile.username})" if profile.full_name else profile.username
    return Preview(
        title=name,
        description=profile.bio or say_of("profile", language=language, name=profile.username),
        path=f"/users/{profile.username}",
        kind="profile",
        image=profile.avatar_url,
    )


def tag_preview(tag: Tag, *, language: str) -> Preview:
    """Return what a tag's page shows of itself."""
    return Preview(
        title=f"#{tag.name}",
        description=say_of("tag", language=language, name=tag.name),
        path=f"/tags/{quote(tag.name, safe='')}",
    )


def with_preview(shell: str, preview: Preview, *, base_url: str) -> str:
    """Return the page with the title and the tags of what it is about."""
    tags = {
        "og:site_name": SITE_NAME,
        "og:type": preview.kind,
        "og:title": preview.title,
        "og:description": _cut(preview.description, DESCRIPTION_CHARS),
        "og:url": base_url + preview.path,
    }
    if preview.image and preview.image.startswith("/"):
        tags["og:image"] = base_url + preview.image
    head = f"<title>{html.escape(preview.title)} · {SITE_NAME}</title>" + "".join(
        f'<meta property="{name}" content="{html.escape(value, quote=True)}">'
        for name, value in tags.items()
    )
    if not preview.is_listed:
        head += '<meta name="robots" content="noindex">'
    # A function, because a title may hold what a replacement string takes for a group.
    return _TITLE.sub(lambda _: head, shell, count=1)


def _cut(text: str, limit: int) -> str:
    words = " ".join(text.split())
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"
