"""Who is told of what is written and liked: rules only."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from persistence.comments import SubjectKind
from persistence.likes import LikedKind
from persistence.notifications import Notice
from persistence.posts import Person

EXCERPT_CHARS = 80


def excerpt(content: str) -> str:
    """Return how a text begins, on one line."""
    line = " ".join(content.split())
    return line if len(line) <= EXCERPT_CHARS else line[: EXCERPT_CHARS - 1].rstrip() + "…"


def mention_notices(
    mentioned: Iterable[Person],
    *,
    actor_id: int,
    related_type: str,
    related_id: int,
    content: str,
    except_for: Collection[int | None] = (),
) -> list[Notice]:
    """Tell those who are mentioned in a post or a comment."""
    return [
        Notice(
            user_id=person.id,
            actor_id=actor_id,
            type="mention",
            related_type=related_type,
            related_id=related_id,
            data={"excerpt": excerpt(content)},
        )
        for person in mentioned
        if person.id not in except_for
    ]


def comment_notices(
    mentioned: Iterable[Person],
    *,
    actor_id: int,
    comment_id: int,
    content: str,
    kind: SubjectKind,
    subject_id: int,
    subject_title: str,
    owner_id: int | None,
    answered_id: int | None,
) -> list[Notice]:
    """Tell whoever is answered, the owner of what is commented on, and those who are mentioned.

    Each is told once, by the nearest reason.
    """
    data = {
        "subject_type": kind,
        "subject_id": str(subject_id),
        "title": excerpt(subject_title),
        "excerpt": excerpt(content),
    }
    notices = []
    if answered_id is not None:
        notices.append(
            Notice(
                user_id=answered_id,
                actor_id=actor_id,
                type="reply",
                related_type="comment",
                related_id=comment_id,
                data=data,
            )
        )
    if owner_id is not None and owner_id != answered_id:
        notices.append(
            Notice(
                user_id=owner_id,
                actor_id=actor_id,
                type="comment",
                related_type="comment",
                related_id=comment_id,
                group_key=f"comment:{kind}:{subject_id}",
                data=data,
            )
        )
    notices += mention_notices(
        mentioned,
        actor_id=actor_id,
        related_type="comment",
        related_id=comment_id,
        content=content,
        except_for=(owner_id, answered_id),
    )
    return notices


def like_notice(
    kind: LikedKind, liked_id: int, *, actor_id: int, owner_id: int, title: str
) -> Notice:
    """Tell the author; many likes of one thing are shown as one."""
    return Notice(
        user_id=owner_id,
        actor_id=actor_id,
        type="like",
        related_type=kind,
        related_id=liked_id,
        group_key=f"like:{kind}:{liked_id}",
        data={"title": excerpt(title)},
    )
