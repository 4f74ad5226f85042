"""Posts and tags as clients see them and send them."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from community.markdown import tag_name
from community.storing import media_url
from persistence.posts import Post
from persistence.tags import Tag
from server.wire import Given, Id, PicturedUserJson, Text, Time, Told

POST_MAX_CHARS = 50_000
POST_MEDIA = 10
POST_TAGS = 10


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _tag(text: str) -> str:
    name = tag_name(text.removeprefix("#"))
    if name is None:
        raise ValueError("must be letters, digits, +, #, . or -, at most 50")
    return name


GivenId = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,17}$")]
"""An id that a client sends."""
Markdown = Annotated[Text, AfterValidator(_not_blank)]
"""Text that is rendered."""
GivenTag = Annotated[str, AfterValidator(_tag)]
"""The name of a tag, with or without `#`, in any case."""


class NewPost(Given):
    """A post to be: words, pictures or both. Its tags are those of `tags` and those that stand in
    the text as `#tag`."""

    tags: Annotated[list[GivenTag], Field(max_length=POST_TAGS, default_factory=list)]
    media_ids: Annotated[list[GivenId], Field(max_length=POST_MEDIA, default_factory=list)]
    content: Annotated[Text, StringConstraints(max_length=POST_MAX_CHARS)]

    @field_validator("content")
    @classmethod
    def _says_or_shows(cls, content: str, others: ValidationInfo) -> str:
        # Those before it in the list are known by now, unless they were refused themselves.
        return content if others.data.get("media_ids", True) else _not_blank(content)


class PostEdit(Given):
    """What to change of a post; what is left out stays."""

    content: Annotated[Text, StringConstraints(max_length=POST_MAX_CHARS)] | None = None
    tags: Annotated[list[GivenTag], Field(max_length=POST_TAGS)] | None = None
    media_ids: Annotated[list[GivenId], Field(max_length=POST_MEDIA)] | None = None


class PostMediaJson(Told):
    """A picture of a post."""

    id: Id
    url: str
    small_url: str
    """No side of more than 960 pixels, for lists."""
    content_type: str
    width: int | None
    height: int | None
    alt_text: str | None


class PostJson(Told):
    """A post. `content_html` is safe to show as it is."""

    id: Id
    user: PicturedUserJson
    content: str
    content_html: str
    tags: list[str]
    media: list[PostMediaJson]
    likes_count: int
    comments_count: int
    liked: bool
    pinned: bool
    created_at: Time
    edited_at: Time | None


class TagJson(Told):
    """A tag."""

    name: str
    posts_count: int
    followers_count: int
    followed: bool
    created_at: Time


def post_json(post: Post) -> PostJson:
    """Return the post as its reader sees it."""
    return PostJson(
        id=post.id,
        user=PicturedUserJson(
            id=post.user_id, username=post.username, avatar_small_url=post.avatar_small_url
        ),
        content=post.content,
        content_html=post.content_html,
        tags=list(post.tags),
        media=[
            PostMediaJson(
                id=each.id,
                url=media_url(each.object_key),
                small_url=media_url(each.small_key or each.object_key),
                content_type=each.content_type,
                width=each.width,
                height=each.height,
                alt_text=each.alt_text,
            )
            for each in post.media
        ],
        likes_count=post.likes_count,
        comments_count=post.comments_count,
        liked=post.is_liked,
        pinned=post.is_pinned,
        created_at=post.created_at,
        edited_at=post.edited_at,
    )


def tag_json(tag: Tag) -> TagJson:
    """Return the tag as its reader sees it."""
    return TagJson(
        name=tag.name,
        posts_count=tag.posts_count,
        followers_count=tag.followers_count,
        followed=tag.is_followed,
        created_at=tag.created_at,
    )
