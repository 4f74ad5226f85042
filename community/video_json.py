"""Videos as clients see them and send them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from community.post_json import GivenTag
from persistence.videos import Status, Video, Visibility
from server.wire import Given, GivenId, Id, Line, PicturedUserJson, Text, Time, Told

TITLE_CHARS = 100
DESCRIPTION_CHARS = 10_000
VIDEO_TAGS = 10

Title = Annotated[Line, StringConstraints(max_length=TITLE_CHARS)]
Description = Annotated[Text, StringConstraints(max_length=DESCRIPTION_CHARS)]
Tags = Annotated[list[GivenTag], Field(max_length=VIDEO_TAGS)]


class NewVideo(Given):
    """A video to be, made of an upload."""

    upload_id: GivenId
    title: Title
    description: Description | None = None
    visibility: Visibility = "public"
    tags: Annotated[Tags, Field(default_factory=list)]


class VideoEdit(Given):
    """What to change of a video; what is left out stays."""

    title: Title | None = None
    description: Description | None = None
    visibility: Visibility | None = None
    tags: Tags | None = None


class VideoJson(Told):
    """A video. Its addresses and what it is are known when its status is `ready`."""

    id: Id
    user: PicturedUserJson
    title: str
    description: str | None
    status: Status
    failure: str | None
    visibility: Visibility
    tags: list[str]
    video_url: str | None
    thumbnail_url: str | None
    duration: int | None
    width: int | None
    height: int | None
    video_codec: str | None
    audio_codec: str | None
    content_type: str | None
    size_bytes: int | None
    upload_id: Id | None
    """Of the upload that is not whole yet, to go on with."""
    views_count: int
    likes_count: int
    comments_count: int
    liked: bool
    created_at: Time
    updated_at: Time


def video_json(video: Video) -> VideoJson:
    """Return the video as clients see it."""
    return VideoJson(
        id=video.id,
        user=PicturedUserJson(
            id=video.user_id, username=video.username, avatar_small_url=video.avatar_small_url
        ),
        title=video.title,
        description=video.description,
        status=video.status,
        failure=video.failure,
        visibility=video.visibility,
        tags=list(video.tags),
        video_url=video.video_url,
        thumbnail_url=video.thumbnail_url,
        duration=video.duration_s,
        width=video.width,
        height=video.height,
        video_codec=video.video_codec,
        audio_codec=video.audio_codec,
        content_type=video.content_type,
        size_bytes=video.size_bytes,
        upload_id=video.upload_id,
        views_count=video.views_count,
        likes_count=video.likes_count,
        comments_count=video.comments_count,
        liked=video.is_liked,
        created_at=video.created_at,
        updated_at=video.updated_at,
    )
