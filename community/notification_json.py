"""A notification as clients see it, over REST and in `notification:new`."""

from __future__ import annotations

from typing import Any

from persistence.notifications import Group, NoticeType
from server.wire import Id, PicturedUserJson, Time, Told


class NotificationJson(Told):
    """What happened, shown as one: the newest of a group."""

    id: Id
    type: NoticeType
    actors: list[PicturedUserJson]
    """The newest three of those who did it."""
    actors_count: int
    related_type: str | None
    related_id: Id | None
    group_key: str | None
    data: dict[str, Any]
    is_read: bool
    created_at: Time


def notification_json(group: Group) -> NotificationJson:
    """Return the notification as clients see it."""
    return NotificationJson(
        id=group.id,
        type=group.type,
        actors=[
            PicturedUserJson(
                id=actor.id, username=actor.username, avatar_small_url=actor.avatar_small_url
            )
            for actor in group.actors
        ],
        actors_count=group.actors_count,
        related_type=group.related_type,
        related_id=group.related_id,
        group_key=group.group_key,
        data=dict(group.data),
        is_read=group.is_read,
        created_at=group.created_at,
    )
