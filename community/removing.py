"""Taking away what somebody made, as a moderator does it, within the transaction of the caller.

Moderators act on everybody but admins and themselves. The author is told by the site.
"""

from __future__ import annotations

from typing import Literal

from community.roles import check_moderator
from errors import Forbidden, NotFound, Unprocessable
from persistence.database import Connection
from persistence.moderation import log_action
from persistence.notifications import Notice, Notifications
from persistence.removals import Key, Subject, subject_of, take_away
from server.identity import Identity

NOTICE_CHARS = 140

RemovalState = Literal["removed", "restored", "upheld"]


async def existing_subject(connection: Connection, key: Key) -> Subject:
    """Return what was named, gone or not. Raises NotFound for what never was."""
    subject = await subject_of(connection, key, seen_by=None)
    if subject is None:
        raise NotFound()
    return subject


def check_may_act(actor: Identity, user_id: int, role: str) -> None:
    """Raise Forbidden when a moderator may not act on this account."""
    if user_id == actor.user_id:
        raise Forbidden("not on yourself")
    if role == "admin" and actor.role != "admin":
        raise Forbidden("moderators do not act on admins")


async def remove_as_moderator(
    connection: Connection,
    actor: Identity,
    subject: Subject,
    *,
    reason: str | None,
    notifications: Notifications,
) -> list[int] | None:
    """Take away what somebody made, note it, and let its author know. None: it was gone already.

    Raises Forbidden for who may not. What a room must be told is the caller's to tell, and whom to
    wake after the commit is returned.
    """
    check_moderator(actor)
    if subject.kind == "user":
        raise Unprocessable("an account is suspended, not removed")
    if subject.user_id is not None:
        check_may_act(actor, subject.user_id, subject.role)
    taken = await take_away(
        connection, subject.kind, subject.id, author_id=subject.user_id, reason=reason
    )
    if not taken:
        return None
    await log_action(
        connection,
        actor.user_id,
        f"remove_{subject.kind}",
        target_user_id=subject.user_id,
        detail={**naming(subject), "reason": reason},
    )
    return await notifications.add(
        connection, removal_notice(subject, state="removed", reason=reason)
    )


def removal_notice(subject: Subject, *, state: RemovalState, reason: str | None) -> list[Notice]:
    """Return what an author is told of it, by the site and not by the moderator."""
    if subject.user_id is None:
        return []
    data = {"state": state, "words": subject.words[:NOTICE_CHARS], "reason": reason}
    if subject.stream_id is not None:
        data["stream_id"] = str(subject.stream_id)
    return [
        Notice(
            user_id=subject.user_id,
            type="removal",
            related_type=subject.kind,
            related_id=subject.id,
            data=data,
        )
    ]


def naming(subject: Subject) -> dict[str, str]:
    """Return how the log names what was acted on."""
    return {"subject_type": subject.kind, "subject_id": str(subject.id)}
